"""``sparkbench run`` becomes the engine's own process, so that Ctrl-C goes straight to it."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.contract import DEFAULT_JOB, ENGINE_MODULES, PLAIN_SINKS
from bench.contract.jobs import JOBS, job_info
from bench.contract.jvm.references import parse
from bench.contract.knobs import Use, settings
from bench.errors import EnvironmentProblem, UsageError, unknown
from bench.machine.environment import CODE_ROOT, usable_cores
from bench.plan.arms import CHOICE_DEFAULTS, choice, parse_arm
from bench.plan.axes import (
    CONF_PREFIX,
    PARAM_PREFIX,
    Surroundings,
    read_conf,
    read_cores,
    read_params,
    read_trigger,
)
from bench.plan.jobs import check_side, job_params
from bench.plan.spec import Arm
from bench.runner.own_jobs import OwnJobs
from bench.runner.surroundings import read_runtimes
from bench.runtime.compiled import compiled
from bench.runtime.interpreter import Interpreter
from bench.trial.knobs import engine_profiles
from bench.units import parse_count, parse_duration

#: Axes of the load, which here is whatever the server sends.
_LOAD = frozenset(
    {
        *("rate", "arrivals", "streams"),
        *("payload_bytes", "payload_spread", "keys", "skew", "lines"),
    }
)


@dataclass(frozen=True)
class Request:
    """The options of ``sparkbench run``, as the user wrote them."""

    arm: str
    host: str
    port: int
    trigger: str
    cores: str
    job: str | None
    app_name: str | None
    rows: str | None
    conf: tuple[str, ...]
    master: str | None
    sink: str | None
    connect_timeout: str
    exit_on_close: bool
    params: tuple[str, ...] = ()
    runtimes: tuple[str, ...] = ()
    graceful_stop: str = "0s"
    stop_file: str | None = None


def replace_process(request: Request) -> None:
    """Check the request and become the engine's process; does not return.

    Raises :class:`UsageError` or :class:`bench.errors.EnvironmentProblem` while still ourselves.
    """
    from bench.process.ports import resolve
    from bench.process.variables import inherited_variables
    from bench.runtime.inherited import refusals, taken_out
    from bench.runtime.of_arm import arm_interpreter
    from bench.trial.setup import java_variables

    arm, arguments = engine_arguments(request)
    resolve(request.host)
    paths = read_runtimes(request.runtimes)
    interpreter = arm_interpreter(arm, paths.get(arm.keys.get("runtime", ""), ""), _say)
    module = ENGINE_MODULES[arm.engine].rpartition(".")[0]
    command = interpreter.command(module, *_compiled(arguments, interpreter))
    if interpreter.code is not None:
        _say(f"on Spark {interpreter.spark} and Python {interpreter.version}")
    more = _code_path() if interpreter.code is None else interpreter.variables()
    if interpreter.code is None:
        for words in taken_out():
            _say(f"sparkbench: {words}")
        if wrong := refusals():
            raise EnvironmentProblem("; ".join(wrong))
    environment = {**inherited_variables(), **java_variables(interpreter), **more}
    sys.stdout.flush()
    os.execve(command[0], command, environment)


def engine_arguments(request: Request) -> tuple[Arm, list[str]]:
    """The arm, and the arguments of its engine's package; :class:`UsageError` for a bad request."""
    own = OwnJobs()
    paths = read_runtimes(request.runtimes)
    around = Surroundings(usable_cores(), tuple(sorted(JOBS)), own=own, runtimes=paths)
    arm = parse_arm(request.arm, around)
    if arm.engine == "null":
        raise UsageError("arm 'null' shows nothing; give dstream or structured")
    refused = sorted(_LOAD & set(arm.keys))
    if refused:
        raise UsageError(f"arm '{arm}': '{refused[0]}' is the sender's; see `sparkbench send`")
    for key in ("source", "mode", "guarantee", "checkpoint", "fault"):
        if arm.keys.get(key, CHOICE_DEFAULTS.get(key)) != CHOICE_DEFAULTS.get(key):
            raise UsageError(
                f"arm '{arm}': '{key}={arm.keys[key]}' is for measuring, see "
                "`sparkbench compare`; leave it out"
            )
    if "equal" in arm.keys:
        raise UsageError(f"arm '{arm}': 'equal' compares; give --cores the task slots wanted")
    pinned = arm.keys
    trigger = pinned.get("trigger", request.trigger)
    cores = pinned.get("cores", request.cores).strip()
    job = pinned.get("job", request.job)
    sink = pinned.get("sink", request.sink)
    _checked("--trigger", read_trigger, trigger)
    _checked("--connect-timeout", parse_duration, request.connect_timeout)
    _checked("--graceful-stop", parse_duration, request.graceful_stop)
    if request.stop_file is not None and os.path.lexists(request.stop_file):
        raise UsageError(
            f"--stop-file: {request.stop_file} is there already, so the job would end at once; "
            "remove it"
        )
    if cores != "*":
        # More slots than the machine has cores are no error here: nothing is measured.
        _checked("--cores", read_cores, cores)
    if request.rows is not None:
        _checked("--rows", parse_count, request.rows)
    users = None if job is None or job in around.jobs else own.find(job)
    if users is not None:
        job = users.name
        check_side(job, arm, users)
    elif job is not None and job not in around.jobs:
        raise UsageError(f"--job: {unknown('job', job, around.jobs)}")
    if sink is not None and sink not in PLAIN_SINKS:
        raise UsageError(f"--sink: {unknown('sink', sink, PLAIN_SINKS)}")
    params = {key: values[-1] for key, values in read_params(request.params, "--param").items()}
    params |= {key: value for key, value in pinned.items() if key.startswith(PARAM_PREFIX)}
    given = {key.removeprefix(PARAM_PREFIX): str(value) for key, value in params.items()}
    job_params(job or DEFAULT_JOB, given)
    conf: dict[str, Any] = _of_profile(arm, job or DEFAULT_JOB, sink or "console", cores)
    conf |= {key: values[-1] for key, values in read_conf(request.conf, "--conf").items()}
    conf |= {key: value for key, value in pinned.items() if key.startswith(CONF_PREFIX)}

    values = {
        "--host": request.host,
        "--port": str(request.port),
        "--trigger": trigger,
        "--cores": cores,
        "--job": job if users is None else users.reference,
        "--app-name": request.app_name,
        "--rows": None if request.rows is None else str(parse_count(request.rows)),
        "--master": request.master,
        "--sink": sink,
        "--path": pinned.get("path") or dict(job_info(job or DEFAULT_JOB).paths).get(arm.engine),
        "--connect-timeout": request.connect_timeout,
        "--graceful-stop": request.graceful_stop,
        "--stop-file": request.stop_file,
    }
    command = [f"{name}={value}" for name, value in values.items() if value is not None]
    command += [f"--conf={key.removeprefix(CONF_PREFIX)}={value}" for key, value in conf.items()]
    command += [f"--param={name}={value}" for name, value in given.items()]
    return arm, command + ["--exit-on-close"] * request.exit_on_close


