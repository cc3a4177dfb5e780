"""From lines to records: what the jobs with typed input begin with.

Lines that are none of the kind are left out; ``parse_csv`` and ``parse_json`` show how to count
them aside.  A pattern and ``get`` give NULL where, in ANSI mode, ``cast`` and ``[]`` would end the
query.
"""

from __future__ import annotations

from typing import Any

#: Common Log Format, as Apache and nginx write it: when, and with which status a request was
#: answered.  A virtual host may stand before it, a user be of several words or none, a quote within
#: the request be escaped, and a dash stand for no bytes.  Java needs the last ``+``: without it, it
#: recurses for each escape, and a long request overflows its stack.
REQUEST = (
    r"^[^ ]+ [^ ]+ [^\[]+ "
    r"\[([0-9]{2}/[A-Z][a-z]{2}/[12][0-9]{3}:[0-9]{2}:[0-9]{2}:[0-9]{2} "
    r"[+-](?:0[0-9]|1[0-7])[0-5][0-9])\] "
    r'"[^"\\]*(?:\\[^\n][^"\\]*)*+" ([0-9]{3}) (?:[0-9]+|-)(?: |\z)'
)
WHEN = "dd/MMM/yyyy:HH:mm:ss Z"

#: Whole numbers are plain ASCII digits on either side: Python's ``int`` and Spark's casts each take
#: more, and not the same (``1_000``, spaces, digits of other scripts).  Milliseconds to the year
#: 5138, and values of which some thousands can be added up within 64 bits.
WHOLE = r"^[+-]?[0-9]{1,14}\z"


def events(lines: Any) -> Any:
    """Columns ``seq``, ``at_ms``, ``key``, ``value`` from lines of the kind ``events``."""
    return (
        lines.selectExpr("split(value, ' ') AS fields")
        .selectExpr(
            "get(fields, 0) AS seq",
            f"{whole('get(fields, 1)')} AS at_ms",
            "get(fields, 2) AS key",
            f"{whole('get(fields, 3)')} AS value",
        )
        .dropna()
    )


def payments(lines: Any) -> Any:
    """Columns ``at_ms``, ``card``, ``cents`` from lines of the kind ``payments``."""
    return (
        lines.selectExpr("split(value, ' ') AS fields")
        .selectExpr(
            f"{whole('get(fields, 1)')} AS at_ms",
            "get(fields, 2) AS card",
            f"{whole('get(fields, 3)')} AS cents",
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


def whole(text: str) -> str:
    """A whole number; NULL for any other text."""
    return f"CASE WHEN {text} RLIKE r'{WHOLE}' THEN CAST({text} AS BIGINT) END"


def timely(records: Any, delay_s: float) -> Any:
    """``records`` with their event time ``at``, of which the watermark stays ``delay_s`` behind."""
    timed = records.selectExpr("*", "timestamp_millis(at_ms) AS at")
    return timed.withWatermark("at", interval(delay_s))


def interval(seconds: float) -> str:
    """A duration as Spark reads it."""
    return f"{round(seconds * 1000)} milliseconds"
