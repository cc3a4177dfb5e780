"""A run of an arm against itself, as a whole: floor, false alarms, and what it would notice."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.stats.interval import NoInterval, log_ratios, minimum_rounds
from bench.stats.metrics import Metric
from bench.stats.outcome import OK
from bench.stats.rule import MOST_ROUNDS, Rule
from bench.stats.selfcontrol import (
    FalseAlarms,
    NoiseFloor,
    Power,
    false_alarms,
    noise_floor,
    power,
)
from bench.stats.verdict import Pair, Verdict, judge

#: A delay is called noticeable when this share of runs would notice it.
NOTICED = 0.8


@dataclass(frozen=True)
class CellControl:
    """One cell of an A/A run.

    ``shift_s``: mean of contender - baseline within rounds.  ``power``: against the delay that was
    injected.  ``rounds_needed``: rounds in all that would call it *slower* in 80% of runs; ``None``
    beyond 100.  ``least_seen_s``, ``least_claimed_s``: the shortest delays that 80% of runs of as
    many rounds would tell from none, and call *slower*; only of metrics that a delay adds to.
    """

    verdict: Verdict
    shift_s: float | None = None
    power: Power | None = None
    rounds_needed: int | None = None
    least_seen_s: float | None = None
    least_claimed_s: float | None = None


@dataclass(frozen=True)
class SelfControl:
    """What an A/A run says; without a ``floor``, ``why_not`` says why.

    ``alarms`` is ``None`` too where the rounds make no whole comparison.

    ``rounds`` are those in which every ranked cell counts; ``inject_s`` is the delay of the one
    side, which is taken off again for floor, alarms and least delays.
    """

    cells: tuple[CellControl, ...]
    rounds: int
    inject_s: float = 0.0
    floor: NoiseFloor | None = None
    alarms: FalseAlarms | None = None
    why_not: str = ""


def shifts(metric: Metric) -> bool:
    """Whether a load sent later by some time makes ``metric`` longer by exactly that time.

    True of latencies from the intended send time.  Net of the wait for the trigger is another
    matter: what comes after its tick is an interval later, not a delay later.
    """
    return metric.path[:2] == ("latency_s", "gross")


def self_control(
    cells: Sequence[Sequence[Pair]],
    metric: Metric,
    inject_s: float = 0.0,
    *,
    by_launch: bool = True,
) -> SelfControl:
    """Judge an A/A run; ``cells`` are the pairs of each planned cell (see ``verdict.judge``).

    With ``inject_s`` the contender's records were sent so much later.  Cells that cannot be ranked
    keep their verdict and are left out of the rest.  ``by_launch``: the run's own rule; the false
    alarms are always those of comparisons as they are made now.  Never raises for what trials
    contain.
    """
    m = max(1, len(cells))
    rule = Rule(comparisons=m, by_launch=by_launch)
    verdicts = [judge(pairs, metric, rule) for pairs in cells]
    ranked = [k for k, verdict in enumerate(verdicts) if verdict.word != "unranked"]
    common = _common_rounds([cells[k] for k in ranked])
    bare = SelfControl(tuple(map(CellControl, verdicts)), len(common), inject_s)
    if not ranked:
        return _without(bare, "no cell could be ranked")
    least = minimum_rounds(m)
    if len(common) < least:
        return _without(bare, f"{len(common)} rounds count in every cell, {least} are the minimum")
    sides = {k: _sides(cells[k], common) for k in ranked}
    try:
        undelayed = {k: (sides[k][0], [v - inject_s for v in sides[k][1]]) for k in ranked}
        table = np.array([log_ratios(*undelayed[k]) for k in ranked]).T
        floor = noise_floor(table)
        controls = list(bare.cells)
        for column, k in enumerate(ranked):
            controls[k] = _cell(verdicts[k], sides[k], table[:, column], metric, inject_s, floor, m)
        first, second = (np.log([undelayed[k][side] for k in ranked]).T for side in (0, 1))
        alarms = false_alarms(first, second)
    except NoInterval as problem:
        return _without(bare, str(problem))
    return SelfControl(tuple(controls), len(common), inject_s, floor, alarms)


def _without(bare: SelfControl, why: str) -> SelfControl:
    return SelfControl(bare.cells, bare.rounds, bare.inject_s, why_not=why)


def _common_rounds(cells: Sequence[Sequence[Pair]]) -> list[int]:
    """The rounds in which both trials of every cell count."""
    counted = [{pair.round for pair in pairs if _counts(pair)} for pairs in cells]
    return sorted(set.intersection(*counted)) if counted else []


def _counts(pair: Pair) -> bool:
    return all(t is not None and t.status == OK for t in (pair.baseline, pair.contender))


def _sides(pairs: Sequence[Pair], rounds: Sequence[int]) -> tuple[list[float], list[float]]:
    by_round = {pair.round: pair for pair in pairs}
    both = [(by_round[n].baseline, by_round[n].contender) for n in rounds]
    return (
        [b.value or 0.0 for b, _ in both if b is not None],
        [c.value or 0.0 for _, c in both if c is not None],
    )


def _cell(
    verdict: Verdict,
    sides: tuple[list[float], list[float]],
    undelayed: NDArray[np.float64],
    metric: Metric,
    inject_s: float,
    floor: NoiseFloor,
    m: int,
) -> CellControl:
    baseline, contender = sides
    shift_s = float(np.mean(contender) - np.mean(baseline))
    if not shifts(metric):
        return CellControl(verdict, shift_s)
    calm = undelayed - undelayed.mean()
    level_s = math.exp(float(np.log(baseline).mean()))

    def against(delay_s: float) -> Power:
        values = (calm + math.log1p(delay_s / level_s)).tolist()
        return power(values, None, floor.threshold, m)

    seen = [float(r) for r in log_ratios(baseline, contender)]
    return CellControl(
        verdict,
        shift_s,
        power(seen, None, floor.threshold, m) if inject_s else None,
        _rounds_needed(seen, floor.threshold, m) if inject_s else None,
        _least(lambda delay_s: against(delay_s).seen, level_s),
        _least(lambda delay_s: against(delay_s).beyond_threshold, level_s),
    )


def _rounds_needed(values: Sequence[float], threshold: float, m: int) -> int | None:
    counts = range(minimum_rounds(m), MOST_ROUNDS + 1)
    return next(
        (n for n in counts if power(values, n, threshold, m).beyond_threshold >= NOTICED), None
    )


def _least(chance: Callable[[float], float], level_s: float) -> float | None:
    """The shortest delay that :data:`NOTICED` notice, to 1%; ``None`` beyond 10 times the level."""
    low, high = 0.0, 10 * level_s
    if chance(high) < NOTICED:
        return None
    while high - low > 0.01 * high:
        middle = (low + high) / 2
        low, high = (low, middle) if chance(middle) >= NOTICED else (middle, high)
    return high
