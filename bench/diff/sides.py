"""One side of a ``diff``: what decides whether a run can be compared, and its values by cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from bench.document.text import axis_order
from bench.errors import UsageError
from bench.plan.plan import Plan
from bench.results.schema import RunInfo, TrialResult
from bench.stats.comparable import INHERITED, RunFacts
from bench.stats.metrics import Metric
from bench.stats.outcome import OK, Outcome, outcome_of
from bench.summary.settings import in_force
from bench.summary.source import Source

Value = str | int | float

#: A cell by the axes that tell the cells of two runs apart.
Key = tuple[tuple[str, Value], ...]

#: The trials of one cell, by arm.
Trials = Mapping[str, Sequence[TrialResult]]

#: The outcomes of an arm from the trials of a cell.
Read = Callable[[Trials, str], list[Outcome]]


def _of_arms(info: RunInfo) -> dict[str, str | None]:
    """Versions of arms that run on others than sparkbench itself."""
    machine, found = info.environment, dict[str, str | None]()
    for arm, place in info.places.items():
        if (place.spark, place.python) != (machine.spark, machine.python):
            found |= {
                f"Spark of {arm}": place.spark,
                f"Java of {arm}": place.java,
                f"Python of {arm}": place.python,
            }
    return found


def _settings(run: Source) -> dict[str, str | None]:
    """Settings that were in force and are not Spark's own, with their origins.

    Of runs and trials that tell none, what was found in the user's files and environment.
    """
    extra = run.info.environment.extra
    found = {name: str(value) for name, value in extra.items() if name.startswith(INHERITED)}
    return {**found, **in_force(run.results)}


def facts_of(run: Source) -> RunFacts:
    """What decides whether ``run`` can be compared."""
    info, machine = run.info, run.info.environment
    try:
        plan = Plan.from_dict(info.plan)
        axes: Mapping[str, Sequence[Any]] = plan.axes
        settings: dict[str, Any] = asdict(plan.settings)
    except (UsageError, KeyError, TypeError, ValueError):
        # A plan of another version is still a plan; what it says is compared as it stands.
        axes, settings = info.plan.get("axes", {}), dict(info.plan.get("settings", {}))
    return RunFacts(
        run_id=info.run_id,
        schema_version=info.schema_version,
        cpu=machine.cpu,
        cpus=machine.cpus,
        axes=axes,
        settings=settings,
        code=frozenset(
            " ".join(filter(None, (result.trial.code_digest, result.trial.job_digest[:16])))
            for result in run.results
        ),
        versions={
            "Spark": machine.spark,
            "Java": machine.java,
            "Python": machine.python,
            "OS": machine.os,
            "sparkbench": info.sparkbench,
            **_of_arms(info),
            **_settings(run),
        },
    )


def place(run: Source) -> str:
    """The run as the user would name it."""
    return run.place or run.info.run_id


def by_cell(run: Source, axes: Sequence[str]) -> dict[Key, dict[str, list[TrialResult]]]:
    """Trials by cell and arm; a cell is told by ``axes``, those with one value included."""
    plan = facts_of(run).axes
    fixed = {axis: plan[axis][0] for axis in axes if len(plan.get(axis, ())) == 1}
    groups: dict[Key, dict[str, list[TrialResult]]] = {}
    for result in run.results:
        own = result.trial.cell.items()
        cell = fixed | {axis: value for axis, value in own if axis in axes or not plan}
        items = [(axis, _number(value)) for axis, value in cell.items()]
        key = tuple(sorted(items, key=lambda item: axis_order(item[0])))
        groups.setdefault(key, {}).setdefault(result.trial.arm, []).append(result)
    return groups


def _number(value: Value) -> Value:
    return float(value) if isinstance(value, int) else value


def values(metric: Metric) -> Read:
    """The metric itself, an outcome a trial."""

    def read(side: Trials, arm: str) -> list[Outcome]:
        return [outcome_of(trial, metric) for trial in side.get(arm, ())]

    return read


def ratios(metric: Metric, baseline: str) -> Read:
    """The metric's ratio to ``baseline``, an outcome a round, with the worse side's status."""
    plain = values(metric)

    def read(side: Trials, arm: str) -> list[Outcome]:
        trials = {
            name: {
                trial.trial.round: outcome
                for trial, outcome in zip(side.get(name, ()), plain(side, name), strict=True)
            }
            for name in (baseline, arm)
        }
        outcomes = []
        for number in sorted(trials[baseline].keys() & trials[arm].keys()):
            below, above = trials[baseline][number], trials[arm][number]
            bad = next((o for o in (below, above) if o.status != OK), None)
            value = above.value / below.value if above.value and below.value else None
            outcomes.append(bad or Outcome(value, drift=above.drift - below.drift))
        return outcomes

    return read
