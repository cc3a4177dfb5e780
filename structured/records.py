"""From lines to records: what the jobs with typed input begin with.

Lines that are none of the kind are left out; ``parse_csv`` and ``parse_json`` show how to count
them aside.  ``try_cast`` and ``get`` give NULL where, in ANSI mode, ``cast`` and ``[]`` would end
the query.
"""

from __future__ import annotations

from typing import Any

#: Common Log Format: when, and with which status a request was answered.
REQUEST = r'^[^ ]+ [^ ]+ [^ ]+ \[([^\]]+)\] "[^"]*" ([0-9]{3}) [0-9]+'
WHEN = "dd/MMM/yyyy:HH:mm:ss Z"


def events(lines: Any) -> Any:
    """Columns ``seq``, ``at_ms``, ``key``, ``value`` from lines of the kind ``events``."""
    return (
        lines.selectExpr("split(value, ' ') AS fields")
        .selectExpr(
            "get(fields, 0) AS seq",
            "try_cast(get(fields, 1) AS BIGINT) AS at_ms",
            "get(fields, 2) AS key",
            "try_cast(get(fields, 3) AS BIGINT) AS value",
        )
        .dropna()
    )


def payments(lines: Any) -> Any:
    """Columns ``at_ms``, ``card``, ``cents`` from lines of the kind ``payments``."""
    return (
        lines.selectExpr("split(value, ' ') AS fields")
        .selectExpr(
            "try_cast(get(fields, 1) AS BIGINT) AS at_ms",
            "get(fields, 2) AS card",
            "try_cast(get(fields, 3) AS BIGINT) AS cents",
        )
        .dropna()
    )


def requests(lines: Any) -> Any:
    """Columns ``at_ms``, ``status`` from lines of the kind ``weblog``."""
    from pyspark.sql import functions as F

    found = [F.regexp_extract("value", REQUEST, group) for group in (1, 2)]
    return (
        lines.select(found[0].alias("at"), found[1].alias("status"))
        .selectExpr(
            f"unix_millis(try_to_timestamp(at, '{WHEN}')) AS at_ms",
            "try_cast(status AS INT) AS status",
        )
        .dropna()
    )


def timely(records: Any, delay_s: float) -> Any:
    """``records`` with their event time ``at``, of which the watermark stays ``delay_s`` behind."""
    timed = records.selectExpr("*", "timestamp_millis(at_ms) AS at")
    return timed.withWatermark("at", interval(delay_s))


def interval(seconds: float) -> str:
    """A duration as Spark reads it."""
    return f"{round(seconds * 1000)} milliseconds"
