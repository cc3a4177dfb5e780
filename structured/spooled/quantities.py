"""Sizes and durations as option texts: ``64m``, ``1g``, ``500ms``, ``5s``; bare bytes, seconds."""

from __future__ import annotations

import math
import re

_SIZES = {"": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
_SECONDS = {"": 1.0, "ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}

_SIZE = re.compile(r"(\d+)\s*([bkmgt]?)(?:i?b)?")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|min|m|h)?")


def parse_size(text: str) -> int:
    """Bytes, 1024 to the step; raises ``ValueError``."""
    match = _SIZE.fullmatch(text.strip().lower())
    if match is None:
        raise ValueError(f"{text!r} is not a size such as 64m or 1g")
    return int(match.group(1)) * _SIZES[match.group(2)]


def format_size(size: int) -> str:
    """The shortest spelling that :func:`parse_size` reads back."""
    for unit in ("t", "g", "m", "k"):
        if size and size % _SIZES[unit] == 0:
            return f"{size // _SIZES[unit]}{unit}"
    return str(size)


def parse_seconds(text: str) -> float:
    """Seconds; raises ``ValueError``."""
    match = _DURATION.fullmatch(text.strip().lower())
    if match is None:
        raise ValueError(f"{text!r} is not a duration such as 500ms or 5s")
    return float(match.group(1)) * _SECONDS[match.group(2) or ""]


def format_seconds(seconds: float) -> str:
    """The shortest spelling that :func:`parse_seconds` reads back."""
    if 0 < seconds < 1:
        return f"{seconds * 1000:g}ms"
    return f"{seconds:g}s"


def parse_count(text: str) -> int:
    """A whole number, 0 or more; raises ``ValueError``."""
    try:
        number = float(text) if "e" in text.lower() else int(text)
    except ValueError:
        number = math.nan
    if not (number >= 0 and number == math.floor(number)):
        raise ValueError(f"{text!r} is not a whole number")
    return int(number)
