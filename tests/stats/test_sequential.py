"""``--until``: Stein's interval, its guard, the advance notice, and the open interval."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.stats.interval import NoInterval, cell_level, multiplier, t_interval
from bench.stats.sequential import (
    open_interval,
    open_minimum,
    open_multiplier,
    pilot_rounds,
    progress,
    rounds_needed,
    stein_error,
    target_half_width,
    until_interval,
)

CALM = [0.01, -0.02, 0.02, -0.01, 0.03, -0.03]


def noise(n: int, spread: float, seed: int = 1) -> list[float]:
    return (spread * np.random.default_rng(seed).normal(size=n)).tolist()


def test_the_pilot_is_the_first_length_within_its_penalty():
    for m in (1, 2, 4, 16):
        n, level = pilot_rounds(m), cell_level(m)
        normal = multiplier(1e9, level)
        assert multiplier(n - 1, level) <= 4 / 3 * normal < multiplier(n - 2, level)


def test_steins_formula():
    pilot = noise(6, 0.1)
    spread = float(np.std(pilot, ddof=1))
    h = math.log(1.05)
    n = rounds_needed(pilot, h)
    assert 2.5706 * spread / math.sqrt(n) <= h < 2.5706 * spread / math.sqrt(n - 1)


def test_a_pilot_that_is_narrow_enough_needs_no_more():
    assert rounds_needed(CALM, 0.5) == 6


@given(st.floats(0.01, 1.0), st.integers(1, 30))
def test_more_rounds_for_a_narrower_target_and_for_more_cells(half_width, m):
    assert rounds_needed(CALM, half_width) <= rounds_needed(CALM, half_width / 2)
    assert rounds_needed(CALM, half_width) <= rounds_needed(CALM, half_width, comparisons=m)


@pytest.mark.parametrize("bad", [0.0, -1.0, math.nan])
def test_an_impossible_width_is_refused(bad):
    with pytest.raises(ValueError, match="half_width"):
        rounds_needed(CALM, bad)


@pytest.mark.parametrize("bad", [0.0, 1.0, 5.0, -0.05])
def test_an_impossible_target_is_refused_with_an_example(bad):
    with pytest.raises(ValueError, match="for instance 5%"):
        target_half_width(bad)


def test_at_the_pilot_it_is_students_interval():
    assert until_interval(CALM, 6) == t_interval(CALM)


def test_a_run_cut_off_within_its_pilot_has_students_interval():
    assert until_interval(CALM[:4], 6) == t_interval(CALM[:4])


def test_a_calm_pilot_does_not_speak_for_a_restless_run():
    restless = CALM + noise(20, 1.0)
    assert until_interval(restless, 6).half_width == pytest.approx(t_interval(restless).half_width)


def test_a_restless_pilot_is_not_forgotten():
    values = noise(6, 1.0) + CALM * 4
    assert until_interval(values, 6).half_width > 1.2 * t_interval(values).half_width
    assert until_interval(values, 6).df == 5


@given(st.lists(st.floats(-1, 1), min_size=6, max_size=20), st.floats(-3, 3))
def test_progress_sees_the_spread_and_never_the_ratio(values, shift):
    here = progress([values], 0.05)
    moved = progress([[v + shift for v in values]], 0.05)
    assert (here.done, here.expected_rounds) == (moved.done, moved.expected_rounds)


def test_progress_through_a_run():
    values = noise(80, 0.1)
    early = progress([values[:3]], 0.05)
    assert (early.done, early.pilot, early.expected_rounds, early.widest) == (False, 6, None, None)
    notice = progress([values[:6]], 0.05)
    assert notice.expected_rounds == rounds_needed(values[:6], math.log(1.05))
    n = next(n for n in range(6, 81) if progress([values[:n]], 0.05).done)
    assert notice.expected_rounds is not None
    assert n >= notice.expected_rounds
    end = progress([values[:n]], 0.05)
    assert end.widest is not None
    assert end.widest <= 0.05 + 1e-12
    assert end.expected_rounds == n


def test_the_widest_cell_decides_and_dropped_cells_still_count():
    calm, wild = noise(9, 0.01, 2), noise(9, 0.3, 3)
    assert progress([calm, calm, calm, calm], 0.05).done
    both = progress([calm, wild], 0.05)
    assert not both.done
    assert both.widest == progress([wild], 0.05, comparisons=2).widest
    assert both.widest > (progress([wild], 0.05).widest or 0)


def test_a_cell_without_spread_is_not_waited_for():
    assert progress([[0.1] * 6], 0.05).done
    assert not progress([[0.1] * 7, noise(7, 0.3)], 0.05).done


def test_the_table_of_designs_stops_as_progress_does():
    ratios = noise(40, 0.1, 5)
    level, target = cell_level(), math.log1p(0.05)
    for n in range(6, 41):
        fast = float(stein_error(np.array(ratios[:n]), 6, level))
        assert (fast <= target) == progress([ratios[:n]], 0.05).done


def test_the_open_multiplier_solves_its_martingale():
    for n in (5, 10, 40):
        t = open_multiplier(n, 0.95)
        grown, df = 1 + n, n - 1
        factor = ((1 + t * t / df) / (1 + t * t / (df * grown))) ** (n / 2) / math.sqrt(grown)
        assert factor == pytest.approx(1 / 0.05)
        assert t > multiplier(df, 0.95)


def test_the_open_interval_has_bounds_from_its_minimum_on():
    n = open_minimum()
    assert n == 5
    assert math.isfinite(open_interval(noise(n, 0.1)).high)
    with pytest.raises(NoInterval, match="too few"):
        open_interval(noise(n - 1, 0.1))
