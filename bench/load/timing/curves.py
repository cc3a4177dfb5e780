"""The mathematics of a shape: its cumulative rate function and the inverse of it. Pure.

F(t) is the integral of the rate factor from 0 to t, in *base seconds*: at a base rate of r records
per second, r·F(t) records are due before t. A record with mass y is due at F⁻¹(y). Apart from the
sinusoid only + − × ÷ and √ are used, which IEEE 754 rounds correctly, so the times are the same to
the last bit on every machine; sine and logarithm may differ in the last bit between numpy builds.
"""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bench.load.timing.shapes import Burst, Bursts, Constant, Ramp, Shape, Sine, Steps

Floats = NDArray[np.float64]


class Curve(Protocol):
    """A cumulative rate function, non-decreasing, with F(0) = 0."""

    def cumulative(self, t_s: Floats) -> Floats:
        """F(t) for times of at least 0, in base seconds."""

    def inverse(self, mass: Floats) -> Floats:
        """The latest t with F(t) ≤ mass: a record due on a pause's edge comes after the pause."""


def curve_of(shape: Shape) -> Curve:
    """The curve of a shape."""
    match shape:
        case Constant():
            return PiecewiseCurve((0.0,), (1.0,))
        case Ramp():
            return RampCurve(shape.to, shape.over_s)
        case Steps():
            starts = tuple(k * shape.each_s for k in range(len(shape.factors)))
            return PiecewiseCurve(starts, shape.factors)
        case Burst() if shape.at_s == 0:
            return PiecewiseCurve((0.0, shape.for_s), (shape.factor, 1.0))
        case Burst():
            starts = (0.0, shape.at_s, shape.at_s + shape.for_s)
            return PiecewiseCurve(starts, (1.0, shape.factor, 1.0))
        case Bursts():
            quiet_s = shape.every_s - shape.for_s
            period = PiecewiseCurve((0.0, quiet_s), (1.0, shape.factor))
            return PeriodicCurve(period, shape.every_s)
        case Sine():
            return SineCurve(shape.amplitude, shape.period_s)


class PiecewiseCurve:
    """A rate factor constant between knots; the last one holds for ever."""

    def __init__(self, starts_s: tuple[float, ...], factors: tuple[float, ...]) -> None:
        self._starts = np.array(starts_s, dtype=np.float64)
        self._factors = np.array(factors, dtype=np.float64)
        self._ends = np.append(self._starts[1:], np.inf)
        lengths = np.diff(self._starts)
        self._masses = np.concatenate(([0.0], np.cumsum(lengths * self._factors[:-1])))

    def cumulative(self, t_s: Floats) -> Floats:
        k = np.searchsorted(self._starts, t_s, side="right") - 1
        return self._masses[k] + self._factors[k] * (t_s - self._starts[k])

    def inverse(self, mass: Floats) -> Floats:
        k = np.searchsorted(self._masses, mass, side="right") - 1
        factor = self._factors[k]
        rest = mass - self._masses[k]
        # A factor of 0 is met only at the very end of a period, where nothing is left to add.
        step = np.divide(rest, factor, out=np.zeros_like(rest), where=factor > 0)
        t_s: Floats = np.minimum(self._starts[k] + step, self._ends[k])
        return t_s


class PeriodicCurve:
    """One period of a curve, repeated for ever."""

    def __init__(self, period: Curve, period_s: float) -> None:
        self._period = period
        self._period_s = period_s
        self._mass = float(period.cumulative(np.array([period_s]))[0])

    def cumulative(self, t_s: Floats) -> Floats:
        cycle = np.floor(t_s / self._period_s)
        within = np.clip(t_s - cycle * self._period_s, 0.0, self._period_s)
        return cycle * self._mass + self._period.cumulative(within)

    def inverse(self, mass: Floats) -> Floats:
        cycle = np.floor(mass / self._mass)
        within = np.clip(mass - cycle * self._mass, 0.0, self._mass)
        t_s = cycle * self._period_s + self._period.inverse(within)
        # Rounding must not carry a record into the next period, before that one's first record.
        return np.minimum(t_s, (cycle + 1.0) * self._period_s)


class RampCurve:
    """The factor goes from 1 to `to` in `over_s` seconds: F(t) = t + a·t²/2, a = (to − 1)/over."""

    def __init__(self, to: float, over_s: float) -> None:
        self._to = to
        self._over_s = over_s
        self._slope = (to - 1.0) / over_s
        self._mass = over_s * (1.0 + to) / 2.0

    def cumulative(self, t_s: Floats) -> Floats:
        ramp = np.minimum(t_s, self._over_s)
        after = np.maximum(t_s - self._over_s, 0.0)
        return ramp + self._slope * ramp * ramp / 2.0 + self._to * after

    def inverse(self, mass: Floats) -> Floats:
        ramp = np.minimum(mass, self._mass)
        # The root of the quadratic in the form that has no cancellation for small slopes.
        root = np.sqrt(np.maximum(1.0 + 2.0 * self._slope * ramp, 0.0))
        t_s = np.minimum(2.0 * ramp / (1.0 + root), self._over_s)
        after = np.maximum(mass - self._mass, 0.0) / self._to
        return np.where(mass < self._mass, t_s, self._over_s + after)


class SineCurve:
    """Factor 1 + A·sin(ωt): F(t) = t + (A/ω)(1 − cos ωt), inverted by Newton within a bracket.

    The mean factor is 1, so a period's mass is its length.
    """

    _GRID = 4096

    def __init__(self, amplitude: float, period_s: float) -> None:
        self._amplitude = amplitude
        self._period_s = period_s
        self._omega = 2.0 * math.pi / period_s
        self._grid = np.linspace(0.0, period_s, self._GRID + 1)
        self._masses = np.maximum.accumulate(self.cumulative(self._grid))
        self._masses[-1] = period_s

    def cumulative(self, t_s: Floats) -> Floats:
        swing = self._amplitude / self._omega
        return t_s + swing * (1.0 - np.cos(self._omega * t_s))

    def inverse(self, mass: Floats) -> Floats:
        cycle = np.floor(mass / self._period_s)
        within = np.clip(mass - cycle * self._period_s, 0.0, self._period_s)
        t_s = np.minimum(self._inverse_within(within), self._period_s)
        ordered: Floats = np.maximum.accumulate(cycle * self._period_s + t_s)
        return ordered

    def _inverse_within(self, mass: Floats) -> Floats:
        cell = np.searchsorted(self._masses, mass, side="right") - 1
        cell = np.clip(cell, 0, self._GRID - 1)
        low, high = self._grid[cell], self._grid[cell + 1]
        t_s: Floats = np.interp(mass, self._masses, self._grid)
        # Two or three rounds, and more only where an amplitude of 1 makes the factor touch 0.
        for _ in range(64):
            miss = self.cumulative(t_s) - mass
            high = np.where(miss > 0, t_s, high)
            low = np.where(miss > 0, low, t_s)
            factor = 1.0 + self._amplitude * np.sin(self._omega * t_s)
            newton = t_s - np.divide(miss, factor, out=np.zeros_like(miss), where=factor > 1e-9)
            inside = (newton >= low) & (newton <= high)
            following = np.where(inside, newton, 0.5 * (low + high))
            step = float(np.max(np.abs(following - t_s), initial=0.0))
            t_s = following
            if step <= 1e-10 * self._period_s:
                break
        return t_s
