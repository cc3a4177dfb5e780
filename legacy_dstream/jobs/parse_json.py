"""JSON lines to typed columns, malformed ones counted aside.

Time: none.  State: none.  Output: the columns of each object that has all six of them, of the right
types; the other lines are counted in an accumulator, which the driver can read at any time.  A task
that is run again counts its lines again.  Order: arrival order within a partition.  Empty batches:
written, as a header alone.  Late data: no such thing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Optional

PATHS = ("python",)

Row = tuple[int, str, int, float, str, str]
COLUMNS: dict[str, Any] = {
    "seq": int,
    "key": str,
    "time": int,
    "value": (int, float),
    "unit": str,
    "note": str,
}


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
        values = [found[name] for name in COLUMNS]
    except (ValueError, KeyError, TypeError):
        return None
    if not all(isinstance(v, kind) for v, kind in zip(values, COLUMNS.values())):
        return None
    seq, key, time, value, unit, note = values
    return seq, key, time, float(value), unit, note
