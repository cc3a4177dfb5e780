"""CSV lines to typed columns, malformed ones counted aside.

Time: none.  State: none.  Output: the columns of each line with exactly six of them, none empty,
and numbers where numbers should be; the others are counted in an accumulator, which the driver can
read at any time.  A task that is run again counts its lines again.  Order: arrival order within a
partition.  Empty batches: written, as a header alone.  Late data: no such thing.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from typing import Any, Optional

PATHS = ("python",)

Row = tuple[int, str, int, float, str, str]


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
        seq, key, time, value, unit, note = next(csv.reader([line]))
        row = int(seq), key, int(time), float(value), unit, note
    except (ValueError, StopIteration, csv.Error):
        return None
    return row if key and unit and note else None