def _compiled(arguments: list[str], interpreter: Interpreter) -> list[str]:
    """The arguments with a job in Scala or Java compiled for the Spark that will run it."""
    flag = "--job="
    found = []
    for argument in arguments:
        reference = parse(argument.removeprefix(flag)) if argument.startswith(flag) else None
        if reference is not None:
            argument = f"{flag}{compiled(reference, interpreter, _say)}"
        found.append(argument)
    return found


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _of_profile(arm: Arm, job: str, sink: str, cores: str) -> dict[str, Any]:
    """What the arm's profile sets for this job."""
    info = job_info(job)
    slots = usable_cores() if cores == "*" else int(cores)
    use = Use(sink=sink, stateful=info.stateful, row_each=info.row_each, slots=slots)
    knobs = engine_profiles(arm.engine)[choice(arm, "profile")]
    return {CONF_PREFIX + key: value for key, value in settings(knobs, use).items()}


def _checked(where: str, read: Callable[[str], Any], text: str) -> None:
    try:
        read(text)
    except (UsageError, ValueError) as error:
        raise UsageError(f"{where}: {error}") from None


def _code_path() -> dict[str, str]:
    """PYTHONPATH with our folder in it, for a checkout that was never installed."""
    installed = {Path(sysconfig.get_path(name)).resolve() for name in ("purelib", "platlib")}
    if CODE_ROOT in installed:
        return {}
    before = os.environ.get("PYTHONPATH")
    return {"PYTHONPATH": os.pathsep.join(filter(None, (str(CODE_ROOT), before)))}
