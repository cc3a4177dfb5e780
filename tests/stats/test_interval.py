"""Student's interval on log-ratios, and the minimum of rounds."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.stats.interval import (
    NoInterval,
    cell_level,
    log_ratios,
    minimum_rounds,
    multiplier,
    t_interval,
)

RATIOS = st.lists(st.floats(-2, 2), min_size=2, max_size=30).filter(lambda x: np.ptp(x) > 1e-6)


def test_agrees_with_scipys_t_interval():
    from scipy import stats

    values = [0.11, 0.25, 0.19, 0.02, 0.30]
    found = t_interval(values)
    low, high = stats.t.interval(0.95, 4, np.mean(values), stats.sem(values))
    assert found.ratio == pytest.approx(math.exp(np.mean(values)))
    assert (found.low, found.high) == pytest.approx((math.exp(low), math.exp(high)))
    assert (found.n, found.df, found.level) == (5, 4, 0.95)


@given(RATIOS)
def test_swapping_the_arms_inverts_the_interval(values):
    there, back = t_interval(values), t_interval([-v for v in values])
    assert there.ratio == pytest.approx(1 / back.ratio)
    assert there.low == pytest.approx(1 / back.high, rel=1e-6)
    assert there.low < there.ratio < there.high


@given(RATIOS, st.floats(-1, 1))
def test_a_common_factor_moves_the_interval_and_nothing_else(values, shift):
    here, moved = t_interval(values), t_interval([v + shift for v in values])
    assert moved.ratio / here.ratio == pytest.approx(math.exp(shift))
    assert math.log(moved.high / moved.low) == pytest.approx(math.log(here.high / here.low))


@given(RATIOS, st.integers(2, 40))
def test_more_verdicts_at_once_widen_each(values, comparisons):
    one, many = t_interval(values), t_interval(values, comparisons)
    assert many.level == pytest.approx(1 - 0.05 / comparisons)
    assert many.low <= one.low <= one.high <= many.high


@given(st.integers(1, 200), st.sampled_from([0.01, 0.05, 0.1]))
def test_the_minimum_is_the_first_that_keeps_its_rule(comparisons, alpha):
    n = minimum_rounds(comparisons, alpha)
    level = cell_level(comparisons, alpha)
    normal = multiplier(1e9, level)
    assert multiplier(n - 1, level) <= 2 * normal
    assert n == 2 or multiplier(n - 2, level) > 2 * normal


def test_the_minimum_grows_with_the_number_of_verdicts():
    minima = [minimum_rounds(m) for m in range(1, 65)]
    assert minima[0] == 4
    assert minima == sorted(minima)
    assert minima[-1] > minima[0]


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ([], "0 rounds"),
        ([0.1], "1 rounds"),
        ([0.1, math.nan, 0.2], "not a finite"),
        ([0.1, math.inf], "not a finite"),
        ([0.1, 0.1, 0.1], "same ratio"),
        ([0.1, 0.1 + 1e-15, 0.1], "same ratio"),
    ],
)
def test_no_interval_where_none_can_be_had(values, why):
    with pytest.raises(NoInterval, match=why):
        t_interval(values)


@pytest.mark.parametrize("bad", [0.0, -1.0, math.nan, math.inf])
def test_log_ratios_refuse_what_has_no_logarithm(bad):
    with pytest.raises(NoInterval, match="value 2 of the contender"):
        log_ratios([1.0, 1.0], [1.0, bad])


def test_log_ratios_are_contender_over_baseline():
    assert log_ratios([1.0, 2.0], [2.0, 2.0]).tolist() == pytest.approx([math.log(2), 0])


@pytest.mark.parametrize(("comparisons", "alpha"), [(0, 0.05), (1, 0.0), (1, 1.0)])
def test_impossible_levels_are_refused(comparisons, alpha):
    with pytest.raises(ValueError, match=r"comparisons|alpha"):
        cell_level(comparisons, alpha)
