"""Machines to simulate: how the trials of two equal arms may differ by chance.

Each world draws log-ratios (contender over baseline; ``runs`` × ``rounds``) whose true value is 0.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Logs = NDArray[np.float64]
World = Callable[[np.random.Generator, int, int], Logs]

#: Standard deviation of one trial's log latency: about 8%.
SPREAD = 0.08


def _normal(rng: np.random.Generator, shape: tuple[int, ...]) -> Logs:
    return rng.normal(size=shape)


def _t3(rng: np.random.Generator, shape: tuple[int, ...]) -> Logs:
    return np.asarray(rng.standard_t(3, size=shape) / np.sqrt(3))


def _contaminated(factor: float) -> Callable[[np.random.Generator, tuple[int, ...]], Logs]:
    def draw(rng: np.random.Generator, shape: tuple[int, ...]) -> Logs:
        wild = np.where(rng.random(shape) < 0.1, factor, 1.0)
        return np.asarray(rng.normal(size=shape) * wild / np.sqrt(0.9 + 0.1 * factor**2))

    return draw


def _lognormal(rng: np.random.Generator, shape: tuple[int, ...]) -> Logs:
    skewed = rng.lognormal(size=shape)
    return np.asarray((skewed - np.exp(0.5)) / np.sqrt(np.e * (np.e - 1)))


def _two_modes(rng: np.random.Generator, shape: tuple[int, ...]) -> Logs:
    mode = (rng.random(shape) < 0.3) - 0.3
    return np.asarray((mode + 0.03 * rng.normal(size=shape)) / np.sqrt(0.3 * 0.7 + 0.03**2))


def exchangeable(draw: Callable[[np.random.Generator, tuple[int, ...]], Logs]) -> World:
    """Both trials of a round come from the same distribution, independently."""

    def world(rng: np.random.Generator, runs: int, rounds: int) -> Logs:
        return SPREAD * (draw(rng, (runs, rounds)) - draw(rng, (runs, rounds)))

    return world


def contender_second(rng: np.random.Generator, runs: int, rounds: int) -> NDArray[np.bool_]:
    """The order within rounds as it is drawn here: of every two rounds, one each way round."""
    first = rng.random((runs, (rounds + 1) // 2)) < 0.5
    return np.stack([first, ~first], axis=2).reshape(runs, -1)[:, :rounds]


def _by_order(trials: Logs, second: NDArray[np.bool_]) -> Logs:
    """Log-ratios of trials in the order they ran (``runs`` × ``2 rounds``)."""
    late_minus_early = trials[:, 1::2] - trials[:, 0::2]
    return np.asarray(np.where(second, late_minus_early, -late_minus_early))


def drifting(*, randomised: bool) -> World:
    """The machine slows down by 30% over the run, trial by trial, for both arms."""

    def world(rng: np.random.Generator, runs: int, rounds: int) -> Logs:
        slope = np.linspace(0, np.log(1.3), 2 * rounds)
        trials = slope + SPREAD * rng.normal(size=(runs, 2 * rounds))
        order = contender_second(rng, runs, rounds)
        return _by_order(trials, order if randomised else np.ones_like(order))

    return world


def second_is_later(*, randomised: bool) -> World:
    """Whichever trial runs second in its round is 10% later."""

    def world(rng: np.random.Generator, runs: int, rounds: int) -> Logs:
        trials = SPREAD * rng.normal(size=(runs, 2 * rounds))
        trials[:, 1::2] += np.log(1.1)
        order = contender_second(rng, runs, rounds)
        return _by_order(trials, order if randomised else np.ones_like(order))

    return world


def _autoregressive(rng: np.random.Generator, runs: int, n: int, rho: float) -> Logs:
    noise = rng.normal(size=(runs, n))
    for k in range(1, n):
        noise[:, k] = rho * noise[:, k - 1] + np.sqrt(1 - rho**2) * noise[:, k]
    return noise


def neighbours(rng: np.random.Generator, runs: int, rounds: int) -> Logs:
    """Each trial resembles the one before it (correlation 0.6), whichever arm it runs."""
    trials = SPREAD * _autoregressive(rng, runs, 2 * rounds, 0.6)
    return _by_order(trials, contender_second(rng, runs, rounds))


def moods(rng: np.random.Generator, runs: int, rounds: int) -> Logs:
    """The ratio itself has moods: each round's resembles that of the round before (0.5)."""
    return np.asarray(np.sqrt(2) * SPREAD * _autoregressive(rng, runs, rounds, 0.5))


def one_sided(rng: np.random.Generator, runs: int, rounds: int) -> Logs:
    """Only the contender has a long tail; means of the logs are equal, distributions are not."""
    shape = (runs, rounds)
    return np.asarray(SPREAD * (_lognormal(rng, shape) - _normal(rng, shape)))


#: Trials that could swap labels without anybody noticing: here false alarms must stay below 5%.
EXCHANGEABLE: dict[str, World] = {
    "normal (lognormal latency)": exchangeable(_normal),
    "heavy tails: Student t, 3 df": exchangeable(_t3),
    "1 trial in 10 scattered 3 times as wide": exchangeable(_contaminated(3)),
    "1 trial in 10 scattered 10 times as wide": exchangeable(_contaminated(10)),
    "long right tail: lognormal log latency": exchangeable(_lognormal),
}

#: Worlds in which the method's assumptions fail.
DIFFICULT: dict[str, World] = {
    "two modes, 3 trials in 10 in the slow one": exchangeable(_two_modes),
    "drift of 30%, order randomised": drifting(randomised=True),
    "drift of 30%, baseline always first": drifting(randomised=False),
    "second of a round 10% later, order randomised": second_is_later(randomised=True),
    "second of a round 10% later, baseline always first": second_is_later(randomised=False),
    "trials resemble their predecessor (0.6)": neighbours,
    "ratios resemble their predecessor (0.5)": moods,
    "only the contender has a long tail": one_sided,
}


def several(world: World, cells: int, shared: float = 0.5) -> World:
    """``cells`` of one world (``runs`` × ``cells`` × ``rounds``) with part of the noise shared."""

    def draw(rng: np.random.Generator, runs: int, rounds: int) -> Logs:
        own = world(rng, runs * cells, rounds).reshape(runs, cells, rounds)
        common = world(rng, runs, rounds)[:, None, :]
        return np.asarray(np.sqrt(1 - shared) * own + np.sqrt(shared) * common)

    return draw
