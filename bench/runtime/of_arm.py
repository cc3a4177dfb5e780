"""Which interpreter an arm runs in: ours, one made for its Spark, or one the user has named."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

from bench.contract.releases import RELEASES, line_of
from bench.errors import EnvironmentProblem, UsageError
from bench.plan.spec import Arm, TrialSpec
from bench.results.schema import EnginePlace
from bench.runtime import interpreter as interpreters
from bench.runtime.inherited import refusals
from bench.runtime.interpreter import Interpreter
from bench.runtime.shipped import code_archive
from bench.runtime.spark_env import spark_environment

#: The oldest Python whose syntax the engines keep to.
OLDEST_PYTHON = 9

Said = Callable[[str], None]


def interpreter_of(spec: TrialSpec, say: Said = lambda words: None) -> Interpreter:
    """The interpreter of a trial, its environment made now if need be; asked once a process.

    Raises :class:`EnvironmentProblem`, or :class:`UsageError` for a path that is no interpreter.
    """
    return arm_interpreter(spec.arm, spec.python, say)


def arm_interpreter(arm: Arm, python: str, say: Said = lambda words: None) -> Interpreter:
    """The same of an arm, and the path of the runtime it names."""
    spark, runtime = arm.keys.get("spark"), arm.keys.get("runtime")
    own = interpreters.own()
    if spark is not None and spark != own.spark:
        return _for_spark(spark, say)
    if runtime is None:
        return own
    if not python:
        raise UsageError(f"arm '{arm}': add --runtime {runtime}=/path/to/python")
    found = _named(runtime, python)
    if arm.engine != "null":
        _check_spark(runtime, found)
    return found


def places_of(
    specs: Iterable[TrialSpec],
    say: Said,
    decided: Callable[[TrialSpec], Collection[str]] = lambda spec: (),
) -> dict[str, EnginePlace]:
    """Arm to what it will run on; every environment is made, and every Java found, by then.

    ``decided``: the settings that a trial makes itself, whatever it would inherit.
    """
    found: dict[str, EnginePlace] = {}
    for spec in specs:
        if spec.arm.text in found:
            continue
        interpreter = interpreter_of(spec, say)
        with_spark = spec.arm.engine != "null"
        if with_spark and interpreter.code is None and (wrong := refusals(decided=decided(spec))):
            raise EnvironmentProblem("; ".join(wrong))
        found[spec.arm.text] = EnginePlace(
            spark=interpreter.spark if with_spark else None,
            java=_java(interpreter) if with_spark else None,
            python=interpreter.version,
        )
    return found


def _java(interpreter: Interpreter) -> str:
    from bench.runtime.java import find_java

    # Our own Spark is whatever is installed: the Java for it is found as it always was.
    if interpreter.code is None or interpreter.spark is None:
        return find_java().version
    return find_java(spark=interpreter.spark).version


#: Those of this process; asking an interpreter takes a moment.
_made: dict[str, Interpreter] = {}


def _for_spark(spark: str, say: Said) -> Interpreter:
    if spark not in _made:
        _made[spark] = _with_code(spark_environment(spark, say))
    return _made[spark]


@cache
def _named(runtime: str, python: str) -> Interpreter:
    path = Path(python).expanduser().absolute()
    try:
        found = interpreters.ask(path)
    except EnvironmentProblem as problem:
        raise UsageError(f"--runtime {runtime}: {problem}") from None
    if found.minor < OLDEST_PYTHON:
        raise UsageError(
            f"--runtime {runtime}: {path} is Python {found.version}, and the engines need 3."
            f"{OLDEST_PYTHON} or newer; name a newer one"
        )
    return _with_code(found)


def _check_spark(runtime: str, found: Interpreter) -> None:
    if found.spark is None:
        raise UsageError(
            f"--runtime {runtime}: {found.python} has no PySpark; install one there, for example "
            f"'{found.python} -m pip install pyspark==3.5.9'"
        )
    if line_of(found.spark) not in RELEASES:
        raise UsageError(
            f"--runtime {runtime}: {found.python} has PySpark {found.spark}, and the engines are "
            f"known to run on {', '.join(RELEASES)}; install one of these there"
        )


def _with_code(found: Interpreter) -> Interpreter:
    return replace(found, code=code_archive(found))
