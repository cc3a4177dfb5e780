"""Durations, rates and counts as people write them: ``500ms``, ``10k``, ``1.5M``.

Pure. Every function raises ValueError with one sentence that says what to write instead.
"""

from __future__ import annotations

import math
import re

_DURATION_UNITS = {"us": 1e6, "ms": 1e3, "s": 1.0, "m": 60.0, "h": 3600.0}
_MULTIPLES = {"": 1.0, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9}
_NUMBER = r"(\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+)"
_DURATION = re.compile(_NUMBER + r"\s*(us|ms|s|m|h)", re.ASCII)
_QUANTITY = re.compile(_NUMBER + r"\s*([kKMG]?)", re.ASCII)


def parse_duration(text: str) -> float:
    """Seconds of ``500ms``, ``1s``, ``2m``, ``1h`` or ``250us``; ``0s`` is allowed."""
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise ValueError(
            f"{text!r} is not a duration: write a number and a unit, such as 500ms, 1s or 2m"
        )
    seconds = _scale_duration(found[1], found[2])
    if seconds == float("inf"):
        raise ValueError(f"{text!r} is too long for a duration: write a finite one, such as 10m")
    return seconds


def format_duration(seconds: float) -> str:
    """The shortest common spelling that `parse_duration` reads back to the same number."""
    if not 0 <= seconds < float("inf"):
        raise ValueError(f"{seconds!r} is not a duration: it must be finite and not negative")
    if seconds == 0:
        return "0s"
    if seconds < 1:
        candidates = ("ms", "us")
    elif seconds % 3600 == 0:
        candidates = ("h", "s")
    elif seconds % 60 == 0:
        candidates = ("m", "s")
    else:
        candidates = ("s", "ms")
    for unit in candidates:
        scale = _DURATION_UNITS[unit]
        spelled = _plain(round(seconds / scale if unit in "mh" else seconds * scale, 3))
        if _scale_duration(spelled, unit) == seconds:
            return spelled + unit
    return f"{seconds!r}s"


def parse_rate(text: str) -> float:
    """Records per second of ``1000``, ``10k`` or ``1.5M``; more than 0."""
    rate = _quantity(text, "rate")
    if rate <= 0:
        raise ValueError(f"a rate of {text!r} sends nothing: write a rate above 0, such as 1000")
    return rate


def parse_count(text: str, minimum: int = 1) -> int:
    """A whole number of ``1000``, ``10k`` or ``1.5M``, at least `minimum`."""
    count = _quantity(text, "count")
    if count != int(count):
        raise ValueError(f"{text!r} is not a whole number: write one such as 10 or 10k")
    if count < minimum:
        raise ValueError(f"{text!r} is too small: write a whole number of at least {minimum}")
    return int(count)


def format_quantity(value: float) -> str:
    """The number without a needless decimal point: ``1000``, ``0.5``."""
    return _plain(value)


def _quantity(text: str, what: str) -> float:
    found = _QUANTITY.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is not a {what}: write a number such as 1000, 10k or 1.5M")
    value = float(found[1]) * _MULTIPLES[found[2]]
    if value == float("inf"):
        raise ValueError(f"{text!r} is too large for a {what}: write a finite number such as 10k")
    # 0.0011M is 1100.0000000000002 in binary; what people write has no such tail.
    nearest = round(value)
    return float(nearest) if abs(value - nearest) < 1e-12 * value else value


def _scale_duration(number: str, unit: str) -> float:
    # Division by 1000 keeps 100ms equal to the literal 0.1; multiplying by 0.001 would not.
    value, scale = float(number), _DURATION_UNITS[unit]
    return value * scale if unit in "mh" else value / scale


def _plain(value: float) -> str:
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return repr(value)


def decimals(ratio: float) -> int:
    """How many a ratio is shown with: two, or as many as it needs not to be shown as 0."""
    return 2 if ratio >= 0.01 or ratio <= 0 else min(6, -math.floor(math.log10(ratio)))
