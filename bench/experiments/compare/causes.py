"""Whether a difference comes from the API or from Python, where a run has the arm that tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bench.document import text
from bench.plan.kind import kind_of
from bench.results.schema import TrialResult
from bench.stats.cause import Cause, Parts
from bench.stats.metrics import METRICS, Metric
from bench.stats.rule import Rule
from bench.summary.axes import split_axes
from bench.summary.source import Source
from bench.summary.summary import ArmSummary, Cell, CellSummary
from bench.summary.verdicts import judge_trials, run_metric, run_rule

#: The part of an arm that says where its records are.
_PATH = "path"


@dataclass(frozen=True)
class Told:
    """The three arms of one cell: on Python workers, the same without, and another API without."""

    cell: Cell
    baseline: str
    without: str
    contender: str
    parts: Parts


def causes(run: Source, metric: Metric | None = None) -> list[Told]:
    """What each cell's three arms tell of ``metric``, by default that of the run's verdicts.

    The intervals hold together: their rule counts one comparison more for each of these.
    """
    if kind_of(run.info.plan) != "compare":
        return []
    metric = METRICS[run_metric(run.info)] if metric is None else metric
    found = [(summary, names) for summary in run.summaries for names in _triples(summary)]
    if not found:
        return []
    planned = run_rule(run.info, sum(len(s.comparisons) for s in run.summaries))
    rule = replace(planned, comparisons=planned.comparisons + len(found))
    return [
        Told(summary.cell, *names, _parts(run.results, summary.cell, names, metric, rule))
        for summary, names in found
    ]


def cause_lines(run: Source) -> list[str]:
    """What they tell in a sentence each; for many cells, how often which."""
    found = causes(run)
    varying, _common = split_axes(run.summaries)
    if len(run.summaries) == 1 or not varying:
        named = len(found) > 1
        return [line for one in found if (line := _sentence(one, "here", named=named))]
    if len(found) <= 2:
        cells = [(one, f"at {text.cell_text(one.cell, varying)}") for one in found]
        return [line for one, where in cells if (line := _sentence(one, where))]
    lines = []
    for names in dict.fromkeys((one.baseline, one.without, one.contender) for one in found):
        own = [one for one in found if (one.baseline, one.without, one.contender) == names]
        words = Counter(_WORDS.get(one.parts.cause, one.parts.cause) for one in own)
        told = ", ".join(f"{word} in {count}" for word, count in words.most_common())
        baseline, without, contender = map(text.plain, names)
        lines.append(
            f"What {contender} and {baseline} differ by, as {without} tells: {told} "
            f"of {len(own)} cells."
        )
    return lines


#: Causes that read differently in a list.
_WORDS: dict[Cause, str] = {
    "neither": "no difference",
    "cancelled": "Python and the API against each other",
    "unknown": "not told",
}


def _sentence(one: Told, where: str, *, named: bool = False) -> str:
    """``named``: it says between whom the difference is, as others stand beside it."""
    baseline, without, contender = map(text.plain, (one.baseline, one.without, one.contender))
    if named:
        where = f"between {baseline} and {contender} {where}"
    return one.parts.sentence(baseline, without, contender, where)


def _triples(summary: CellSummary) -> Iterator[tuple[str, str, str]]:
    """Names of an arm on Python workers, the same arm without, and another API's without."""
    for arm in summary.arms:
        if arm.path != "python" or not arm.ranked:
            continue
        twins = [
            one for one in summary.arms if one.path == "jvm" and one.ranked and _same(one, arm)
        ]
        others = [
            one
            for one in summary.arms
            if one.path == "jvm" and one.ranked and one.engine not in (arm.engine, "null")
        ]
        yield from ((arm.arm, twin.arm, other.arm) for twin in twins for other in others)


def _same(one: ArmSummary, other: ArmSummary) -> bool:
    """Whether two arms differ in nothing but their path."""
    return one.engine == other.engine and _rest(one.arm) == _rest(other.arm)


def _rest(arm: str) -> tuple[str, ...]:
    engine, _, settings = arm.partition(":")
    kept = [part for part in settings.split(",") if part and not part.startswith(f"{_PATH}=")]
    return (engine, *sorted(kept))


def _parts(
    results: Sequence[TrialResult],
    cell: Cell,
    names: tuple[str, str, str],
    metric: Metric,
    rule: Rule,
) -> Parts:
    sides = {
        name: [r for r in results if r.trial.arm == name and r.trial.cell == cell] for name in names
    }
    baseline, without, contender = (sides[name] for name in names)
    return Parts(
        whole=judge_trials(baseline, contender, metric, rule),
        python=judge_trials(baseline, without, metric, rule),
        api=judge_trials(without, contender, metric, rule),
    )
