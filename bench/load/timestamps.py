"""Timestamps at the head of a file's lines, for replay at their own pace. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from bench.load.errors import ReplayError

# A first field, which may be quoted or bracketed: an ISO date and time, or a number of an epoch.
_FIRST_FIELD = re.compile(
    rb"[\[\"']?(?:(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)"
    rb"|(\d{9,19}(?:\.\d+)?))(?=[\s,;|\]\"']|$)"
)
# By magnitude, as of dates from 1973 to 5138: seconds, milliseconds, microseconds, nanoseconds.
_EPOCH_UNITS = ((1e11, 1.0), (1e14, 1e3), (1e17, 1e6), (float("inf"), 1e9))


def leading_times(data: bytes, name: str = "replay") -> NDArray[np.float64]:
    """Offsets in seconds from the first line, one a line of `data` (lines end in \\n).

    The first field, ended by white space, a comma, semicolon, bar, quote or bracket, is an ISO 8601
    date and time (UTC when it names no zone) or a Unix time in s, ms, µs or ns, told by magnitude.
    Files are often a little out of order; a time before its predecessor's counts as that one.
    Raises ReplayError, with the line number, for a line without a timestamp.
    """
    seconds: list[float] = []
    origin: float | None = None
    for number, line in enumerate(data.split(b"\n")[:-1], start=1):
        found = _FIRST_FIELD.match(line)
        value = None if found is None else _unix_seconds(found, origin or 0.0)
        if value is None:
            raise ReplayError(
                f"{name}:{number}: the line does not begin with a timestamp: "
                "give ISO 8601 or epoch times as the first field, or replay at a rate"
            )
        if origin is None:
            origin, value = value, 0.0
        seconds.append(value)
    ordered: NDArray[np.float64] = np.maximum.accumulate(np.array(seconds, dtype=np.float64))
    return ordered


def _unix_seconds(found: re.Match[bytes], origin: float) -> float | None:
    """Seconds since `origin`; differences are taken in exact integers of microseconds."""
    if found[2] is not None:
        text = found[2].decode()
        scale = next(unit for limit, unit in _EPOCH_UNITS if float(text) < limit)
        if "." not in text and scale > 1:
            return (int(text) - round(origin * scale)) / scale
        return float(text) / scale - origin
    text = found[1].decode().replace(",", ".")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.timestamp() - origin
