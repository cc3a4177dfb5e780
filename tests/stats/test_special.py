"""The noncentral t, also where scipy has no answer."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.stats.selfcontrol import power
from bench.stats.special import _mixture, noncentral_t_cdf


@given(st.floats(-6, 6), st.integers(1, 99), st.floats(-40, 40))
def test_it_is_always_a_probability(t, df, noncentrality):
    assert 0.0 <= noncentral_t_cdf(t, df, noncentrality) <= 1.0


@pytest.mark.parametrize("df", [1, 3, 9, 30, 99])
@pytest.mark.parametrize("t", [-2.1, 0.5, 3.2])
@pytest.mark.parametrize("noncentrality", [0.0, 0.7, 2.0])
def test_where_both_answer_they_agree(t, df, noncentrality):
    assert _mixture(t, df, noncentrality) == pytest.approx(
        noncentral_t_cdf(t, df, noncentrality), abs=1e-3
    )


def test_no_number_of_rounds_finds_what_is_not_there():
    values = [0.03 * math.sin(k) for k in range(10)]
    values = [value - sum(values) / 10 for value in values]
    assert max(power(values, n).beyond_threshold for n in range(4, 101)) < 0.01
