"""What can be asked of a run besides its arms: axes and settings, and which command takes which.

The two tables are :class:`bench.plan.axes.AxisValues` and :class:`SettingValues`.  The commands,
their completions and the Python API are made of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, TypedDict, get_type_hints

from bench.plan.axes import AXES, AxisValues
from bench.units import format_duration, format_quantity

#: A Spark setting or a job's parameter from Python.
Setting = str | float | bool


@dataclass(frozen=True)
class Option:
    """One setting of a run; ``write`` gives a number from Python as it is typed."""

    metavar: str
    help: str
    write: Callable[[float], str] = format_quantity


class SettingValues(TypedDict, total=False):
    """The settings of a comparison's plan; other kinds of run take some of them."""

    rounds: Annotated[
        int | str, Option("N", "Rounds in all [2 to 4, until the verdicts are firm].")
    ]
    warmup: Annotated[
        str | float, Option("TIME", "Settling time of a measured stream [3s].", format_duration)
    ]
    duration: Annotated[
        str | float, Option("TIME", "Least length of the window [15s].", format_duration)
    ]
    seed: Annotated[int | str, Option("N", "Seed of order, load and phases.")]
    replay: Annotated[str | Path, Option("FILE", "Send the lines of this file instead.")]
    replay_speed: Annotated[
        float | str,
        Option("X", "Send them at the pace of their own timestamps, X times as fast."),
    ]
    metric: Annotated[str, Option("NAME", "What gets the verdict [e2e_p99].")]
    until: Annotated[str, Option("SHARE", "Rounds until every interval is narrow: 5%.")]
    budget: Annotated[str | float, Option("TIME", "Time that --until may take.", format_duration)]
    fork: Annotated[
        str,
        Option("WHAT", "A JVM for each cell, or engine: one for all triggers and rates [cell]."),
    ]
    age: Annotated[
        str | float, Option("TIME", "Age of each JVM when its window begins: 2m.", format_duration)
    ]
    idle: Annotated[
        str | float,
        Option(
            "TIME",
            "Watch each stream without records too, and count its requests, for a bill: 20s.",
            format_duration,
        ),
    ]
    listen: Annotated[str, Option("ADDRESS", "Address of this machine to bind for a cluster.")]
    advertise: Annotated[str, Option("HOST", "How executors reach this machine.")]


class RunOptions(AxisValues, SettingValues, total=False):
    """The keywords of every call of the Python API, with the defaults of the commands.

    Numbers are seconds for ``trigger``, ``warmup``, ``duration``, ``age``, ``idle`` and
    ``budget``.  A setting in ``conf`` with several values is an axis, and so is a parameter of the
    job in ``params``.  ``runtimes`` maps the names that arms with ``runtime=NAME`` use to the paths
    of interpreters.  ``plan`` is a plan file, over which keywords win.  Progress goes to standard
    error unless ``quiet``; ``wait`` waits for another run on this machine to end; ``out`` is the
    run's directory.
    """

    params: Mapping[str, Setting | Sequence[Setting]]
    conf: Mapping[str, Setting | Sequence[Setting]]
    runtimes: Mapping[str, str | Path]
    plan: str | Path
    filter: str | Sequence[str]
    wait: bool
    out: str | Path
    quiet: bool


#: Name of a setting of a plan, as in plan files and from Python, to what it is.
SETTINGS: dict[str, Option] = {
    name: hint.__metadata__[0]
    for name, hint in get_type_hints(SettingValues, include_extras=True).items()
}


@dataclass(frozen=True)
class Takes:
    """What a command with trials takes; ``words`` is the help that reads otherwise there."""

    axes: tuple[str, ...] = tuple(AXES)
    settings: tuple[str, ...] = tuple(SETTINGS)
    words: Mapping[str, str] = field(default_factory=dict)


def _but(names: Mapping[str, object], *out: str) -> tuple[str, ...]:
    return tuple(name for name in names if name not in out)


#: Command to what it takes.
COMMANDS: dict[str, Takes] = {
    "compare": Takes(),
    "aa": Takes(
        _but(AXES, "fault"),
        _but(SETTINGS, "until", "budget", "fork", "idle"),
        {"rounds": "Rounds in all [10]."},
    ),
    "capacity": Takes(
        _but(AXES, "rate", "checkpoint", "fault"),
        ("warmup", "duration", "seed", "replay", "listen", "advertise"),
        {
            "warmup": "Settling time of a measured stream [5s].",
            "duration": "Least length of the window of a fresh trial [20s].",
        },
    ),
    "demand": Takes(
        _but(AXES, "checkpoint", "fault"),
        ("warmup", "duration", "seed", "replay", "listen", "advertise"),
        {
            "cores": "Cores to search among: 2,4,8 [each number from 1 to all].",
            "rate": "Records per second to hold: 1000,10k.",
            "warmup": "Settling time of a measured stream [5s].",
            "duration": "Least length of the window of a trial [20s].",
        },
    ),
    "tune": Takes(
        _but(AXES, "streams", "checkpoint", "fault"),
        ("metric", "warmup", "duration", "seed", "replay", "listen", "advertise"),
        {
            "trigger": "Trigger to begin with [1s].",
            "rate": "Records per second [1000].",
            "duration": "Least length of the window [12s].",
        },
    ),
    "soak": Takes(_but(AXES, "fault"), ("warmup", "seed", "replay", "listen", "advertise")),
}
