"""Words and numbers of options that are no part of a plan."""

from __future__ import annotations

import math
from collections.abc import Iterable

from bench.errors import UsageError, unknown


def one_of(option: str, value: str, known: Iterable[str]) -> None:
    """Raise :class:`UsageError` unless ``value`` is one of ``known``."""
    choices = tuple(known)
    if value not in choices:
        raise UsageError(f"{option}: {unknown(option.removeprefix('--'), value, choices)}")


def read_threshold(text: str) -> float:
    """A noise threshold as a ratio, from ``1.05`` or ``5%``."""
    number, percent, _ = text.strip().partition("%")
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    ratio = 1 + value / 100 if percent else value
    if not (math.isfinite(ratio) and ratio >= 1):
        raise UsageError(
            f"--threshold: '{text}' is no ratio of at least 1; give one like 1.05 or 5%"
        )
    return ratio
