"""What generated lines look like, as plain validated data. Pure and without numpy.

A line is ``SSSSSSSSSSSS [UUUUUUUUUUUUUUUU ][kKKKKKK ]filler``, ASCII, one space between fields:

1. a zero-padded sequence number of 12 digits, stream · 10¹⁰ + index: unique in the whole load;
2. with `stamp`, the intended Unix time in microseconds, 16 digits;
3. with `keys`, the key, ``k`` and at least 6 digits; key 0 is the most frequent one;
4. filler letters up to the wanted size, the same text for the whole load.

Those are the plain lines; the other kinds (`kinds`) stand in `layouts`.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from bench.load.content.kinds import KEYED, PLAIN, LineKind, parse_lines

SEQUENCE_DIGITS = 12
INDEX_DIGITS = 10
STAMP_DIGITS = 16
MAX_STREAMS = 10 ** (SEQUENCE_DIGITS - INDEX_DIGITS)
MAX_KEYS = 10**7
MAX_LINE_BYTES = 64 * 2**20


@dataclass(frozen=True)
class Payload:
    """Sizes and keys of generated lines; sizes are payload bytes, without the newline.

    `spread` makes sizes uniform on `bytes_per_line` · (1 ± spread). `keys` keys are drawn with
    probability proportional to (rank + 1)^−`skew` (Zipf; 0 is uniform); 0 keys means no key field.
    `lines` says what the lines hold; those that are not plain need keys, are all of one size, and
    are longer than `bytes_per_line` where their fields are. Raises ValueError with one sentence for
    values that make no line.
    """

    bytes_per_line: int = 100
    spread: float = 0.0
    keys: int = 0
    skew: float = 0.0
    stamp: bool = False
    lines: LineKind = LineKind()

    def __post_init__(self) -> None:
        if not 0 <= self.spread < 1:
            raise ValueError(f"payload spread is {self.spread:g}: give one from 0 to below 1")
        if not 0 <= self.keys <= MAX_KEYS:
            raise ValueError(f"payload keys is {self.keys}: give a number from 0 to {MAX_KEYS}")
        if not 0 <= self.skew <= 10:
            raise ValueError(f"payload skew is {self.skew:g}: give an exponent from 0 to 10")
        if self.skew > 0 and self.keys == 0:
            raise ValueError("payload skew needs keys: give keys=1000 or another number of them")
        kind = self.lines.kind
        if kind != PLAIN and (self.spread or self.stamp):
            raise ValueError(
                f"{kind} lines are all of one size and carry no stamp: leave spread and stamp out"
            )
        if kind in KEYED and not self.keys:
            raise ValueError(f"{kind} lines need keys: give keys=1000 or another number of them")
        if kind == PLAIN and self.smallest < self.prefix_bytes:
            raise ValueError(
                f"payload of {self.smallest} bytes is too small for the line's fields: give at "
                f"least {math.ceil(self.prefix_bytes / (1 - self.spread))} bytes per line"
            )
        if self.largest > MAX_LINE_BYTES:
            raise ValueError(
                f"payload of {self.largest} bytes is too large: give at most {MAX_LINE_BYTES}"
            )

    @property
    def key_digits(self) -> int:
        """Digits of a key after its ``k``."""
        return max(6, len(str(max(self.keys - 1, 0))))

    @property
    def prefix_bytes(self) -> int:
        """Bytes of all fields before the filler, without the space that ends the last one."""
        stamp = 1 + STAMP_DIGITS if self.stamp else 0
        key = 2 + self.key_digits if self.keys else 0
        return SEQUENCE_DIGITS + stamp + key

    @property
    def smallest(self) -> int:
        """The smallest size of a line, in bytes."""
        return self.bytes_per_line - self._margin

    @property
    def largest(self) -> int:
        """The largest size of a line, in bytes."""
        return self.bytes_per_line + self._margin

    @property
    def _margin(self) -> int:
        return math.floor(self.bytes_per_line * self.spread)

    def to_dict(self) -> dict[str, Any]:
        """The fields as JSON values; `lines` only where they are not plain."""
        values = {**asdict(self), "lines": str(self.lines)}
        if self.lines == LineKind():
            del values["lines"]
        return values

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Payload:
        """The payload of `to_dict`; absent fields keep their defaults."""
        return cls(
            int(data.get("bytes_per_line", 100)),
            float(data.get("spread", 0.0)),
            int(data.get("keys", 0)),
            float(data.get("skew", 0.0)),
            bool(data.get("stamp", False)),
            parse_lines(str(data.get("lines", PLAIN))),
        )
