"""The data of a cell's summary; ``bench.report.cells`` makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bench.results.schema import Status, TrialResult

Cell = Mapping[str, str | int | float]


@dataclass(frozen=True)
class Judgement:
    """What statistics say of one ratio: its interval at ``level``, and the verdict word."""

    low: float | None
    high: float | None
    level: float
    word: str
    reason: str | None = None


#: From the trials of the baseline and of an arm in one cell, and the number of comparisons judged
#: together, to a judgement.  It is asked about unranked cells too: it may say more about why.
Judge = Callable[[Sequence[TrialResult], Sequence[TrialResult], int], Judgement | None]


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

    ``status`` is the worst of its trials, ``None`` when it has none yet.  ``figures`` are kept for
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

    @property
    def ranked(self) -> bool:
        """Whether the latency may be shown as this arm's result."""
        return self.status == "ok"


@dataclass(frozen=True)
class Comparison:
    """One arm against the baseline in one cell; ``ratio`` is arm / baseline of the metric.

    ``metric`` is a key of ``bench.stats.metrics.METRICS``.
    ``ratio`` is ``None`` exactly when ``reason`` says why there is none.
    """

    baseline: str
    arm: str
    metric: str
    log_ratios: tuple[float, ...]
    ratio: float | None
    estimate: bool
    judgement: Judgement | None
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
