"""Machines to simulate: how the launches of two equal arms may differ by chance.

Each world draws log latencies of two arms (``runs`` × ``rounds`` each) that are in truth equal, of
which a launch scatters by ``spread``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Logs = NDArray[np.float64]
Arms = tuple[Logs, Logs]
World = Callable[[np.random.Generator, int, int, float], Arms]

#: Standard deviation of one launch's log latency on a restless machine; on a quiet one it is 1%.
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


def _apart(gap: float) -> Callable[[np.random.Generator, tuple[int, ...]], Logs]:
    """Three launches in ten are ``gap`` spreads later than the others."""

    def draw(rng: np.random.Generator, shape: tuple[int, ...]) -> Logs:
        return np.asarray(rng.normal(size=shape) + gap * (rng.random(shape) < 0.3))

    return draw


def exchangeable(draw: Callable[[np.random.Generator, tuple[int, ...]], Logs]) -> World:
    """Both trials of a round come from the same distribution, independently."""

    def world(rng: np.random.Generator, runs: int, rounds: int, spread: float) -> Arms:
        return spread * draw(rng, (runs, rounds)), spread * draw(rng, (runs, rounds))

    return world


def contender_second(rng: np.random.Generator, runs: int, rounds: int) -> NDArray[np.bool_]:
    """The order within rounds as it is drawn here: of every two rounds, one each way round."""
    first = rng.random((runs, (rounds + 1) // 2)) < 0.5
    return np.stack([first, ~first], axis=2).reshape(runs, -1)[:, :rounds]


def _by_order(trials: Logs, second: NDArray[np.bool_]) -> Arms:
    """The arms of trials in the order they ran (``runs`` × ``2 rounds``)."""
    early, late = trials[:, 0::2], trials[:, 1::2]
    return np.where(second, early, late), np.where(second, late, early)


def drifting(*, randomised: bool) -> World:
    """The machine slows down by 30% over the run, trial by trial, for both arms."""

    def world(rng: np.random.Generator, runs: int, rounds: int, spread: float) -> Arms:
        slope = np.linspace(0, np.log(1.3), 2 * rounds)
        trials = slope + spread * rng.normal(size=(runs, 2 * rounds))
        order = contender_second(rng, runs, rounds)
        return _by_order(trials, order if randomised else np.ones_like(order))

    return world


def second_is_later(*, randomised: bool) -> World:
    """Whichever trial runs second in its round is 10% later."""

    def world(rng: np.random.Generator, runs: int, rounds: int, spread: float) -> Arms:
        trials = spread * rng.normal(size=(runs, 2 * rounds))
        trials[:, 1::2] += np.log(1.1)
        order = contender_second(rng, runs, rounds)
        return _by_order(trials, order if randomised else np.ones_like(order))

    return world


def _autoregressive(rng: np.random.Generator, runs: int, n: int, rho: float) -> Logs:
    noise = rng.normal(size=(runs, n))
    for k in range(1, n):
        noise[:, k] = rho * noise[:, k - 1] + np.sqrt(1 - rho**2) * noise[:, k]
    return noise


def neighbours(rng: np.random.Generator, runs: int, rounds: int, spread: float) -> Arms:
    """Each trial resembles the one before it (correlation 0.6), whichever arm it runs."""
    trials = spread * _autoregressive(rng, runs, 2 * rounds, 0.6)
    return _by_order(trials, contender_second(rng, runs, rounds))


def moods(rng: np.random.Generator, runs: int, rounds: int, spread: float) -> Arms:
    """The ratio itself has moods: each round's resembles that of the round before (0.5)."""
    ratios = np.sqrt(2) * spread * _autoregressive(rng, runs, rounds, 0.5)
    return -ratios / 2, ratios / 2


def one_sided(rng: np.random.Generator, runs: int, rounds: int, spread: float) -> Arms:
    """Only the contender has a long tail; means of the logs are equal, distributions are not."""
    shape = (runs, rounds)
    return spread * _normal(rng, shape), spread * _lognormal(rng, shape)


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
    "3 trials in 10 later by 8 spreads": exchangeable(_apart(8)),
    "3 trials in 10 later by 30 spreads": exchangeable(_apart(30)),
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

    def draw(rng: np.random.Generator, runs: int, rounds: int, spread: float) -> Arms:
        own = world(rng, runs * cells, rounds, spread)
        common = world(rng, runs, rounds, spread)
        baseline, contender = (
            np.sqrt(1 - shared) * mine.reshape(runs, cells, rounds)
            + np.sqrt(shared) * ours[:, None, :]
            for mine, ours in zip(own, common, strict=True)
        )
        return baseline, contender

    return draw
