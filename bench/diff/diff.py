"""``diff``: the same arms and cells in two runs, as data; ``diff_text`` says it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from bench.diff.sides import Key, Read, Trials, Value, by_cell, facts_of, place
from bench.diff.sides import ratios as read_ratios
from bench.diff.sides import values as read_values
from bench.document.text import cell_order
from bench.errors import UsageError
from bench.stats import comparable
from bench.stats.metrics import Metric
from bench.stats.outcome import OK, Outcome
from bench.stats.rule import THRESHOLD, Rule
from bench.stats.two_runs import compare_runs
from bench.stats.verdict import Verdict
from bench.summary.source import Source

#: Words that are an answer, be it "no difference" or "not sure".
JUDGED = frozenset({"improvement", "regression", "within noise", "inconclusive"})


@dataclass(frozen=True)
class Row:
    """One arm in one cell of both runs.

    ``before`` and ``after`` are geometric means over the rounds that count, ``None`` without any;
    the verdict's ratio is after / before.  ``statuses``: worst first, of each run's trials.
    """

    cell: Mapping[str, Value]
    arm: str
    before: float | None
    after: float | None
    ranked: tuple[bool, bool]
    verdict: Verdict

    @property
    def lost(self) -> bool:
        """The arm could be ranked in this cell before and can no longer."""
        return self.ranked == (True, False)


@dataclass(frozen=True)
class RunDiff:
    """Two runs side by side.

    ``overridden``: obstacles that ``--force`` set aside.  ``changes``: what differs and may.
    ``apart``: sentences for arms and cells of one run only.  ``ratios``: values are ratios of an
    arm to the baseline within a round, not the metric itself.
    ``learned``: the threshold is what A/A runs on this machine have shown to be noise.
    """

    before: Source
    after: Source
    metric: Metric
    rule: Rule
    ratios: bool
    rows: tuple[Row, ...]
    changes: tuple[str, ...] = ()
    overridden: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    learned: bool = False

    @property
    def regressions(self) -> tuple[Row, ...]:
        """Rows that got worse beyond the threshold."""
        return tuple(row for row in self.rows if row.verdict.word == "regression")

    @property
    def lost(self) -> tuple[Row, ...]:
        """Rows that could be ranked before only."""
        return tuple(row for row in self.rows if row.lost)

    @property
    def judged(self) -> int:
        """How many rows have an answer."""
        return sum(row.verdict.word in JUDGED for row in self.rows)

    @property
    def gate_failed(self) -> bool:
        """What ``--fail-on slower`` asks: worse anywhere, lost anywhere, or judged nowhere."""
        return bool(self.regressions or self.lost) or not self.judged


def diff_runs(
    before: Source,
    after: Source,
    metric: Metric,
    *,
    threshold: float = THRESHOLD,
    learned: bool = False,
    ratios: bool = False,
    force: bool = False,
) -> RunDiff:
    """Compare two runs.

    :raises UsageError: they must not be compared and ``force`` is not set, or have nothing in
        common.
    """
    facts = facts_of(before), facts_of(after)
    found = comparable.obstacles(*facts, machines=not ratios)
    names = place(before), place(after)
    if found and not force:
        raise UsageError(
            f"{names[0]} and {names[1]} cannot be compared: {'; '.join(found)}. "
            "Compare runs of the same plan on the same machine, or give --force to compare anyway."
        )
    arms = [arm for arm in before.arms if arm in after.arms]
    if ratios:
        if len(arms) < 2 or before.arms[0] != after.arms[0]:
            raise UsageError(
                f"--ratios: {names[0]} and {names[1]} need the same baseline and another arm "
                "in common; leave --ratios out to compare the figures themselves."
            )
        arms = arms[1:]
    axes = comparable.shared_axes(*facts)
    sides = [by_cell(run, axes) for run in (before, after)]
    keys = [key for key in sides[0] if key in sides[1]]
    if not arms or not keys:
        raise UsageError(
            f"{names[0]} and {names[1]} have no {'cell' if arms else 'arm'} in common, "
            "so there is nothing to compare."
        )
    rule = Rule(comparisons=len(arms) * len(keys), threshold=threshold, by_launch=True)
    read = read_ratios(metric, before.arms[0]) if ratios else read_values(metric)
    rows = tuple(
        _row((sides[0][key], sides[1][key]), names, dict(key), arm, metric, rule, read)
        for key in sorted(keys, key=cell_order)
        for arm in arms
    )
    return RunDiff(
        before,
        after,
        metric,
        rule,
        ratios,
        rows,
        comparable.changes(*facts),
        found,
        tuple(_apart(before, after, sides)),
        learned,
    )


def _row(
    trials: tuple[Trials, Trials],
    names: tuple[str, str],
    cell: Mapping[str, Value],
    arm: str,
    metric: Metric,
    rule: Rule,
    read: Read,
) -> Row:
    sides = read(trials[0], arm), read(trials[1], arm)
    verdict = compare_runs(*sides, metric, rule, names)
    middles = [_middle(side) for side in sides]
    ranked = tuple(bool(side) and all(o.status in (OK, "invalid") for o in side) for side in sides)
    return Row(cell, arm, middles[0], middles[1], (ranked[0], ranked[1]), verdict)


def _middle(outcomes: Sequence[Outcome]) -> float | None:
    values = [o.value for o in outcomes if o.status == OK and o.value is not None and o.value > 0]
    return math.exp(fmean(map(math.log, values))) if values else None


def _apart(
    before: Source, after: Source, sides: Sequence[Mapping[Key, Mapping[str, Any]]]
) -> list[str]:
    lines = []
    for one, other, mine, theirs in (
        (before, after, sides[0], sides[1]),
        (after, before, sides[1], sides[0]),
    ):
        arms = [arm for arm in one.arms if arm not in other.arms]
        if arms:
            lines.append(f"Only in {place(one)}: {', '.join(arms)}.")
        cells = sum(key not in theirs for key in mine)
        if cells:
            lines.append(f"Only in {place(one)}: {cells} cell{'' if cells == 1 else 's'}.")
    return lines
