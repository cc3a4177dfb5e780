"""Trends, positions, outliers."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.stats.drift import outliers, position_effect, trend


def test_a_steady_rise_is_found_with_its_size():
    found = trend([[1.02**k, 3 * 1.02**k] for k in range(6)])
    assert found is not None
    assert found.tau == 1
    assert found.change_per_round == pytest.approx(0.02)
    assert found.p == pytest.approx(2 / math.factorial(6))
    assert found.found


def test_opposite_trends_of_two_columns_cancel():
    found = trend([[1 + k, 10 - k] for k in range(6)])
    assert found is not None
    assert (found.tau, found.p, found.found) == (0, 1, False)


def test_gaps_are_left_out():
    table = [[1.0, math.nan], [2.0, 1.0], [3.0, math.nan], [4.0, 2.0], [5.0, 3.0]]
    found = trend(table)
    assert found is not None
    assert found.tau == 1


@pytest.mark.parametrize("table", [[1, 2, 3], [], [[math.nan]] * 6])
def test_nothing_to_test(table):
    assert trend(table) is None


@pytest.mark.parametrize("bad", [0.0, -1.0, math.inf])
def test_only_positive_values_have_a_trend(bad):
    with pytest.raises(ValueError, match="positive"):
        trend([1.0, 2.0, 3.0, bad])


@pytest.mark.parametrize("rounds", [5, 12])
def test_rounds_without_trend_are_suspected_at_the_stated_rate(rounds):
    rng = np.random.default_rng(3)
    runs = 200 if rounds < 8 else 60
    common = rng.normal(size=(runs, rounds, 1))  # the columns of a round resemble each other
    tables = np.exp(0.1 * (common + rng.normal(size=(runs, rounds, 4))))
    found = [trend(table) for table in tables]
    alarms = sum(t.found for t in found if t is not None)
    assert alarms <= 0.05 * runs + 3 * math.sqrt(runs * 0.05 * 0.95)


def test_the_same_seed_gives_the_same_p():
    values = np.exp(np.random.default_rng(4).normal(size=(12, 2)))
    assert trend(values, seed=1) == trend(values, seed=1)


def test_second_place_costs_what_it_costs():
    second = [True, False] * 5
    noise = np.random.default_rng(0).normal(scale=0.01, size=10)
    ratios = [math.log(1.5) + math.log(1.1) * (1 if s else -1) for s in second] + noise
    found = position_effect(ratios.tolist(), second)
    assert found is not None
    assert found.ratio == pytest.approx(1.1, rel=0.02)
    assert found.p == pytest.approx(2 / math.comb(10, 5))
    assert found.found


def test_the_true_ratio_is_no_position_effect():
    found = position_effect([0.5, 0.51, 0.5, 0.49, 0.5, 0.5], [True, False] * 3)
    assert found is not None
    assert not found.found


@pytest.mark.parametrize("second", [[True] * 6, [True] * 5 + [False]])
def test_a_position_effect_needs_both_orders_twice(second):
    assert position_effect([0.1, 0.2, 0.3, 0.1, 0.2, 0.3], second) is None


def test_long_runs_are_sampled_with_a_seed():
    ratios = np.random.default_rng(1).normal(size=20).tolist()
    second = [True, False] * 10
    found = position_effect(ratios, second, seed=3)
    assert found is not None
    assert 0 < found.p <= 1
    assert found == position_effect(ratios, second, seed=3)


@pytest.mark.parametrize(
    ("values", "flagged"),
    [
        ([1.0, 1.1, 0.9, 1.05, 0.95, 9.0], [5]),
        ([1.0, 1.1, 0.9, 1.05, 0.95, 0.1], [5]),
        ([1.0, 1.1, 0.9, 1.05, 0.95], []),
        ([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 5.0], [6]),  # more than half are equal
        ([1.0] * 6, []),
        ([1.0, 1.1, 0.9, 9.0], []),  # too few to say
        ([1.0, math.nan, -1.0, 0.0], [1, 2, 3]),
        ([], []),
    ],
)
def test_outliers(values, flagged):
    assert [k for k, flag in enumerate(outliers(values)) if flag] == flagged


@given(st.lists(st.floats(0.01, 100), max_size=15), st.floats(0.1, 10))
def test_outliers_do_not_depend_on_the_unit(values, unit):
    assert len(outliers(values)) == len(values)
    if len({round(v, 6) for v in values}) == len(values):
        assert outliers(values) == outliers([v * unit for v in values])
