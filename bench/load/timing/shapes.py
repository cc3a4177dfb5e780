"""The shapes of a load: how the rate varies over time, as a factor of the base rate.

Plain validated data without numpy, so that the command line can parse them quickly;
`bench.load.timing.curves` has their mathematics. Every class raises ValueError with one sentence.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

#: Factors beyond this would bring two records closer than a float of seconds can tell apart.
MAX_FACTOR = 10_000.0


def _check_factor(shape: str, name: str, value: float, *, zero: bool) -> None:
    low_ok = value >= 0 if zero else value > 0
    if not (low_ok and value <= MAX_FACTOR):
        least = "0" if zero else "above 0"
        raise ValueError(
            f"arrivals {shape}: {name} is {value:g}: "
            f"give a factor from {least} to {MAX_FACTOR:g}, such as {name}=5"
        )


def _check_duration(shape: str, name: str, value: float, *, zero: bool = False) -> None:
    if not (math.isfinite(value) and (value > 0 or (zero and value == 0))):
        raise ValueError(
            f"arrivals {shape}: {name} is {value:g} s: give a duration above 0, such as {name}=10s"
        )


@dataclass(frozen=True)
class Constant:
    """Factor 1 for ever."""

    name: ClassVar[str] = "constant"


@dataclass(frozen=True)
class Ramp:
    """The factor goes linearly from 1 to `to` during `over_s` seconds and stays there."""

    to: float
    over_s: float
    name: ClassVar[str] = "ramp"

    def __post_init__(self) -> None:
        _check_factor(self.name, "to", self.to, zero=False)
        _check_duration(self.name, "over", self.over_s)


@dataclass(frozen=True)
class Steps:
    """Each factor in turn for `each_s` seconds; the last one stays. A factor of 0 is a pause."""

    factors: tuple[float, ...]
    each_s: float
    name: ClassVar[str] = "steps"

    def __post_init__(self) -> None:
        if not self.factors:
            raise ValueError("arrivals steps: factors is empty: give some, such as factors=1/2/4")
        for factor in self.factors:
            _check_factor(self.name, "factors", factor, zero=True)
        if self.factors[-1] == 0:
            raise ValueError(
                "arrivals steps: the last of factors is 0, after which no record would ever be "
                "due: end with a factor above 0"
            )
        _check_duration(self.name, "each", self.each_s)


@dataclass(frozen=True)
class Burst:
    """`factor` during [`at_s`, `at_s` + `for_s`), 1 before and after; 0 makes it a gap."""

    factor: float
    at_s: float
    for_s: float
    name: ClassVar[str] = "burst"

    def __post_init__(self) -> None:
        _check_factor(self.name, "factor", self.factor, zero=True)
        _check_duration(self.name, "at", self.at_s, zero=True)
        _check_duration(self.name, "for", self.for_s)


@dataclass(frozen=True)
class Bursts:
    """`factor` during the last `for_s` seconds of each period of `every_s` seconds, else 1."""

    factor: float
    every_s: float
    for_s: float
    name: ClassVar[str] = "bursts"

    def __post_init__(self) -> None:
        _check_factor(self.name, "factor", self.factor, zero=True)
        _check_duration(self.name, "every", self.every_s)
        _check_duration(self.name, "for", self.for_s)
        if self.for_s >= self.every_s:
            raise ValueError(
                f"arrivals bursts: for ({self.for_s:g} s) is not shorter than every "
                f"({self.every_s:g} s): make it shorter"
            )


@dataclass(frozen=True)
class Sine:
    """Factor 1 + `amplitude` sin(2πt / `period_s`); the mean over a period is 1."""

    amplitude: float
    period_s: float
    name: ClassVar[str] = "sine"

    def __post_init__(self) -> None:
        if not 0 <= self.amplitude <= 1:
            raise ValueError(
                f"arrivals sine: amplitude is {self.amplitude:g}: give one from 0 to 1, "
                "since a rate cannot be negative"
            )
        _check_duration(self.name, "period", self.period_s)


Shape = Constant | Ramp | Steps | Burst | Bursts | Sine
