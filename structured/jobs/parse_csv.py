"""CSV lines to typed columns, malformed ones counted aside.

Time: none.  State: none.  Output: the columns of each line with exactly six of them, none empty,
numbers where numbers should be, and quotes as RFC 4180 has them (append mode); the others are
counted by an observation, which the progress of each batch carries, as
``observedMetrics.malformed``.  A task that is run again counts once.  Order: none to rely on.
Empty batches: only batch 0 is written.  Late data: no such thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PATHS = ("jvm",)
COLUMNS = "seq BIGINT, key STRING, time BIGINT, value DOUBLE, unit STRING, note STRING"
TYPES = dict(column.split() for column in COLUMNS.split(", "))
NAMES = tuple(TYPES)
#: Numbers are spelt plainly on either side: Python and Java each take more, and not the same
#: (``1_000``, ``nan``, `` 6 ``, ``0x1p3``, ``1.0d``).
WHOLE = r"^[+-]?[0-9]{1,19}\z"
NUMBER = r"^[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]{1,2})?\z"

#: Whether quotes stand around whole columns only, doubled within: with a NUL in place of every
#: column between quotes, nothing but another column may stand beside it.
WELL_QUOTED = (
    """(value NOT LIKE '%"%' OR regexp_replace(value, '"[^"]*"', chr(0)) """
    r"""NOT RLIKE r'[^,\x00]\x00|\x00[^,\x00]|"')"""
)

#: Holds the whole of a line that is none of ours.
MALFORMED = "malformed"


def build(lines: Any, params: Mapping[str, Any]) -> Any:
    """Rows of ``seq``, ``key``, ``time``, ``value``, ``unit``, ``note``."""
    return set_aside(read(lines))


def read(lines: Any) -> Any:
    """A ``row`` with the columns of each line, and the line itself where it is malformed."""
    from pyspark.sql import functions as F

    text = ", ".join(f"{name} STRING" for name in (*NAMES, MALFORMED))
    # Spark's own escape within quotes is the backslash; RFC 4180 doubles the quote.
    options = {"columnNameOfCorruptRecord": MALFORMED, "escape": '"'}
    # In a step of its own: a line would be read for each of its columns.
    texts = lines.select("value", F.from_csv("value", text, options).alias("text"))
    columns = [f"{typed(f'text.{name}', kind)} AS {name}" for name, kind in TYPES.items()]
    aside = f"if({WELL_QUOTED}, text.{MALFORMED}, value) AS {MALFORMED}"
    return texts.selectExpr(f"struct({', '.join((*columns, aside))}) AS row")


def typed(text: str, kind: str) -> str:
    """A column from its text; NULL where that is none."""
    if kind == "STRING":
        return f"nullif({text}, '')"
    pattern = WHOLE if kind == "BIGINT" else NUMBER
    return f"CASE WHEN {text} RLIKE r'{pattern}' THEN try_cast({text} AS {kind}) END"


def set_aside(parsed: Any) -> Any:
    """The rows that are whole; the others are counted and left out."""
    from pyspark.sql import functions as F

    whole = F.col(f"row.{MALFORMED}").isNull()
    for name in NAMES:
        whole = whole & F.col(f"row.{name}").isNotNull()
    # A number of JSON that is too large comes as infinity.
    whole = whole & (F.abs("row.value") < float("inf"))
    counted = parsed.observe(MALFORMED, F.count(F.when(~whole, 1)).alias("lines"))
    return counted.where(whole).select([F.col(f"row.{name}") for name in NAMES])
