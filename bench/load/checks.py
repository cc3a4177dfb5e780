"""Bounds that several parts of a load share. Pure and without numpy."""

from __future__ import annotations

#: Above this, times of neighbouring records would meet in the last bits of a float of seconds.
MAX_RATE_PER_S = 1e8


def check_rate(rate_per_s: float) -> float:
    """The rate itself, as a float; ValueError unless 0 < rate ≤ `MAX_RATE_PER_S`."""
    if not 0 < rate_per_s <= MAX_RATE_PER_S:
        raise ValueError(
            f"rate_per_s is {rate_per_s!r}: give a rate above 0 and at most "
            f"{MAX_RATE_PER_S:g} records per second"
        )
    return float(rate_per_s)


def check_seed(seed: int) -> int:
    """The seed itself; ValueError unless 0 ≤ seed < 2⁶⁴."""
    if not 0 <= seed < 2**64:
        raise ValueError(f"seed {seed} is out of range: give a whole number from 0 to 2^64 - 1")
    return seed


def check_stream(stream: int, streams: int) -> None:
    """ValueError unless 0 ≤ stream < streams."""
    if not 0 <= stream < streams:
        raise ValueError(f"stream {stream} of {streams}: count streams from 0 and give at least 1")
