"""The scaling law gives back what it was made of, whatever the unit and order."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bench.stats.scalability import FARTHEST, ScalingLaw, fit_law

LAWS = st.builds(
    ScalingLaw,
    st.floats(10, 1e7),
    st.one_of(st.just(0.0), st.floats(1e-3, 0.9)),
    st.one_of(st.just(0.0), st.floats(1e-4, 0.1)),
    st.just(()),
)
NUMBERS = st.lists(st.integers(1, 64), min_size=3, max_size=8, unique=True)


def points_of(law, numbers):
    return [(float(n), law.at(n)) for n in numbers]


@given(LAWS, NUMBERS)
def test_points_of_a_law_give_that_law(law, numbers):
    points = points_of(law, numbers)
    found = fit_law(points)
    assert found.worst < 1e-6
    for n in range(min(numbers), max(numbers) + 1):
        assert found.at(n) == pytest.approx(law.at(n), rel=1e-5)
    assert found.one_per_s > 0
    assert found.contention >= 0
    assert found.coherency >= 0


@given(LAWS, NUMBERS, st.floats(1e-3, 1e3), st.randoms())
def test_units_and_order_change_nothing(law, numbers, scale, shuffled):
    points = points_of(law, numbers)
    noisy = [(n, x * (1 + 0.1 * math.sin(7 * n))) for n, x in points]
    try:
        one = fit_law(noisy)
    except ValueError:  # rates that do not grow with the workers
        assume(False)
    shuffled.shuffle(noisy)
    other = fit_law([(n, x * scale) for n, x in noisy])
    for n in numbers:
        assert other.at(n) == pytest.approx(one.at(n) * scale, rel=1e-6)


@given(LAWS, NUMBERS, st.lists(st.floats(-0.1, 0.1), min_size=8, max_size=8))
def test_noise_moves_the_law_by_no_more_than_the_noise_allows(law, numbers, noise):
    points = [(n, x * (1 + e)) for (n, x), e in zip(points_of(law, numbers), noise, strict=False)]
    try:
        found = fit_law(points)
    except ValueError:
        assume(False)

    # The true law is 10% off at worst; in the squared relative distance of N/X the best one is
    # no worse over all points.
    def distance(candidate):
        return sum((x / candidate.at(n) - 1) ** 2 for n, x in points)

    assert distance(found) <= distance(law) + 1e-9


@given(LAWS, NUMBERS)
def test_the_most_useful_number_is_the_top_of_the_law(law, numbers):
    top = law.most_useful
    if top is None:
        assert law.at(1e9) >= law.at(1e6) * 0.999999
        return
    top = max(top, 1.0)
    for factor in (0.5, 0.9, 1.1, 2.0):
        if top * factor >= 1:
            assert law.at(top) >= law.at(top * factor) * (1 - 1e-12)


@given(LAWS, NUMBERS, st.floats(0.1, 1000))
def test_outside_of_the_measurement_it_says_extrapolated(law, numbers, n):
    found = fit_law(points_of(law, numbers))
    if n > FARTHEST * max(numbers):
        with pytest.raises(ValueError, match="times what was measured"):
            found.predict(n)
        return
    said = found.predict(n)
    assert said.extrapolated == (not min(numbers) <= n <= max(numbers))
    assert (said.low is None) == (len(numbers) < 4)


def test_the_spread_holds_the_law_of_exact_points():
    law = ScalingLaw(1000.0, 0.1, 0.01, ())
    said = fit_law(points_of(law, (1, 2, 4, 8))).predict(16)
    assert said.low == pytest.approx(law.at(16), rel=1e-6)
    assert said.high == pytest.approx(law.at(16), rel=1e-6)


@pytest.mark.parametrize(
    ("points", "what"),
    [
        ([(1, 10), (2, 19)], "3 different"),
        ([(1, 10), (1, 11), (2, 19)], "3 different"),
        ([(1, 10), (2, 0), (3, 5)], "above 0"),
        ([(0, 10), (2, 1), (3, 5)], "above 0"),
        ([(1, 10), (2, math.inf), (3, 5)], "above 0"),
    ],
)
def test_what_fits_no_law_is_said(points, what):
    with pytest.raises(ValueError, match=what):
        fit_law(points)
