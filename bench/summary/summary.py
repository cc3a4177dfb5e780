"""The data of a cell's summary; ``bench.summary.cells`` makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bench.results.schema import Status, TrialResult
from bench.stats.verdict import Verdict

Cell = Mapping[str, str | int | float]


#: From the trials of the baseline and of an arm in one cell, and the number of comparisons seen
#: together, to a verdict.  It is asked about unranked cells too: it may say more about why.
Judge = Callable[[Sequence[TrialResult], Sequence[TrialResult], int], Verdict]


@dataclass(frozen=True)
class Figures:
    """Medians over an arm's trials; ``None`` where no trial has the figure."""

    p50_s: float | None = None
    p99_s: float | None = None
    net_p99_s: float | None = None
    batch_p50_s: float | None = None
    throughput_per_s: float | None = None


@dataclass(frozen=True)
class ArmSummary:
    """One arm in one cell.

    ``status`` is the worst of its trials, ``None`` when it has none yet; a few ``invalid`` ones
    among ``ok`` ones are left out as disturbed (``bench.stats.outcome``).  ``at_limit``: that none
    was worse than :func:`bench.stats.outcome.is_at_limit`, and one was.  ``figures`` are kept for
    arms that are not ranked too, to be shown as what was seen, never beside another arm's.
    """

    arm: str
    engine: str
    path: str
    guarantee: str
    status: Status | None
    reasons: tuple[str, ...]
    rounds: int
    rounds_ok: int
    figures: Figures
    at_limit: bool = False

    @property
    def ranked(self) -> bool:
        """Whether the latency may be shown as this arm's result."""
        return self.status == "ok" or self.at_limit


@dataclass(frozen=True)
class Comparison:
    """One arm against the baseline in one cell; ``ratio`` is arm / baseline of the metric.

    ``verdict`` has the interval and the word, ``None`` where nobody has judged.
    ``metric`` is a key of ``bench.stats.metrics.METRICS``.
    ``ratio`` is ``None`` exactly when ``reason`` says why there is none.
    """

    baseline: str
    arm: str
    metric: str
    log_ratios: tuple[float, ...]
    ratio: float | None
    estimate: bool
    verdict: Verdict | None
    reason: str | None

    @property
    def rounds(self) -> int:
        """Rounds in which both sides were measured."""
        return len(self.log_ratios)


@dataclass(frozen=True)
class CellSummary:
    """One cell: its arms in the run's order, and each later arm against the first."""

    cell: Cell
    arms: tuple[ArmSummary, ...]
    comparisons: tuple[Comparison, ...]
