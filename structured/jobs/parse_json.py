"""JSON lines to typed columns, malformed ones counted aside.

Time: none.  State: none.  Output: the columns of each object that has all six of them, of the right
types, a number or object also where text should be, and whatever follows it (append mode); the
other lines are counted by an observation, which the progress of each batch carries, as
``observedMetrics.malformed``.  A task that is run again counts once.  Order: none to rely on.
Empty batches: only batch 0 is written.  Late data: no such thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .parse_csv import COLUMNS, MALFORMED, set_aside

PATHS = ("jvm",)
#: Spark takes more for JSON than the standard does.
STRICT = {"allowSingleQuotes": "false", "allowNonNumericNumbers": "false"}


def build(lines: Any, params: Mapping[str, Any]) -> Any:
    """Rows of ``seq``, ``key``, ``time``, ``value``, ``unit``, ``note``."""
    return set_aside(lines.select(read("value").alias("row")))


def read(line: str) -> Any:
    """The columns of a line, and the line itself where it is malformed."""
    from pyspark.sql import functions as F

    schema = f"{COLUMNS}, {MALFORMED} STRING"
    return F.from_json(line, schema, {"columnNameOfCorruptRecord": MALFORMED, **STRICT})
