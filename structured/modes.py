"""How a query goes on: in micro-batches, continuously or in real time; and what it may promise.

Continuous mode (``trigger(continuous=...)``, experimental) runs one task a partition for ever and
commits epochs.  Its progress events carry no counts of rows.  On the native source they are noted
one by one as the sink takes them; else the console sink prints every row of an epoch under the
epoch's number, and those are counted, from the child's standard output.  One partition keeps rows
in order of arrival.
"""

from __future__ import annotations

from bench.contract import Options
from bench.contract.jobs import job_info

from . import realtime

#: More rows than an epoch will ever have: all of them are shown, to be counted.
ALL_ROWS = 1_000_000_000


def unsupported(options: Options) -> str | None:
    """``None``, or the reason why a query cannot go on like that or promise that."""
    if options.mode == "realtime":
        return realtime.unsupported(options)
    if options.guarantee == "recoverable" and options.source == "socket":
        return (
            "Spark's own socket source cannot be read again after a restart (the query dies: "
            "'Offsets committed out of order', or skips what came): use source=spooled or "
            "source=directory"
        )
    if options.mode == "continuous" and options.source != "spooled":
        return _not_continuous(options)
    return None


def _not_continuous(options: Options) -> str | None:
    if options.source not in ("socket", "native"):
        return f"continuous mode cannot read the {options.source} source: use source=native"
    if options.sink not in ("console", "drain", "ledger", "truth"):
        return f"continuous mode cannot be measured with the sink {options.sink}: use drain"
    if options.source == "socket" and options.sink != "console":
        return (
            "continuous mode reports no counts of rows, so on Spark's own socket source they are "
            "counted from what the console sink prints: use source=native, or the sink console"
        )
    if len(options.endpoints) > 1:
        return "continuous mode knows no union, so it reads one stream: use one"
    if not job_info(options.job).row_each:
        return (
            f"continuous mode runs selections and projections only, and its rows are counted as "
            f"records, so job {options.job} cannot be run: use echo"
        )
    if options.trigger_s <= 0:
        return "continuous mode needs an interval between epochs above zero"
    return None


def source_options(options: Options) -> dict[str, str]:
    """What the mode asks of the socket source."""
    return {"numPartitions": "1"} if options.mode == "continuous" else {}


def console_rows(options: Options) -> int | None:
    """How many rows the console shows of a batch or epoch; ``None`` for Spark's default."""
    return ALL_ROWS if options.mode == "continuous" and options.rows is None else options.rows


def trigger(options: Options) -> dict[str, str]:
    """The keyword of ``DataStreamWriter.trigger`` and its value."""
    if options.mode == "realtime":
        return {"realTime": f"{round(options.batch_s * 1000)} milliseconds"}
    interval = f"{round(options.trigger_s * 1000)} milliseconds"
    return {"continuous" if options.mode == "continuous" else "processingTime": interval}


def settings(options: Options) -> dict[str, str]:
    """SQL settings that the mode cannot do without."""
    return realtime.settings(options) if options.mode == "realtime" else {}


def output_mode(options: Options, of_job: str) -> str:
    """The output mode of the query, ``of_job`` being that of its job."""
    return realtime.OUTPUT_MODE if options.mode == "realtime" else of_job
