"""A/A runs: floor, false alarms, power."""

import math

import numpy as np
import pytest

from bench.stats.interval import NoInterval, multiplier, t_interval
from bench.stats.selfcontrol import delayed, false_alarms, noise_floor, power

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


def test_false_alarms_of_honest_noise_are_about_five_percent():
    found = false_alarms(0.1 * np.random.default_rng(2).normal(size=(20, 1)), rounds=6)
    assert found.low <= found.rate <= found.high
    assert found.low <= 0.05
    assert found.rate < 0.07
    assert found.beyond_threshold < found.rate
    assert (found.rounds, found.comparisons) == (6, 1)


def test_the_rate_by_hand_where_it_can_be_counted():
    # four rounds that differ by nearly the same: an alarm when all labels fall alike, 2 in 16
    found = false_alarms([1.0, 1.01, 0.99, 1.0], draws=20_000)
    assert found.rate == pytest.approx(2 / 16, abs=0.01)


def test_the_same_seed_the_same_rate():
    assert false_alarms(AA, seed=5) == false_alarms(AA, seed=5)


@pytest.mark.parametrize("rounds", [1, 13])
def test_a_design_must_fit_into_the_run(rounds):
    with pytest.raises(ValueError, match="12 rounds of the A/A run"):
        false_alarms(AA, rounds)


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
    powers = [power(delayed(one, other, d)).seen for d in (0.0, 0.02, 0.1, 0.5)]
    assert powers == sorted(powers)
    assert powers[-1] > 0.99
    late = delayed(one, other, 0.02)
    assert power(late, rounds=20).seen > power(late, rounds=5).seen


def test_a_delay_is_added_to_the_contender():
    assert delayed([1.0], [1.0], 0.5) == pytest.approx([math.log(1.5)])
