"""What a report is made from, so that this room does not depend on how a run is stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from bench.results.schema import RunInfo, TrialResult
from bench.summary.summary import CellSummary


class Source(Protocol):
    """A finished or interrupted run; ``bench.run.Run`` is one."""

    @property
    def info(self) -> RunInfo:
        """``run.json``."""
        ...

    @property
    def results(self) -> Sequence[TrialResult]:
        """All stored trials, by number."""
        ...

    @property
    def problems(self) -> Sequence[str]:
        """A sentence for each stored file that had to be skipped."""
        ...

    @property
    def arms(self) -> tuple[str, ...]:
        """All arms, the baseline first."""
        ...

    @property
    def summaries(self) -> tuple[CellSummary, ...]:
        """One summary a cell."""
        ...

    @property
    def cells(self) -> Any:
        """The data frame of ``cells.csv``."""
        ...

    @property
    def place(self) -> str | None:
        """The run directory as the user would write it, or ``None`` when it is not stored."""
        ...
