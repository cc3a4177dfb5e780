"""CSV lines to typed columns, malformed ones counted aside.

Time: none.  State: none.  Output: the columns of each line with exactly six of them, none empty,
and numbers where numbers should be (append mode); the others are counted by an observation, which
the progress of each batch carries, as ``observedMetrics.malformed``.  A task that is run again
counts once.  Order: none to rely on.  Empty batches: only batch 0 is written.  Late data: no such
thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PATHS = ("jvm",)
COLUMNS = "seq BIGINT, key STRING, time BIGINT, value DOUBLE, unit STRING, note STRING"
NAMES = tuple(column.split()[0] for column in COLUMNS.split(", "))
#: Holds the whole of a line that is none of ours.
MALFORMED = "malformed"


def build(lines: Any, params: Mapping[str, Any]) -> Any:
    """Rows of ``seq``, ``key``, ``time``, ``value``, ``unit``, ``note``."""
    return set_aside(lines.select(read("value").alias("row")))


def read(line: str) -> Any:
    """The columns of a line, and the line itself where it is malformed."""
    from pyspark.sql import functions as F

    schema = f"{COLUMNS}, {MALFORMED} STRING"
    return F.from_csv(line, schema, {"columnNameOfCorruptRecord": MALFORMED})


def set_aside(parsed: Any) -> Any:
    """The rows that are whole; the others are counted and left out."""
    from pyspark.sql import functions as F

    whole = F.col(f"row.{MALFORMED}").isNull()
    for name in NAMES:
        whole = whole & F.col(f"row.{name}").isNotNull()
    counted = parsed.observe(MALFORMED, F.count(F.when(~whole, 1)).alias("lines"))
    return counted.where(whole).select([F.col(f"row.{name}") for name in NAMES])
