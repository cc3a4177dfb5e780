"""Looks, and intervals on launches: Welch's with a floor, what rounds and drift add."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from bench.stats.interval import ALPHA, NoInterval
from bench.stats.launches import (
    FIRST_CLAIM,
    FLOOR,
    LEAST,
    LOOKS,
    MOST_LOOKS,
    alpha_at,
    claim_threshold,
    estimate,
    firm,
)

LOGS = st.floats(-1, 1)
SAMPLES = st.lists(LOGS, min_size=LEAST, max_size=8)


def pair_of(size: int) -> st.SearchStrategy[tuple[list[float], list[float]]]:
    side = st.lists(LOGS, min_size=size, max_size=size)
    return st.tuples(side, side)


PAIRS = st.integers(LEAST, 8).flatmap(pair_of)


@given(SAMPLES, SAMPLES, st.sampled_from([0.05, 0.025, 0.001]))
def test_it_is_welchs_where_the_spreads_exceed_the_floor(baseline, contender, alpha):
    assume(min(np.std(side, ddof=1) for side in (baseline, contender)) > FLOOR)
    theirs = stats.ttest_ind(contender, baseline, equal_var=False).confidence_interval(1 - alpha)
    found = estimate(baseline, contender, paired=False)
    ours = found.interval(alpha)
    assert math.log(ours.low) == pytest.approx(theirs.low, rel=1e-6, abs=1e-9)
    assert math.log(ours.high) == pytest.approx(theirs.high, rel=1e-6, abs=1e-9)
    assert (ours.level, ours.n) == (1 - alpha, min(len(baseline), len(contender)))


@given(PAIRS)
def test_rounds_only_ever_add_to_the_error(sides):
    """Of the two standard errors the larger one: that of the launches, or of the differences."""
    apart, paired = estimate(*sides, paired=False), estimate(*sides)
    within = stats.sem(np.subtract(sides[1], sides[0]))
    assert paired.error == pytest.approx(max(float(apart.error), within))
    assert (paired.df, paired.difference) == (apart.df, apart.difference)


def test_what_rounds_do_to_the_ratio_is_seen():
    """Arms that are late in turns: each scatters little, their ratio twice as much."""
    turns = np.array([0.05, -0.05, 0.05, -0.05])
    apart, paired = estimate(turns, -turns, paired=False), estimate(turns, -turns)
    assert paired.error == pytest.approx(math.sqrt(2) * apart.error)
    # Late together, which Welch cannot know: nothing is taken off.
    assert estimate(turns, turns).error == apart.error


@given(st.integers(LEAST, 6), st.floats(-1, 1), st.floats(0, 0.5))
def test_launches_that_agree_scatter_by_the_floor(n, ratio, share):
    """Spreads below 1%, down to none at all, count as 1%."""
    steps = np.linspace(-1, 1, n)
    calm = share * FLOOR * steps / np.std(steps, ddof=1)
    found = estimate(calm, calm + ratio)
    assert found.error == pytest.approx(FLOOR * math.sqrt(2 / n))
    assert found.df == pytest.approx(2 * n - 2)
    assert found.difference == pytest.approx(ratio)


def test_one_calm_arm_leaves_the_other_its_spread():
    restless = np.array([0.3, -0.3, 0.1, -0.1])
    found = estimate([0.0] * 4, restless)
    variance = (FLOOR**2 + restless.var(ddof=1)) / 4
    assert found.error == pytest.approx(math.sqrt(variance))
    # Welch's degrees of freedom are nearly those of the restless arm alone.
    assert 3 < found.df < 3.01


@given(PAIRS, st.floats(-2, 2))
def test_no_unit_and_no_side_is_special(sides, shift):
    there = estimate(*sides)
    moved = estimate(np.add(sides[0], shift), np.add(sides[1], shift))
    assert moved.difference == pytest.approx(there.difference, abs=1e-9)
    assert moved.error == pytest.approx(there.error)
    back = estimate(*sides[::-1])
    assert back.difference == -there.difference
    assert back.error == pytest.approx(there.error)


@given(PAIRS, st.integers(1, 6))
def test_many_runs_at_once_are_those_runs(sides, runs):
    table = [np.add.outer(np.linspace(0, 0.1, runs), side) for side in sides]
    table[1] = table[1] * np.linspace(1, 2, runs)[:, None]
    together = estimate(*table)
    assert together.difference.shape == together.half_width(0.05).shape == (runs,)
    for k in range(runs):
        alone = estimate(table[0][k], table[1][k])
        assert together.error[k] == pytest.approx(float(alone.error))
        assert together.half_width(0.05)[k] == pytest.approx(float(alone.half_width(0.05)))


@given(PAIRS, st.floats(0, 0.5))
def test_drift_widens_by_just_so_much(sides, drift):
    found = estimate(*sides)
    calm, aged = found.interval(0.05), found.interval(0.05, drift)
    assert (aged.ratio, aged.level, aged.n, aged.df) == (calm.ratio, calm.level, calm.n, calm.df)
    assert math.log(aged.high / calm.high) == pytest.approx(drift, abs=1e-9)
    assert math.log(calm.low / aged.low) == pytest.approx(drift, abs=1e-9)


@pytest.mark.parametrize(
    ("baseline", "contender", "why"),
    [
        ([], [], "0 launches of an arm give no interval, 2 are needed"),
        ([0.1], [0.1, 0.2], "1 launches"),
        ([0.1, 0.2, 0.3], [0.1], "1 launches"),
        ([0.1, math.nan], [0.1, 0.2], "not a finite number"),
        ([0.1, 0.2], [-math.inf, 0.2], "not a finite number"),
    ],
)
@pytest.mark.parametrize("paired", [False, True])
def test_no_interval_where_none_can_be_had(baseline, contender, why, paired):
    with pytest.raises(NoInterval, match=why):
        estimate(baseline, contender, paired=paired)


def test_the_looks_spend_the_error_and_no_more():
    assert min(LOOKS) == LEAST
    assert max(LOOKS) == MOST_LOOKS
    assert list(LOOKS) == sorted(LOOKS)
    spent = [alpha_at(rounds, looks=True) for rounds in LOOKS]
    assert sum(spent) == pytest.approx(ALPHA) == pytest.approx(0.05)
    assert spent == pytest.approx([0.015, 0.015, 0.02])


@given(st.integers(1, 500), st.sampled_from([0.05, 0.01]))
def test_comparisons_share_the_error_of_a_look(comparisons, alpha):
    """Bonferroni: all intervals of all looks together spend ``alpha``."""
    spent = [alpha_at(n, comparisons, looks=True, alpha=alpha) for n in LOOKS]
    assert comparisons * sum(spent) == pytest.approx(alpha)
    assert alpha_at(9, comparisons, looks=False, alpha=alpha) == pytest.approx(alpha / comparisons)


def test_two_rounds_that_are_all_there_is_are_as_fragile_as_a_first_look():
    assert alpha_at(2, looks=False) == alpha_at(2, looks=True)
    assert alpha_at(3, looks=False) == alpha_at(100, looks=False) == ALPHA


@pytest.mark.parametrize("rounds", [0, 1, 5, 100])
def test_no_look_is_taken_but_those(rounds):
    with pytest.raises(ValueError, match=f"no look is taken after {rounds} rounds"):
        alpha_at(rounds, looks=True)


def test_the_first_look_claims_only_what_is_large():
    assert FIRST_CLAIM == 1.15
    assert claim_threshold(2, 1.05) == FIRST_CLAIM
    assert claim_threshold(2, 1.3) == 1.3
    assert claim_threshold(3, 1.05) == claim_threshold(4, 1.05) == 1.05


@pytest.mark.parametrize(
    ("difference", "rounds", "claims", "within"),
    [
        (0.0, 2, False, True),
        (math.log(1.10), 2, False, False),  # beyond the noise, but not beyond what a first look may
        (math.log(1.10), 3, True, False),
        (math.log(1.20), 2, True, False),
        (-math.log(1.20), 2, True, False),
        (-math.log(1.10), 2, False, False),
        (math.log(1.06), 4, False, False),
        (math.log(1.03), 4, False, True),
        (-math.log(1.03), 4, False, True),
    ],
)
def test_what_is_firm(difference, rounds, claims, within):
    half = np.array(0.0149)
    found = firm(half, np.array(difference), rounds, 1.05)
    assert (bool(found[0]), bool(found[1])) == (claims, within)


@given(PAIRS, st.sampled_from(sorted(LOOKS)))
def test_nothing_is_claimed_and_noise_at_once(sides, rounds):
    found = estimate(*sides)
    claims, within = firm(found.half_width(0.025), found.difference, rounds, 1.05)
    assert not (claims and within)


def test_the_interval_holds_the_truth_as_often_as_it_says():
    """Launches that scatter by 4%: looks miss in 2.5, 1.5 and 1% of runs, together in 5%."""
    rng = np.random.default_rng(5)
    runs = 20_000
    sides = rng.normal(0, 0.04, (2, runs, MOST_LOOKS))
    missed = np.zeros(runs, dtype=bool)
    for rounds in LOOKS:
        found = estimate(sides[0, :, :rounds], sides[1, :, :rounds])
        alpha = alpha_at(rounds, looks=True)
        now = np.abs(found.difference) > found.half_width(alpha)
        assert now.mean() <= alpha + 4 * math.sqrt(alpha / runs)
        missed |= now
    assert missed.mean() <= ALPHA
