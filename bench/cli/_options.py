"""Options that several commands share, and those of the measuring ones, from the plan's tables.

All values are texts: reading them is the plan's work, which says what is wrong in one sentence.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_type_hints

import typer

if TYPE_CHECKING:
    from bench.plan.request import Request

_Given = TypeVar("_Given")

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = "1100"

Host = Annotated[str, typer.Option("--host", metavar="HOST", help="Host of the server.")]
Port = Annotated[str, typer.Option("--port", metavar="PORT", help="Port of the server.")]
Job = Annotated[
    str | None, typer.Option("--job", metavar="JOB", help="Job to run, or a file of yours.")
]
Jars = Annotated[
    list[str] | None,
    typer.Option(
        "--jars", metavar="LIST", help="JARs that a job in Scala or Java needs; may be repeated."
    ),
]
Conf = Annotated[
    list[str] | None,
    typer.Option("--conf", metavar="KEY=VALUE", help="A Spark setting; may be repeated."),
]
Param = Annotated[
    list[str] | None,
    typer.Option(
        "--param", metavar="NAME=VALUE", help="A parameter of the job; the same again: an axis."
    ),
]
Seed = Annotated[
    str | None, typer.Option("--seed", metavar="N", help="Seed of order, load and phases.")
]
Replay = Annotated[
    str | None,
    typer.Option("--replay", metavar="FILE", help="Send the lines of this file instead."),
]
ReplaySpeed = Annotated[
    str | None,
    typer.Option(
        "--replay-speed",
        metavar="X",
        help="Send them at the pace of their own timestamps, X times as fast.",
    ),
]

Equal = Annotated[
    list[str] | None,
    typer.Option(
        "--equal",
        metavar="LIST",
        help="What arms have the same of: task slots, or cpus, with a slot more for each "
        "receiver [slots].",
    ),
]
Master = Annotated[
    list[str] | None,
    typer.Option(
        "--master",
        metavar="URL",
        help="Spark master: local[2], spark://host:7077, yarn, ...; again: an axis [local[*]].",
    ),
]
Executors = Annotated[
    list[str] | None,
    typer.Option(
        "--executors", metavar="LIST", help="Executors of a cluster that share the cores [auto]."
    ),
]
Listen = Annotated[
    str | None,
    typer.Option(
        "--listen", metavar="ADDRESS", help="Address of this machine to bind for a cluster."
    ),
]
Advertise = Annotated[
    str | None,
    typer.Option("--advertise", metavar="HOST", help="How executors reach this machine."),
]
Metric = Annotated[
    str | None,
    typer.Option("--metric", metavar="METRIC", help="What the verdict is about [e2e_p99]."),
]
Runtimes = Annotated[
    list[str] | None,
    typer.Option(
        "--runtime",
        metavar="NAME=PATH",
        help="A Python with another PySpark, for arms with runtime=NAME.",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Say only what went wrong on the way.")]
Run = Annotated[str, typer.Argument(metavar="RUN", help="A run directory, or last.")]
PlanFile = Annotated[
    str | None,
    typer.Option("--plan", metavar="FILE", help="A plan in TOML, or modes; options win over it."),
]
Filters = Annotated[
    list[str] | None,
    typer.Option(
        "--filter", metavar="KEY=VALUE,...", help="Only these arms (arm=) and cells (trigger=)."
    ),
]
Resume = Annotated[
    str | None,
    typer.Option("--resume", metavar="RUN", help="Go on with this run; a directory or last."),
]
Wait = Annotated[
    bool,
    typer.Option("--wait", help="Wait for another run on this machine to end."),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="DIR", help="Directory of the run, new or empty [runs/<date>-<n>]."
    ),
]
Json = Annotated[
    str | None,
    typer.Option("--json", metavar="-", help="Print only JSON on standard output."),
]
P99Allowed = Annotated[
    str | None,
    typer.Option("--p99", metavar="TIME", help="End-to-end p99 allowed: 2s."),
]
CoreHour = Annotated[
    str | None,
    typer.Option(
        "--cost-per-core-hour", metavar="PRICE", help="Price of a core, in any currency: 0.05."
    ),
]
Today = Annotated[
    str | None,
    typer.Option(
        "--today",
        metavar="KEY=VALUE,...",
        help="The setting in use, where several were measured: trigger=1s,cores=2.",
    ),
]


#: What every measuring command takes besides axes and settings: name to annotation and default.
HANDLING: dict[str, tuple[Any, Any]] = {
    "jars": (Jars, None),
    "plan_file": (PlanFile, None),
    "runtime": (Runtimes, None),
    "filters": (Filters, None),
    "wait": (Wait, False),
    "out": (Out, None),
    "json": (Json, None),
    "quiet": (Quiet, False),
}


def measuring(function: Callable[..., Any]) -> Callable[..., Any]:
    """A command with all that ``bench.plan.options`` gives it in place of its ``**given``.

    They stand behind its first parameter, the arms; a command that is not listed there stays as it
    is.  Made when the command is asked for: the help of all commands needs none of it.
    """
    from bench.plan.options import COMMANDS, SETTINGS

    takes = COMMANDS.get(function.__name__)
    if takes is None:
        return function
    hints = get_type_hints(function, include_extras=True)
    own = [
        parameter.replace(annotation=hints[name])
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind is not inspect.Parameter.VAR_KEYWORD
    ]
    from bench.plan.axes import AXES

    found: dict[str, tuple[Any, Any]] = {}
    for name in takes.axes:
        axis = AXES[name]
        words = takes.words.get(name, axis.help)
        found[name] = (_option(list[str] | None, name, axis.metavar, words), None)
    found |= {"param": (Param, None), "conf": (Conf, None)}
    for name in takes.settings:
        setting = SETTINGS[name]
        words = takes.words.get(name, setting.help)
        found[name] = (_option(str | None, name, setting.metavar, words), None)
    made = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=of, default=default)
        for name, (of, default) in {**found, **HANDLING}.items()
    ]
    of_all = inspect.Parameter.KEYWORD_ONLY
    parameters = [own[0], *made, *(one.replace(kind=of_all) for one in own[1:])]

    @functools.wraps(function)
    def command(**given: Any) -> None:
        function(**given)

    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {one.name: one.annotation for one in parameters}
    return command


def _option(kind: Any, name: str, metavar: str, words: str) -> Any:
    flag = "--" + name.replace("_", "-")
    return Annotated[kind, typer.Option(flag, metavar=metavar, help=words)]


def request(
    command: str,
    arms: list[str] | None,
    options: Mapping[str, Any],
    *,
    quick: bool = False,
    places: Mapping[str, str] | None = None,
    **settings: str,
) -> Request:
    """What the user has written of a plan; ``settings`` are those that the command adds."""
    from bench.plan.options import COMMANDS
    from bench.plan.request import Request

    takes = COMMANDS[command]
    asked = given({name: options[name] for name in takes.settings})
    if "replay" in asked:
        asked["replay"] = replay_file(asked["replay"])
    return Request(
        arms=tuple(arms or ()),
        axes=given(
            {
                **{name: options[name] for name in takes.axes},
                "job": with_jars(options["job"], options["jars"]),
            }
        ),
        conf=tuple(options["conf"] or ()),
        params=tuple(options["param"] or ()),
        settings={**asked, **settings},
        quick=quick,
        filters=tuple(options["filters"] or ()),
        places=places or {},
    )


def handling(options: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of ``actions.handling.Handling`` that every measuring command has."""
    return {
        "plan_file": options["plan_file"],
        "wait": options["wait"],
        "out": options["out"],
        "as_json": is_json(options["json"]),
        "quiet": options["quiet"],
        "runtimes": tuple(options["runtime"] or ()),
    }


