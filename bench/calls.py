"""What the calls of the Python API share: values as the command line has them, and the run."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bench.errors import SparkbenchError

if TYPE_CHECKING:
    from bench.plan.plan import Plan
    from bench.run import Run

#: What an axis takes: one value or several, as text (``"500ms,1s"``) or numbers (seconds, counts).
Values = str | float | Sequence[str | float]

#: The value of a Spark setting.
Setting = str | float | bool


def texts(values: Values | None, write: Callable[[float], str]) -> list[str]:
    """The values of an axis as they would stand on the command line."""
    if values is None:
        return []
    several = [values] if isinstance(values, (str, int, float)) else values
    return [word for value in several if (word := text(value, write)) is not None]


def text(value: str | float | None, write: Callable[[float], str]) -> str | None:
    """A value as it would stand on the command line; wrong ones as they are, to be refused."""
    if value is None or isinstance(value, str):
        return value
    try:
        return write(value)
    except (ValueError, OverflowError):
        return str(value)


def settings(conf: Mapping[str, Setting | Sequence[Setting]]) -> list[str]:
    """``KEY=VALUE`` of each value of each key."""
    return [
        f"{key}={str(value).lower() if isinstance(value, bool) else value}"
        for key, values in conf.items()
        for value in ([values] if isinstance(values, (str, int, float)) else values)
    ]


def command(
    name: str,
    arms: Sequence[str],
    axes: Mapping[str, Sequence[str]],
    conf: Sequence[str],
    options: Mapping[str, str | None],
    more: Mapping[str, Sequence[str]],
    *,
    quick: bool = False,
) -> str:
    """The command line that does the same."""
    from bench.plan.axes import AXES

    words = ["sparkbench", name, *arms]
    for axis, given in axes.items():
        words += AXES[axis].options(given)
    for setting in conf:
        words += ["--conf", setting]
    for option, value in options.items():
        if value is not None:
            words += ["--" + option.replace("_", "-"), value]
    for option, given in more.items():
        for word in given:
            words += [f"--{option}", word]
    return shlex.join([*words, "--quick"] if quick else words)


def carry_out(
    plan: Plan,
    *,
    command: str,
    out: str | Path | None,
    wait: bool,
    quiet: bool,
    plan_file: str | None,
) -> Run:
    """Run a plan and write its report; raises as the calls do."""
    from bench.run import Run
    from bench.runner.execute import execute
    from bench.view import make_view

    with make_view(plan, sys.stderr, quiet=quiet) as view:
        finished = execute(
            plan,
            out=None if out is None else Path(out),
            command=command,
            on_event=view,
            wait=wait,
            plan_file=plan_file,
        )
    run = Run.load(finished.path)
    unwritten: SparkbenchError | None = None
    try:
        if run.results:
            run.write_report()
    except SparkbenchError as error:
        unwritten = error
    # As with the commands: what ended the run comes first.
    if finished.outcome.interrupted:
        raise KeyboardInterrupt
    problem = finished.outcome.problem or unwritten
    if problem is not None:
        raise problem
    return run
