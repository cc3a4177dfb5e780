"""How good a configuration looked in the search, by its trials: an order, not a judgement.

``unsettled`` trials count here: what the search chooses is measured afresh before it is believed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import TYPE_CHECKING

from bench.stats.metrics import METRICS, Metric

if TYPE_CHECKING:
    from bench.results.schema import TrialResult

P99 = METRICS["e2e_p99"]
CPU = METRICS["cpu_per_million"]

#: Records an engine works off in a second of work.  At a given rate every configuration that holds
#: delivers alike; this tells how much more each could, roughly, before it no longer holds.  Work is
#: batch time; where records come out one by one, a batch is open all the time, so it is CPU time.
WORK_RATE = Metric(
    "work_rate",
    "records per second of work",
    "records/s",
    "higher",
    (),
    "works off {} times as many records in a second of work",
    "work off equally many records in a second of work",
)

#: Statuses whose figures say something of the configuration.
MEASURED = frozenset({"ok", "unsettled"})

#: From best to worst: within the bound (or there is none), beyond it, rate not held, no figures.
WITHIN, BEYOND, SATURATED, NOTHING = range(4)


@dataclass(frozen=True)
class Goal:
    """What is wanted: the lowest ``metric``, or within ``bound_s`` of p99 the highest work rate."""

    metric: Metric = P99
    bound_s: float | None = None

    @property
    def aim(self) -> Metric:
        """The metric that decides between two configurations that are within the bound."""
        return self.metric if self.bound_s is None else WORK_RATE

    def keeps(self, result: TrialResult) -> bool:
        """Whether a trial held the rate and kept the bound, where there is one."""
        if result.status not in MEASURED:
            return False
        p99 = P99.read(result)
        return self.bound_s is None or (p99 is not None and p99 <= self.bound_s)


@dataclass(frozen=True, order=True)
class Score:
    """Smaller is better: the class first, then the number within it."""

    rank: int
    number: float


def read(metric: Metric, result: TrialResult) -> float | None:
    """A metric of a trial, :data:`WORK_RATE` among them."""
    return work_rate(result) if metric.key == WORK_RATE.key else metric.read(result)


def work_rate(result: TrialResult) -> float | None:
    """:data:`WORK_RATE` of the measured batches; ``None`` where no work was seen."""
    batches = [b for b in result.batches if not b.warmup and b.failure is None]
    if any(b.chunks for b in batches):
        cpu_s = CPU.read(result)
        return 1e6 / cpu_s if cpu_s else None
    spent_s = sum(b.finished - b.started for b in batches)
    records = sum(count for b in batches for _stream, _first, count in b.ranges)
    return records / spent_s if spent_s > 0 and records else None


def scores(by_config: Mapping[int, Mapping[int, TrialResult]], goal: Goal) -> dict[int, Score]:
    """The score of each configuration from its trials by round.

    Logarithms are taken around the median of their round, so that a round that was slow for all
    counts against nobody who took part in it.
    """
    rounds = {number for trials in by_config.values() for number in trials}
    middle = {
        metric.key: {n: _middle(by_config, n, metric) for n in rounds} for metric in (goal.aim, P99)
    }
    return {config: _score(trials, goal, middle) for config, trials in by_config.items()}


def _score(
    trials: Mapping[int, TrialResult], goal: Goal, middle: Mapping[str, Mapping[int, float]]
) -> Score:
    statuses = [result.status for result in trials.values()]
    if "saturated" in statuses:
        return Score(SATURATED, float(statuses.count("saturated")))
    measured = {n: result for n, result in trials.items() if result.status in MEASURED}
    if not measured:
        return Score(NOTHING, 0.0)
    if goal.bound_s is not None:
        p99 = [value for r in measured.values() if (value := P99.read(r)) is not None]
        if not p99 or median(p99) > goal.bound_s:
            return Score(BEYOND, _mean(measured, P99, middle))
    return Score(WITHIN, _mean(measured, goal.aim, middle))


def _mean(
    trials: Mapping[int, TrialResult], metric: Metric, middle: Mapping[str, Mapping[int, float]]
) -> float:
    """Mean of the logarithms around their rounds' medians, turned so that smaller is better."""
    logs = [
        math.log(value) - middle[metric.key][number]
        for number, result in trials.items()
        if (value := read(metric, result)) is not None and value > 0
    ]
    if not logs:
        return math.inf
    return fmean(logs) * (1 if metric.better == "lower" else -1)


def _middle(
    by_config: Mapping[int, Mapping[int, TrialResult]], number: int, metric: Metric
) -> float:
    logs = [
        math.log(value)
        for trials in by_config.values()
        if number in trials
        and trials[number].status in MEASURED
        and (value := read(metric, trials[number])) is not None
        and value > 0
    ]
    return median(logs) if logs else 0.0


def front(points: Sequence[tuple[float, float]]) -> list[bool]:
    """Which points (latency, work rate) no other one beats: as good in both and better in one."""
    return [
        not any(x <= latency and y >= rate and (x < latency or y > rate) for x, y in points)
        for latency, rate in points
    ]
