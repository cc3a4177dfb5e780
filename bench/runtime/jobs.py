"""What is compiled before a trial needs it: jobs of users, and those of ours in Scala."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from bench.contract import EngineError
from bench.contract.jvm.references import parse
from bench.contract.scala_jar import FOLDER, is_made, jar_for, sources
from bench.errors import EnvironmentProblem
from bench.plan.spec import TrialSpec
from bench.process.cache import cache_dir
from bench.runtime.cds import spark_home
from bench.runtime.compiled import compiled
from bench.runtime.interpreter import Interpreter
from bench.runtime.java import SPARK, find_java
from bench.runtime.of_arm import interpreter_of

Said = Callable[[str], None]


def job_of(spec: TrialSpec, say: Said = lambda words: None) -> str:
    """A job's name, or reference; of one in Scala or Java the JAR for the Spark of the trial.

    Raises what :func:`bench.runtime.compiled.compiled` does.
    """
    reference = parse(spec.job_reference)
    if reference is None or spec.arm.engine == "null":
        return spec.job_reference or spec.job
    return str(compiled(reference, interpreter_of(spec), say))


def compile_jobs(specs: Iterable[TrialSpec], say: Said) -> None:
    """Compile what trials will run, each job once for each Spark."""
    done = set()
    for spec in specs:
        key = (spec.job_reference, spec.arm.text)
        if spec.job_reference and key not in done:
            job_of(spec, say)
            done.add(key)


#: Engine to the package with its jobs in Scala, and the first Spark that has what they need.
PACKAGES: dict[str, tuple[str, int]] = {
    "dstream": ("legacy_dstream.scala", 3),
    "structured": ("structured.scala", 4),
}


def compile_for(specs: Iterable[TrialSpec], say: Said) -> None:
    """Compile what these trials run in Scala, for the Spark of each; once, in some seconds.

    Raises :class:`EnvironmentProblem` where it cannot be compiled.
    """
    done: set[tuple[str, Path]] = set()
    for spec in specs:
        if spec.arm.engine not in PACKAGES or spec.path != "jvm":
            continue
        package, least = PACKAGES[spec.arm.engine]
        if f"jobs/{spec.job}.scala" not in sources(package):
            continue
        interpreter = interpreter_of(spec)
        if major(interpreter) >= least and (package, interpreter.python) not in done:
            compiled_package(package, interpreter, say)
            done.add((package, interpreter.python))


def major(interpreter: Interpreter) -> int:
    """The first number of an interpreter's Spark; 0 without one."""
    return int((interpreter.spark or "0").partition(".")[0])


def compiled_package(package: str, interpreter: Interpreter, say: Said) -> Path:
    """The JAR of a package's jobs, made now if there is none, of which ``say`` is told."""
    variables = {**os.environ, **interpreter.variables()}
    home, folder = str(spark_home(variables)), str(cache_dir() / FOLDER)
    other = interpreter.spark if interpreter.code else None
    java = find_java(spark=other or SPARK)
    if not is_made(package, home, folder):
        say(f"compiling the jobs in Scala for Spark {interpreter.spark}, once")
    try:
        return Path(jar_for(package, home, str(java.home / "bin" / "java"), folder))
    except (EngineError, OSError) as problem:
        raise EnvironmentProblem(f"jobs in Scala: {problem}") from None
