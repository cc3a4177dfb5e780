"""What a search for cores found: for every cell and arm the least cores that hold its rate.

The searches are replayed from the stored trials (``bench.experiments.demand.search``), so an
unfinished run says what it knows.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from bench.document.text import cell_order
from bench.experiments.capacity.outcome import MEANING
from bench.experiments.demand.search import Demand, Search
from bench.experiments.searched import Findings, plan_of
from bench.summary.source import Source
from bench.summary.summary import Cell

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Needed:
    """One arm in one cell.

    ``cores`` held the rate in a fresh trial, ``missed_cores`` is the next smaller number tried and
    did not; either may be ``None``.  ``stopped_by`` says in two words why fewer, or none at all, do
    not hold it, ``reason`` in half a sentence.  The figures are those of the trial that held;
    ``busy_cores``: CPU time a second of JVM, driver and workers.
    """

    cell: Cell
    arm: str
    rate_per_s: float
    bound_s: float
    end: str | None
    cores: int | None
    missed_cores: int | None
    slots: int | None
    stopped_by: str
    reason: str
    p50_s: float | None
    p99_s: float | None
    batch_p50_s: float | None
    cpu_s_per_million: float | None
    busy_cores: float | None
    notes: tuple[str, ...]
    trials: int


#: After the axes in use, one column an axis.
DEMAND_COLUMNS: tuple[str, ...] = tuple(
    field.name for field in fields(Needed) if field.name not in ("cell", "rate_per_s", "notes")
)


@dataclass(frozen=True)
class DemandReport(Findings[Needed]):
    """A search for cores."""

    arms: tuple[str, ...]
    found: tuple[Needed, ...]


def demand_report(run: Source) -> DemandReport | None:
    """The findings of a search for cores; ``None`` of any other run.

    Raises :class:`UsageError` where the plan is not one that can be read.
    """
    plan = plan_of(run, "demand")
    if plan is None:
        return None
    arms = tuple(arm.text for arm in plan.arms)
    found = [_needed(one) for one in Demand(plan).searches(run.results)]
    found.sort(key=lambda one: (cell_order(one.cell.items()), arms.index(one.arm)))
    return DemandReport(arms, tuple(found))


def demand_frame(report: DemandReport) -> pd.DataFrame:
    """One row a cell and arm; columns the axes and :data:`DEMAND_COLUMNS`."""
    import pandas as pd

    rows = [{**asdict(one), **one.cell} for one in report.found]
    return pd.DataFrame(rows, columns=[*report.axes, *DEMAND_COLUMNS])


def demand_data(report: DemandReport) -> dict[str, Any]:
    """The findings for JSON, as the dataclass names them."""
    return {"found": [{**asdict(one), "cell": dict(one.cell)} for one in report.found]}


def _needed(search: Search) -> Needed:
    place, end, stop = search.place, search.end, search.stopped_by
    at = search.at(end.held) if end is not None and end.held is not None else None
    trial = at[1] if at else None
    gross = trial.latency_s.gross if trial and trial.latency_s else None
    cpu = trial.resources.cpu_s_per_million if trial and trial.resources else None
    word, reason = _why(search)
    return Needed(
        cell=place.cell,
        arm=place.arm,
        rate_per_s=place.rate_per_s,
        bound_s=place.bound_s,
        end=end.kind if end else None,
        cores=place.cores(end.held) if end else None,
        missed_cores=place.cores(end.missed) if end and stop else None,
        slots=trial.trial.slots if trial else None,
        stopped_by=word,
        reason=reason,
        p50_s=gross.p50 if gross else None,
        p99_s=gross.p99 if gross else None,
        batch_p50_s=trial.batch_s.p50 if trial and trial.batch_s else None,
        cpu_s_per_million=cpu,
        busy_cores=None if cpu is None else cpu * place.rate_per_s / 1e6,
        notes=at[0].outcome.notes if at else (),
        trials=len(search.steps),
    )


def _why(search: Search) -> tuple[str, str]:
    """Why fewer cores do not hold the rate, in two words and in half a sentence."""
    if search.end is None:
        if search.steps:
            return "not finished", "its search has not come to its end"
        return "not run", "its search has not begun"
    stop = search.stopped_by
    if stop is None:
        return "fewest cores", "there are no fewer cores to try"
    return MEANING[stop[0].outcome.word], stop[0].outcome.reason
