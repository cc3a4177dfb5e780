"""``--until 5%``: rounds go on until the interval is that narrow, without fooling oneself.

**Stein's two-stage interval** (Stein 1945, Ann. Math. Stat. 16, 243): the spread is taken from a
pilot of fixed length; the multiplier is Student's with the pilot's degrees of freedom for ever.
For normal log-ratios the mean of the first n rounds is independent of everything that can be said
about their *spread*.  A rule that stops by spread (or by the clock, when the budget is spent)
therefore leaves the interval's level exact, however often it looks; looking at the *ratio* is what
inflates false alarms, and the rule never does.

A calm pilot must not speak for a restless run, so the interval here is the **wider** of Stein's
and Student's over all rounds: never below the level, and honest when the spread grew.

A run that was stopped because somebody liked what he saw has looked at the ratio.  For that there
is :func:`open_interval`, valid after every round at once and, from
10 rounds on, about 1.7 times as wide.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bench.stats.interval import (
    ALPHA,
    Interval,
    NoInterval,
    around,
    cell_level,
    mean_and_error,
    minimum_rounds,
    multiplier,
    sample,
)

#: The pilot is so long that its multiplier is at most this much above the normal one.
PILOT_PENALTY = 4 / 3

#: Variance of the effect (in spreads of one round) that the open interval is tuned to.
_PRIOR_VARIANCE = 1.0


def pilot_rounds(comparisons: int = 1, alpha: float = ALPHA) -> int:
    """Rounds of the pilot.  A shorter one is sooner done and makes the whole run longer."""
    return minimum_rounds(comparisons, alpha, PILOT_PENALTY)


def target_half_width(target: float) -> float:
    """Half-width on the log scale of ``--until``: 0.05 means the ratio times and over 1.05."""
    if not 0 < target < 1:
        raise ValueError(f"--until {target:g}: give a share between 0% and 100%, for instance 5%")
    return math.log1p(target)


def rounds_needed(
    pilot: ArrayLike, half_width: float, alpha: float = ALPHA, comparisons: int = 1
) -> int:
    """How many rounds in all, pilot included, give an interval of that half-width (log scale).

    ``pilot`` holds the log-ratios of the first rounds.  Raises :class:`NoInterval` as
    :func:`bench.stats.interval.t_interval` does.
    """
    if not half_width > 0:
        raise ValueError(f"half_width: {half_width} is not positive")
    numbers = sample(pilot)
    q = multiplier(len(numbers) - 1, cell_level(comparisons, alpha))
    spread = float(numbers.std(ddof=1))
    return max(len(numbers), math.ceil((q * spread / half_width) ** 2 - 1e-9))


def stein_error(samples: NDArray[np.float64], pilot: int, level: float) -> NDArray[np.float64]:
    """Half-width after all rounds of the last axis: the wider of Stein's and Student's."""
    n = samples.shape[-1]
    stein = multiplier(pilot - 1, level) * samples[..., :pilot].std(axis=-1, ddof=1) / math.sqrt(n)
    student = multiplier(n - 1, level) * mean_and_error(samples)[1]
    return np.asarray(np.maximum(stein, student))


def until_interval(
    values: ArrayLike, pilot: int, comparisons: int = 1, alpha: float = ALPHA
) -> Interval:
    """The interval of a run that was stopped by its spread or its budget.

    ``values`` are the log-ratios in the order of the rounds, ``pilot`` how many of them, fixed
    before the run, were the pilot; a run that ended within its pilot has Student's interval of
    what there is, since the clock alone has ended it.
    """
    numbers = sample(values)
    if pilot < 2:
        raise ValueError(f"pilot: {pilot} rounds have no spread, 2 are the least")
    level = cell_level(comparisons, alpha)
    stage = min(pilot, len(numbers))
    half_width = float(stein_error(numbers, stage, level))
    return around(float(numbers.mean()), half_width, level, len(numbers), stage - 1)


@dataclass(frozen=True)
class Progress:
    """Where a run with a target width stands, over all its cells.

    ``done``: every interval is narrow enough.  ``expected_rounds`` in all, ``None`` during the
    pilot.  ``widest``: the widest half-width now, as a share (0.07 is times and over 1.07).
    """

    done: bool
    rounds: int
    pilot: int
    expected_rounds: int | None
    widest: float | None


def progress(
    cells: Sequence[Sequence[float]],
    target: float,
    comparisons: int | None = None,
    alpha: float = ALPHA,
) -> Progress:
    """Whether to go on, from the spread of each cell's log-ratios so far, never from their mean.

    ``comparisons`` is the number planned (by default the cells given); a cell that dropped out
    for its status does not lower it.  A cell that can have no interval is not waited for.
    """
    m = len(cells) if comparisons is None else comparisons
    wanted = target_half_width(target)
    pilot = pilot_rounds(m, alpha)
    rounds = min((len(cell) for cell in cells), default=0)
    if rounds < pilot:
        return Progress(False, rounds, pilot, None, None)
    widths, needs = [], []
    for cell in cells:
        try:
            width = until_interval(cell, pilot, m, alpha).half_width
            planned = rounds_needed(cell[:pilot], wanted, alpha, m)
        except NoInterval:
            continue
        widths.append(width)
        if width > wanted:
            planned = max(planned, math.ceil(len(cell) * (width / wanted) ** 2 - 1e-9))
        needs.append(planned)
    if not widths:
        return Progress(True, rounds, pilot, rounds, None)
    done = max(widths) <= wanted * (1 + 1e-12)
    expected = rounds if done else max(rounds + 1, *needs)
    return Progress(done, rounds, pilot, expected, math.expm1(max(widths)))


def open_multiplier(n: int, level: float) -> float:
    """Multiplier of the standard error for looking after every round and stopping at will.

    From Ville's inequality for the t-mixture martingale: with a right-Haar prior on the spread and
    a normal one of variance v on the effect (in spreads), the bound on t² after n rounds is
    (n-1)(A-1) / (1 - A/(1+nv)) with A = ((1+nv) / (1-level)²)^(1/n); infinite while A >= 1+nv
    (Wang and Ramdas, "Anytime-valid t-tests and confidence sequences for Gaussian means with
    unknown variance", 2023).
    """
    if n < 2:
        return math.inf
    grown = 1.0 + n * _PRIOR_VARIANCE
    a = (grown / (1.0 - level) ** 2) ** (1.0 / n)
    return math.inf if a >= grown else math.sqrt((n - 1) * (a - 1) / (1 - a / grown))


def open_interval(values: ArrayLike, comparisons: int = 1, alpha: float = ALPHA) -> Interval:
    """An interval that stays valid when the run was watched and stopped at will.

    Raises :class:`NoInterval` also while it is still boundless (up to 4 rounds at 95%).
    """
    numbers = sample(values)
    level = cell_level(comparisons, alpha)
    n = len(numbers)
    q = open_multiplier(n, level)
    if math.isinf(q):
        raise NoInterval(f"{n} rounds are too few for an interval that allows to look at any time")
    mean, error = mean_and_error(numbers)
    return around(float(mean), q * float(error), level, n, n - 1)


def open_minimum(comparisons: int = 1, alpha: float = ALPHA) -> int:
    """The first round after which :func:`open_interval` has bounds."""
    level = cell_level(comparisons, alpha)
    n = 2
    while math.isinf(open_multiplier(n, level)):
        n += 1
    return n
