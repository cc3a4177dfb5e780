"""What is compared: the name, the unit and the better direction of each metric."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Better = Literal["lower", "higher"]


@dataclass(frozen=True)
class Metric:
    """One number of a trial.

    ``path`` leads to it in a :class:`bench.results.schema.TrialResult`.  ``times`` and ``alike``
    are its words: "A {times, with a ratio filled in}", "A and B {alike}".  ``short`` names it in a
    sentence that gives the ratio.  ``moves`` leads to the change, over the window, of what moves
    the metric one to one; empty where nothing of the kind is known.
    """

    key: str
    label: str
    unit: str
    better: Better
    path: tuple[str, ...]
    times: str
    alike: str
    short: str = ""
    moves: tuple[str, ...] = ()

    def read(self, result: Any) -> float | None:
        """The metric of a trial (an object or a mapping), ``None`` where it was not measured."""
        return _follow(result, self.path)

    def drift(self, result: Any) -> float:
        """By what share of itself the metric moved over the window; 0 where that is not known."""
        if not self.moves:
            return 0.0
        value, change = self.read(result), _follow(result, self.moves)
        return change / value if value and change is not None else 0.0


def _follow(result: Any, path: tuple[str, ...]) -> float | None:
    here = result
    for name in path:
        here = here.get(name) if isinstance(here, Mapping) else getattr(here, name, None)
        if here is None:
            return None
    return float(here)


#: Every latency moves one to one with the time from the tick to the end of the output.
AFTER_TICK = ("ageing", "change_s")

_ALL = (
    Metric(
        "e2e_p99",
        "end-to-end latency, p99",
        "s",
        "lower",
        ("latency_s", "gross", "p99"),
        "is {} times as late at p99",
        "are equally late at p99",
        "p99",
        AFTER_TICK,
    ),
    Metric(
        "e2e_p50",
        "end-to-end latency, p50",
        "s",
        "lower",
        ("latency_s", "gross", "p50"),
        "is {} times as late at p50",
        "are equally late at p50",
        "p50",
        AFTER_TICK,
    ),
    Metric(
        "net_p99",
        "latency net of the wait for the trigger, p99",
        "s",
        "lower",
        ("latency_s", "net", "p99"),
        "is {} times as late at p99 net of the wait for the trigger",
        "are equally late at p99 net of the wait for the trigger",
        "p99 net of the wait for the trigger",
        AFTER_TICK,
    ),
    Metric(
        "batch_p50",
        "processing time of a batch, p50",
        "s",
        "lower",
        ("batch_s", "p50"),
        "takes {} times as long for the median batch",
        "take equally long for the median batch",
        "the median batch",
        ("ageing", "batch_change_s"),
    ),
    Metric(
        "throughput",
        "records visible per second",
        "records/s",
        "higher",
        ("throughput_per_s",),
        "delivers {} times as many records per second",
        "deliver equally many records per second",
    ),
    Metric(
        "cpu_per_million",
        "CPU time per million records",
        "s",
        "lower",
        ("resources", "cpu_s_per_million"),
        "spends {} times as much CPU time per record",
        "spend equally much CPU time per record",
    ),
    Metric(
        "outage",
        "longest time without a new result after the fault",
        "s",
        "lower",
        ("fault", "outage_s"),
        "keeps its users waiting {} times as long after the fault",
        "keep their users waiting equally long after the fault",
    ),
    Metric(
        "recovery",
        "time from the fault until the backlog is gone",
        "s",
        "lower",
        ("fault", "backlog_gone_s"),
        "takes {} times as long until the backlog is gone",
        "take equally long until the backlog is gone",
    ),
)

#: Those that only a trial with a fault has.
OF_FAULTS = ("outage", "recovery")

#: Every metric by its key, the headline first.
METRICS: dict[str, Metric] = {metric.key: metric for metric in _ALL}

#: The one metric per cell that gets the verdict unless ``--metric`` names another.
HEADLINE = "e2e_p99"
