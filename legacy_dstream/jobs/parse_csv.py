"""CSV lines to typed columns, malformed ones counted aside.

Time: none.  State: none.  Output: the columns of each line with exactly six of them, none empty,
numbers where numbers should be, and quotes as RFC 4180 has them; the others are counted in an
accumulator, which the driver can read at any time.  A task that is run again counts its lines
again.  Order: arrival order within a partition.  Empty batches: written, as a header alone.  Late
data: no such thing.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from typing import Any, Optional

PATHS = ("python", "jvm")

Row = tuple[int, str, int, float, str, str]

#: Numbers are spelt plainly on either side: Python and Java each take more, and not the same
#: (``1_000``, ``nan``, `` 6 ``, ``0x1p3``, ``1.0d``).
WHOLE = re.compile(r"[+-]?[0-9]{1,19}")
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]{1,2})?")
LIMIT = 2**63

#: A line as most are: no quotes, and numbers far from their limits.  What it does not match is read
#: with more care, and with the same result.
PLAIN = re.compile(
    r"([+-]?[0-9]{1,18}),([^,\"\r\n\0]+),([+-]?[0-9]{1,18}),"
    r"([+-]?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,2})?),([^,\"\r\n\0]+),([^,\"\r\n\0]+)"
)

#: A column between quotes, and what must not stand beside it: anything but another column.
QUOTED = re.compile('"[^"]*"')
ASTRAY = re.compile('[^,\0]\0|\0[^,\0]|"')

# Python's reader takes 131,072 characters a column, Spark any number.
csv.field_size_limit(2**31 - 1)


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
    plain = PLAIN.fullmatch(line)
    if plain is not None:
        seq, key, time, value, unit, note = plain.groups()
        return int(seq), key, int(time), float(value), unit, note
    if not well_quoted(line):
        return None
    try:
        seq, key, time, value, unit, note = next(csv.reader([line]))
        row = whole(seq), key, whole(time), number(value), unit, note
    except (ValueError, StopIteration, csv.Error):
        return None
    return row if key and unit and note else None


def well_quoted(line: str) -> bool:
    """Whether quotes stand around whole columns only, doubled within."""
    return '"' not in line or ASTRAY.search(QUOTED.sub("\0", line)) is None


def whole(text: str) -> int:
    """A whole number of 64 bits; raises ``ValueError`` for any other text."""
    if WHOLE.fullmatch(text) is None or not -LIMIT <= int(text) < LIMIT:
        raise ValueError(text)
    return int(text)


def number(text: str) -> float:
    """A number; raises ``ValueError`` for any other text."""
    if NUMBER.fullmatch(text) is None:
        raise ValueError(text)
    return float(text)
