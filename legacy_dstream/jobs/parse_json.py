"""JSON lines to typed columns, malformed ones counted aside.

Time: none.  State: none.  Output: the columns of each object that has all six of them, of the right
types; the other lines are counted in an accumulator, which the driver can read at any time.  A task
that is run again counts its lines again.  Order: arrival order within a partition.  Empty batches:
written, as a header alone.  Late data: no such thing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from operator import itemgetter
from typing import Any, Optional

PATHS = ("python", "jvm")

Row = tuple[int, str, int, float, str, str]
LIMIT = 2**63
COLUMNS = ("seq", "key", "time", "value", "unit", "note")
columns = itemgetter(*COLUMNS)
#: What those may be, a whole number also where any number may stand.
KINDS = frozenset(((int, str, int, float, str, str), (int, str, int, int, str, str)))


def build(lines: Any, params: Mapping[str, Any]) -> Any:
    """Rows of ``seq``, ``key``, ``time``, ``value``, ``unit``, ``note``."""
    malformed = lines.context().sparkContext.accumulator(0)

    def parse(line: str) -> list[Row]:
        row = read(line)
        if row is None:
            malformed.add(1)
            return []
        return [row]

    return lines.flatMap(parse)


def read(line: str) -> Optional[Row]:
    """The columns of a line, ``None`` for a malformed one."""
    try:
        found = json.loads(line)
        seq, key, time, value, unit, note = values = columns(found)
        # ``true`` is no number, and a whole number has 64 bits.
        if tuple(map(type, values)) not in KINDS or not fits(seq) or not fits(time):
            return None
        row = seq, text(key), time, float(value), text(unit), text(note)
    # Brackets without end exhaust Python's recursion; a number of 400 digits is no float.
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError):
        return None
    return row if math.isfinite(row[3]) else None


def fits(value: int) -> bool:
    """Whether a whole number has 64 bits."""
    return -LIMIT <= value < LIMIT


def text(value: str) -> str:
    """A text that can be written: half a surrogate pair becomes ``?``, as in the JVM."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