def is_json(text: str | None) -> bool:
    """Whether ``--json -`` was given; raises :class:`bench.errors.UsageError` for another place."""
    if text not in (None, "-"):
        from bench.errors import UsageError

        raise UsageError(f"--json: '{text}' is not '-'; write --json - and redirect the output")
    return text == "-"


def given(options: Mapping[str, _Given | None]) -> dict[str, _Given]:
    """Those options that the user has written."""
    return {name: value for name, value in options.items() if value is not None}


def with_jars(jobs: Sequence[str] | None, jars: Sequence[str] | None) -> list[str] | None:
    """What ``--job`` says, each job followed by the JARs that ``--jars`` says it needs.

    Raises :class:`bench.errors.UsageError` for a job that takes none.
    """
    if not jars:
        return None if jobs is None else list(jobs)
    from bench.contract.jvm.references import BAR, parse
    from bench.errors import UsageError

    named = [one.strip() for text in jobs or () for one in text.split(",")]
    if not named:
        raise UsageError("--jars: they belong to a job in Scala or Java; name it with --job")
    for one in named:
        if parse(one) is None:
            raise UsageError(
                f"--jars: {one} is no job in Scala or Java (NAME.scala, NAME.java or "
                "app.jar:com.acme.NAME), which alone can need one; leave it out"
            )
    paths = [one.strip() for text in jars for one in text.split(",") if one.strip()]
    return [BAR.join((one, *paths)) for one in named]


def job_with_jars(job: str | None, jars: Sequence[str] | None) -> str | None:
    """The same where one job can be named."""
    named = with_jars(None if job is None else [job], jars)
    return None if named is None else ",".join(named)


def read_port(text: str, *, zero: bool = False) -> int:
    """A port number, with ``zero`` also 0; raises :class:`bench.errors.UsageError`."""
    from bench.errors import UsageError
    from bench.process.ports import check_port_number

    try:
        port = int(text)
    except ValueError:
        raise UsageError(f"--port: '{text}' is not a port; give a number from 1 to 65535") from None
    if port != 0 or not zero:
        check_port_number(port)
    return port


def replay_file(path: str) -> str:
    """``--replay`` as an absolute path that can be read again and again; a pipe is copied."""
    from bench.runner.replays import settled

    return settled(path, lambda words: print(f"sparkbench: {words}", file=sys.stderr, flush=True))
