"""Results as data frames: one row a trial, one row a batch.

Columns are always there, whatever the run holds; a figure that was not measured is missing (NaN).
Seconds, records and bytes; times are Unix seconds.  Axes in use that no column names, such as
``conf.spark.locality.wait``, follow as columns of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from bench.contract import PHASES
from bench.results.schema import Batch, Quantiles, TrialInfo, TrialResult

if TYPE_CHECKING:
    import pandas as pd

_TRIAL = ("number", "arm", "engine", "status")
_SETTINGS = (
    "trigger_s",
    "cores",
    "rate_per_s",
    "arrivals",
    "streams",
    "payload",
    "equal",
    "slots",
    "job",
    "source",
    "sink",
    "path",
    "guarantee",
    "profile",
    "round",
    "slot",
    "attempt",
    "seed",
    "inject_s",
    "fault",
    "purpose",
)
_FIGURES = (
    *("n", "p50_s", "p90_s", "p95_s", "p99_s", "p999_s", "max_s", "mean_s", "negative"),
    *("net_p50_s", "net_p90_s", "net_p99_s", "net_max_s"),
    *("batches", "batch_p50_s", "batch_p90_s", "batch_max_s"),
    *("throughput_per_s", "offered_per_s", "delivered_per_s", "sent_records"),
    *("send_lag_p99_s", "starved_p99_s", "blocked_p99_s"),
    *("backlog_slope_per_s", "backlog_last_records", "missing", "duplicated"),
    *("witness_p50_s", "witness_max_s"),
    *("cpu_s_per_million", "rss_peak_bytes", "gc_s", "startup_s", "trial_s"),
    *("came_back", "outage_s", "backlog_gone_s"),
    *("lost_records", "pending_records", "unsent_records", "repeated_records"),
)
#: Of a fault's figures, those that have a column.
_FAULT = _FIGURES[-7:]
_BATCH = ("number", "arm", "round", "batch_id", "warmup", "records")
_BATCH_FIGURES = (
    *("planned_start", "started", "visible", "finished", "console", "since_load_s", "batch_s"),
    *("processed_records", "processed_bytes"),
    *(f"{name}_s" for name in PHASES),
)

TRIAL_COLUMNS: tuple[str, ...] = (*_TRIAL, *_SETTINGS, *_FIGURES, "jvm_id", "reasons")
BATCH_COLUMNS: tuple[str, ...] = (*_BATCH, *_BATCH_FIGURES, "failure")


def trials_frame(results: Sequence[TrialResult]) -> pd.DataFrame:
    """One row a trial, in the order given; columns :data:`TRIAL_COLUMNS` and further axes."""
    axes = {axis: None for result in results for axis in result.trial.cell}
    further = [axis for axis in axes if axis not in _SETTINGS]
    rows = [_trial_row(result) | _further(result.trial, further) for result in results]
    return _frame(rows, (*TRIAL_COLUMNS, *further), _FIGURES)


def batches_frame(results: Sequence[TrialResult]) -> pd.DataFrame:
    """One row a batch, by trial and start; columns :data:`BATCH_COLUMNS` and further phases."""
    rows = [
        _batch_row(result, batch)
        for result in results
        for batch in sorted(result.batches, key=lambda batch: batch.started)
    ]
    known = set(BATCH_COLUMNS)
    further = list(dict.fromkeys(name for row in rows for name in row if name not in known))
    return _frame(rows, (*BATCH_COLUMNS, *further), (*_BATCH_FIGURES, *further))


def _trial_row(result: TrialResult) -> dict[str, Any]:
    trial, load, backlog = result.trial, result.load, result.backlog
    row: dict[str, Any] = {name: getattr(trial, name) for name in ("number", "arm", "engine")}
    row |= {name: getattr(trial, name) for name in _SETTINGS}
    row |= {"status": result.status, "reasons": " ".join(result.reasons), "jvm_id": result.jvm_id}
    if result.latency_s is not None:
        row |= _quantiles(
            result.latency_s.gross, "", ("p50", "p90", "p95", "p99", "p999", "max", "mean")
        )
        row |= _quantiles(result.latency_s.net, "net_", ("p50", "p90", "p99", "max"))
        row |= {"n": result.latency_s.gross.n, "negative": result.latency_s.gross.negative}
    if result.batch_s is not None:
        times = result.batch_s
        row |= {"batches": times.n, "batch_p50_s": times.p50, "batch_p90_s": times.p90}
        row |= {"batch_max_s": times.max}
    if load is not None:
        row |= {"offered_per_s": load.offered_per_s, "delivered_per_s": load.delivered_per_s}
        row |= {"sent_records": load.sent_records, "send_lag_p99_s": load.send_lag_s.p99}
        row |= {"starved_p99_s": load.starved_s.p99, "blocked_p99_s": load.blocked_s.p99}
    if backlog is not None:
        row |= {"backlog_slope_per_s": backlog.slope_per_s}
        row |= {"backlog_last_records": backlog.last_records}
    if result.conservation is not None:
        row |= {name: getattr(result.conservation, name) for name in ("missing", "duplicated")}
    if result.witness is not None:
        row |= {"witness_p50_s": result.witness.p50, "witness_max_s": result.witness.max}
    if result.resources is not None:
        cost = result.resources
        row |= {"cpu_s_per_million": cost.cpu_s_per_million, "gc_s": cost.gc_s}
        row |= {"rss_peak_bytes": cost.rss_peak_bytes}
    if result.fault is not None:
        row |= {name: getattr(result.fault, name) for name in _FAULT}
    for name in ("throughput_per_s", "startup_s", "trial_s"):
        row[name] = getattr(result, name)
    return row


def _batch_row(result: TrialResult, batch: Batch) -> dict[str, Any]:
    trial = result.trial
    row: dict[str, Any] = {"number": trial.number, "arm": trial.arm, "round": trial.round}
    row |= batch.model_dump(exclude={"ranges", "phases", "chunks"})
    row["records"] = sum(count for _stream, _first, count in batch.ranges)
    row["batch_s"] = batch.finished - batch.started
    if result.load is not None:
        row["since_load_s"] = batch.started - result.load.t0
    return row | {f"{name}_s": seconds for name, seconds in batch.phases.items()}


def _quantiles(values: Quantiles, prefix: str, names: Iterable[str]) -> dict[str, Any]:
    return {f"{prefix}{name}_s": getattr(values, name) for name in names}


def _further(trial: TrialInfo, axes: Iterable[str]) -> dict[str, Any]:
    return {axis: trial.cell.get(axis) for axis in axes}


def _frame(
    rows: list[dict[str, Any]], columns: Sequence[str], figures: Iterable[str]
) -> pd.DataFrame:
    """A frame with exactly these columns; figures are floats even where none was measured."""
    import pandas as pd

    frame = pd.DataFrame(rows, columns=list(columns))
    return frame.astype(dict.fromkeys(figures, "float64"))
