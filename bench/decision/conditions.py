"""Under which conditions a run was measured: what a decision says nothing about beyond them."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.decision.evidence import Part
from bench.errors import UsageError
from bench.plan.axes import AXES, axis_keyed
from bench.results.schema import RunInfo, TrialResult
from bench.units import format_quantity


@dataclass(frozen=True)
class Conditions:
    """What all trials of a work had in common, each as the values seen."""

    jobs: tuple[str, ...]
    sinks: tuple[str, ...]
    arrivals: tuple[str, ...]
    lines: tuple[str, ...]
    streams: tuple[str, ...]
    guarantees: Mapping[str, str]
    paths: Mapping[str, str]
    window_s: float
    cpu: str
    cpus: int
    shortest_trigger_s: float
    most_cores: int


def conditions_of(results: Sequence[TrialResult], info: RunInfo) -> Conditions:
    """The conditions of ``results``, which are those of one work."""
    trials = [result.trial for result in results]
    windows = (r.window_s[1] - r.window_s[0] for r in results if r.window_s is not None)
    return Conditions(
        jobs=_seen(trial.job for trial in trials),
        sinks=_seen(trial.sink for trial in trials),
        arrivals=_seen(trial.arrivals for trial in trials),
        lines=_seen(trial.payload for trial in trials),
        streams=_seen(str(trial.streams) for trial in trials),
        guarantees={trial.arm: trial.guarantee for trial in trials},
        paths={trial.arm: trial.path for trial in trials},
        window_s=max(windows, default=0.0),
        cpu=info.environment.cpu,
        cpus=info.environment.cpus,
        shortest_trigger_s=min((trial.trigger_s for trial in trials), default=0.0),
        most_cores=max((trial.cores for trial in trials), default=0),
    )


def compare_command(
    info: RunInfo, arms: Iterable[str], rates_per_s: Iterable[float], rounds: int, work: Part = ()
) -> str:
    """The ``sparkbench compare`` that measures the same at other rates, with more rounds."""
    words = ["sparkbench", "compare", *arms]
    axes: dict[str, Sequence[Any]] = dict(info.plan.get("axes", {}))
    axes |= {axis: (value,) for axis, value in work}
    for key, values in axes.items():
        if key != "rate_per_s":
            words += _flags(key, values)
    words += ["--rate", ",".join(format_quantity(rate) for rate in rates_per_s)]
    replay = info.plan.get("settings", {}).get("replay")
    words += ["--replay", str(replay)] if replay else []
    for name, path in info.plan.get("settings", {}).get("runtimes", ()):
        words += ["--runtime", f"{name}={path}"]
    return shlex.join([*words, "--rounds", str(rounds)])


def _flags(key: str, values: Sequence[Any]) -> list[str]:
    """The options that give an axis these values; none where it is the default anyway."""
    try:
        axis = axis_keyed(key)
        texts = [axis.write(value) for value in values]
    except (UsageError, ValueError, TypeError):
        # An axis of another version: the command is a proposal, and reads well without it.
        return []
    if axis.name in AXES and axis.name != "cores" and texts == [axis.default]:
        return []
    return axis.options(texts)


def _seen(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
