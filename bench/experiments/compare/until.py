"""Rounds until every interval is narrow enough, or the budget is spent.

Whether to go on is decided between rounds, from the *spread* of the log-ratios and from the clock,
never from the ratios themselves: that is what keeps the level of the interval
(``bench.stats.sequential``, docs/statistics.md).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from bench.experiments.compare.rounds import latest_attempts, left_of_rounds
from bench.plan.cells import cell_key
from bench.plan.plan import Plan
from bench.plan.precision import comparisons, minimum
from bench.plan.spec import TrialSpec
from bench.stats.metrics import METRICS, Metric
from bench.stats.outcome import DISTURBED, OK, is_positive, too_many_lost

if TYPE_CHECKING:
    from bench.results.schema import TrialResult
    from bench.stats.sequential import Progress

#: A run ends here at the latest, narrow enough or not.
UNTIL_MOST_ROUNDS = 100


@dataclass(frozen=True)
class Forecast:
    """Where the run stands after ``rounds`` whole rounds.

    ``expected_rounds`` in all (``None`` during the pilot), ``budget_rounds`` in all for which the
    budget suffices (``None`` without one), ``widest`` half-width now and ``target``, both as
    shares (0.07 is times and over 1.07).
    """

    rounds: int
    pilot: int
    expected_rounds: int | None
    budget_rounds: int | None
    widest: float | None
    target: float


@runtime_checkable
class Forecasting(Protocol):
    """A strategy that can say how far a run is from its end."""

    def forecast(self, results: Sequence[TrialResult]) -> Forecast | None:
        """The state after the last whole round; ``None`` before the pilot has ended."""
        ...


class Until:
    """The rounds of a plan with ``until``, one after another, and no more than it takes.

    The time used is the sum of ``trial_s`` over ``results``, so that all attempts at a trial have
    to be among them.  A round begins only if, by the mean of those before it, it will end within
    the budget; the first always does.
    """

    def __init__(self, plan: Plan) -> None:
        """``plan.settings.until`` must be given; ``plan.settings.rounds`` is the pilot."""
        if plan.settings.until is None:
            raise ValueError("the plan says nothing of a width to reach")
        self._plan = plan
        self._target = plan.settings.until
        self._pilot = plan.settings.rounds
        self._least = minimum(plan)
        self._metric = METRICS[plan.settings.metric]

    def next(self, results: Sequence[TrialResult]) -> TrialSpec | None:
        """The next trial of the round under way, or the first of one more round."""
        under_way = max((result.trial.round for result in results), default=1)
        left = left_of_rounds(self._plan, results, under_way)
        if left:
            return left[0]
        if self._enough(results, under_way):
            return None
        # A round without a trial has only arms that are unsupported, and so has every other one.
        more = left_of_rounds(self._plan, results, under_way + 1)
        return more[0] if more else None

    def remaining(self, results: Sequence[TrialResult]) -> list[TrialSpec]:
        """The rounds expected to come: those of the pilot, then what its spread asks for."""
        if self.next(results) is None:
            return []
        done = self._whole_rounds(results)
        seen = self._progress(results, done)
        last = max(self._pilot, done + 1) if seen is None else seen.expected_rounds or done + 1
        return left_of_rounds(self._plan, results, min(last, self._cap(results, done)))

    def forecast(self, results: Sequence[TrialResult]) -> Forecast | None:
        """The state after the last whole round; ``None`` before the pilot has ended."""
        done = self._whole_rounds(results)
        seen = self._progress(results, done)
        if seen is None:
            return None
        cap = None if self._plan.settings.budget_s is None else self._cap(results, done)
        return Forecast(done, self._pilot, seen.expected_rounds, cap, seen.widest, self._target)

    def _whole_rounds(self, results: Sequence[TrialResult]) -> int:
        """How many rounds from the first on have nothing left to run."""
        under_way = max((result.trial.round for result in results), default=0)
        left = left_of_rounds(self._plan, results, under_way)
        return left[0].round - 1 if left else under_way

    def _enough(self, results: Sequence[TrialResult], rounds: int) -> bool:
        """Whether no round is to follow these whole ones."""
        if rounds >= self._cap(results, rounds):
            return True
        seen = self._progress(results, rounds)
        return seen is not None and seen.done and rounds >= self._least

    def _cap(self, results: Sequence[TrialResult], done: int) -> int:
        """Rounds in all that the budget allows, by what ``done`` whole rounds took."""
        budget = self._plan.settings.budget_s
        if budget is None:
            return UNTIL_MOST_ROUNDS
        spent = sum(r.trial_s for r in results if r.trial.round <= done)
        if done == 0 or spent <= 0:
            return UNTIL_MOST_ROUNDS
        return min(UNTIL_MOST_ROUNDS, done + max(0, math.floor((budget - spent) / (spent / done))))

    def _progress(self, results: Sequence[TrialResult], rounds: int) -> Progress | None:
        from bench.stats.sequential import Progress, progress

        if rounds < self._pilot:
            return None
        latest = [r for r in latest_attempts(results).values() if r.trial.round <= rounds]
        cells = self._log_ratios(latest)
        planned = comparisons(len(self._plan.points), len(self._plan.arms))
        if not cells:
            return Progress(True, rounds, self._pilot, rounds, None)
        seen = progress(cells, self._target, planned)
        # A pair that lost rounds to disturbances needs so many more to make up for them.
        lost = rounds - seen.rounds
        expected = None if seen.expected_rounds is None else seen.expected_rounds + lost
        return replace(seen, rounds=rounds, expected_rounds=expected)

    def _log_ratios(self, results: Sequence[TrialResult]) -> list[list[float]]:
        """Of each pair that can still be ranked, the log-ratio of each of its rounds."""
        by_pair: dict[tuple[str, str], dict[int, TrialResult]] = {}
        for result in results:
            key = (cell_key(result.trial.cell), result.trial.arm)
            by_pair.setdefault(key, {})[result.trial.round] = result
        baseline, *contenders = [arm.text for arm in self._plan.arms]
        pairs = [
            _pair(by_pair.get((cell, baseline), {}), by_pair.get((cell, arm), {}), self._metric)
            for cell in map(cell_key, self._plan.cells)
            for arm in contenders
        ]
        return [logs for logs in pairs if logs is not None]


def _pair(
    baseline: Mapping[int, TrialResult], contender: Mapping[int, TrialResult], metric: Metric
) -> list[float] | None:
    """The log-ratio of each undisturbed round; ``None`` where there can be no verdict any more.

    The same trials unrank a pair here as in ``bench.stats.outcome``.
    """
    rounds = sorted(baseline.keys() | contender.keys())
    logs: list[float] = []
    lost = 0
    for number in rounds:
        sides = [side[number] for side in (baseline, contender) if number in side]
        if any(side.status not in (OK, DISTURBED) for side in sides) or len(sides) < 2:
            return None
        if any(side.status == DISTURBED for side in sides):
            lost += 1
            continue
        values = [metric.read(side) for side in sides]
        if not all(map(is_positive, values)):
            return None
        logs.append(math.log((values[1] or 0.0) / (values[0] or 1.0)))
    return None if too_many_lost(lost, len(rounds)) else logs
