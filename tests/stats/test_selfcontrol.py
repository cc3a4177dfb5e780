"""A/A runs: floor, false alarms, power."""

import math

import numpy as np
import pytest

from bench.stats.interval import NoInterval, multiplier, t_interval
from bench.stats.selfcontrol import false_alarms, noise_floor, power, rate_bounds

RNG = np.random.default_rng(11)
AA = 0.1 * RNG.normal(size=(12, 3))


def test_the_floor_is_the_farthest_bound_of_any_cell():
    found = noise_floor(AA)
    bounds = [t_interval(column, 3) for column in AA.T]
    assert found.floor == pytest.approx(max(max(b.high, 1 / b.low) for b in bounds))
    assert found.floor <= found.threshold < found.floor + 0.01
    assert found.spread == pytest.approx(0.1, rel=0.3)
    assert (found.rounds, len(found.per_cell)) == (12, 3)


def test_a_quiet_machine_still_has_a_threshold():
    assert noise_floor(AA[:, 0] / 1e6).threshold == 1.01


def test_resolution_narrows_with_rounds():
    found = noise_floor(AA)
    expected = math.exp(multiplier(3, 0.95) * found.spread / 2)
    assert found.resolution(4) == pytest.approx(expected)
    assert found.resolution(20) < found.resolution(4) < found.resolution(4, comparisons=8)


@pytest.mark.parametrize("bad", [[0.1, 0.2], [[0.1, 0.0]] * 8])
def test_no_floor_from_too_little(bad):
    with pytest.raises(NoInterval):
        noise_floor(bad)


def sides(rounds, *, seed=2, scatter=0.01, cells=1):
    rng = np.random.default_rng(seed)
    return tuple(scatter * rng.normal(size=(rounds, cells)) for _ in range(2))


def test_honest_noise_raises_no_alarm_and_is_cut_where_it_is_firm():
    found = false_alarms(*sides(60))
    assert (found.alarms, found.claims, found.rate) == (0, 0, 0.0)
    assert 60 / 4 <= found.runs <= 60 / 2
    assert found.high == pytest.approx(1 - 0.05 ** (1 / found.runs))


def test_what_is_wrong_with_the_labels_comes_out_high():
    """Swapping labels at random would have said 5% of this, too."""
    baseline, contender = sides(40)
    found = false_alarms(baseline, contender + 0.1)
    assert found.rate == 1.0
    assert found.claims > 0
    assert found.high == 1.0
    assert found.low > 0.7


def test_a_machine_with_moods_raises_alarms():
    baseline, contender = sides(80)
    moods = 0.1 * np.sign(np.sin(np.arange(80) / 8))[:, None]
    assert false_alarms(baseline, contender + moods).rate > 0.5


def test_a_cell_that_differs_is_enough():
    baseline, contender = sides(24, cells=3)
    contender[:, 1] += 0.3
    assert false_alarms(baseline, contender).rate == 1.0


@pytest.mark.parametrize("rounds", [0, 1])
def test_too_few_rounds_make_no_comparison(rounds):
    assert false_alarms(*sides(rounds)) is None


def test_the_bounds_are_clopper_and_pearsons():
    from scipy.stats import binomtest

    theirs = binomtest(3, 40).proportion_ci(0.95, method="exact")
    assert rate_bounds(3, 40) == pytest.approx((theirs.low, theirs.high))
    assert rate_bounds(0, 59)[1] <= 0.05 < rate_bounds(0, 58)[1]
    assert rate_bounds(0, 59)[0] == 0.0
    assert rate_bounds(7, 7)[1] == 1.0


@pytest.mark.parametrize("comparisons", [1, 4])
def test_power_agrees_with_simulation(comparisons):
    base = np.array([-0.1, 0.1] * 5) * math.sqrt(0.9)  # standard deviation 0.1
    found = power((base + 0.12).tolist(), rounds=8, comparisons=comparisons)
    draws = 0.12 + 0.1 * np.random.default_rng(8).normal(size=(40_000, 8))
    errors = draws.std(axis=1, ddof=1) / math.sqrt(8)
    nearest = np.abs(draws.mean(axis=1)) - multiplier(7, 1 - 0.05 / comparisons) * errors
    assert found.seen == pytest.approx((nearest > 0).mean(), abs=0.01)
    assert found.beyond_threshold == pytest.approx((nearest > math.log(1.05)).mean(), abs=0.01)
    assert found.ratio == pytest.approx(math.exp(0.12))


def test_power_grows_with_the_delay_and_the_rounds():
    one, other = [0.50, 0.55, 0.52, 0.48, 0.53], [0.51, 0.52, 0.55, 0.50, 0.49]

    def delayed(delay):
        return [math.log((b + delay) / a) for a, b in zip(one, other, strict=True)]

    powers = [power(delayed(d)).seen for d in (0.0, 0.02, 0.1, 0.5)]
    assert powers == sorted(powers)
    assert powers[-1] > 0.99
    late = delayed(0.02)
    assert power(late, rounds=20).seen > power(late, rounds=5).seen
