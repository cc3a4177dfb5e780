"""Timestamps at the head of a file's lines, for replay at their own pace. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from bench.load.content.digits import Buffer
from bench.load.errors import ReplayError

# A first field, which may be quoted or bracketed: an ISO date and time, or a number of an epoch.
_FIRST_FIELD = re.compile(
    rb"[\[\"']?(?:(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)"
    rb"|(\d{9,19}(?:\.\d+)?))(?=[\s,;|\]\"']|$)"
)
_ZONE = re.compile(rb"(?:Z|[+-]\d\d:?\d\d)$")
#: The longest first field, generously; and how much of a line is looked at in one go.
_HEAD, _PIECE = 80, 1 << 16
# By magnitude, as of dates from 1973 to 5138: seconds, milliseconds, microseconds, nanoseconds.
_EPOCH_UNITS = ((1e11, 1.0), (1e14, 1e3), (1e17, 1e6), (float("inf"), 1e9))


#: A clock that is set back at the end of summer time repeats an hour.
_HOUR_S = 3600.0
#: By how much a file may be out of order without that.
_DISORDER_S = 1800.0
#: How many lines in a row have to say that it was.
_AGREE = 5
#: A line that lies so many times the span of all others beyond them has a wrong time.
_FAR = 100.0


def leading_times(data: Buffer, name: str = "replay") -> NDArray[np.float64]:
    """Offsets in seconds from the first line, one a line of `data` (lines end in \\n).

    The first field, ended by white space, a comma, semicolon, bar, quote or bracket, is an ISO 8601
    date and time (UTC when it names no zone) or a Unix time in s, ms, µs or ns, told by magnitude.
    Files are often a little out of order; a time before its predecessor's counts as that one.
    Times without a zone that go back by an hour and stay there are a clock set back at the end of
    summer time: what follows counts as an hour later.
    Raises ReplayError, with the line number, for a line without a timestamp and for one whose time
    lies far from all others.
    """
    view = memoryview(data)
    seconds: list[float] = []
    origin: float | None = None
    start, number, local = 0, 0, True
    while start < view.nbytes:
        head = bytes(view[start : start + _HEAD])
        number += 1
        found = _FIRST_FIELD.match(head.partition(b"\n")[0])
        value = None if found is None else _unix_seconds(found, origin or 0.0)
        if found is None or value is None:
            raise ReplayError(
                f"{name}:{number}: the line does not begin with a timestamp: "
                "give ISO 8601 or epoch times as the first field, or replay at a rate"
            )
        local = local and found[1] is not None and _ZONE.search(found[1]) is None
        if origin is None:
            origin, value = value, 0.0
        seconds.append(value)
        start = _next_line(data, view, start)
    times = np.array(seconds, dtype=np.float64)
    _check_far(times, name)
    if local:
        _mend_repeated_hours(times)
    ordered: NDArray[np.float64] = np.maximum.accumulate(times - times[0] if times.size else times)
    return ordered


def _next_line(data: Buffer, view: memoryview, start: int) -> int:
    if isinstance(data, memoryview):
        while start < view.nbytes:
            found = bytes(view[start : start + _PIECE]).find(b"\n")
            if found >= 0:
                return start + found + 1
            start += _PIECE
        return view.nbytes
    return data.find(b"\n", start) + 1 or view.nbytes


def _check_far(times: NDArray[np.float64], name: str) -> None:
    """Raise ReplayError for a line in a hundred at most that lies far from all others."""
    spare = max(len(times) // 100, 1)
    if len(times) < 3 * spare + 2:
        return
    ordered = np.sort(times)
    # The shortest stretch that holds all but the spare ones.
    starts = ordered[: spare + 1]
    ends = ordered[len(times) - spare - 1 :]
    best = int(np.argmin(ends - starts))
    low, high = float(starts[best]), float(ends[best])
    reach = _FAR * max(high - low, 60.0)
    far = np.flatnonzero((times < low - reach) | (times > high + reach))
    if far.size:
        line = int(far[0])
        away_s = max(low - float(times[line]), float(times[line]) - high)
        where = "before" if times[line] < low else "after"
        raise ReplayError(
            f"{name}:{line + 1}: its time lies {_long(away_s)} {where} those of nearly all other "
            "lines: mend or remove it, or replay at a rate"
        )


def _long(seconds: float) -> str:
    days = seconds / 86_400
    return f"{days:,.0f} days" if days >= 2 else f"{seconds / 3600:,.1f} h"


def _mend_repeated_hours(times: NDArray[np.float64]) -> None:
    """Add an hour, in place, from each line on at which the clock was set back."""
    backs = np.flatnonzero(np.diff(times) < -_DISORDER_S) + 1
    for line in backs:
        newest = float(times[:line].max())
        ahead = times[line : line + _AGREE]
        behind = newest - ahead
        if ((behind > _DISORDER_S) & (behind <= _HOUR_S)).all():
            times[line:] += _HOUR_S


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
