"""Schedules: never back in time, in sum their rate, for one seed always the same."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.load.timing.arrivals import EXAMPLES, Arrivals, parse_arrivals
from bench.load.timing.bits import Purpose, words
from bench.load.timing.schedule import BLOCK, Schedule
from bench.load.timing.shapes import Burst, Bursts, Constant, Ramp, Sine, Steps
from tests.long import examples

from .shapes import arrivals, shapes

GOLDEN_WORDS = [3635112425524048647, 9002996641328714839, 18289314758231175536, 5124460437985850867]
GOLDEN_TIMES = [9.924146080795554, 9.927257128075057, 9.930101149982658]

schedules = st.builds(
    lambda kind, rate, seed, stream, more: Schedule(kind, rate, seed, stream, stream + 1 + more),
    arrivals,
    st.floats(0.5, 2e6),
    st.integers(0, 2**64 - 1),
    st.integers(0, 4),
    st.integers(0, 4),
)
ranges = st.tuples(st.integers(0, 3 * BLOCK), st.integers(0, BLOCK + 50))


def factor(shape, t_s):
    """The rate factor by its definition, to integrate numerically."""
    match shape:
        case Constant():
            return 1.0
        case Ramp(to, over_s):
            return 1 + (to - 1) * min(t_s / over_s, 1)
        case Steps(factors, each_s):
            return factors[min(int(t_s / each_s), len(factors) - 1)]
        case Burst(value, at_s, for_s):
            return value if at_s <= t_s < at_s + for_s else 1.0
        case Bursts(value, every_s, for_s):
            return value if t_s % every_s >= every_s - for_s else 1.0
        case Sine(amplitude, period_s):
            return 1 + amplitude * math.sin(2 * math.pi * t_s / period_s)


def jumps(shape, until_s):
    """Where the rate factor is not smooth, up to `until_s`."""
    match shape:
        case Ramp(_, over_s):
            found = [over_s]
        case Steps(factors, each_s):
            found = [k * each_s for k in range(len(factors))]
        case Burst(_, at_s, for_s):
            found = [at_s, at_s + for_s]
        case Bursts(_, every_s, for_s):
            ends = every_s * np.arange(1, until_s / every_s + 1)
            found = [*ends, *(ends - for_s)]
        case _:
            found = []
    return [t_s for t_s in found if t_s < until_s]


@given(schedules, ranges)
@settings(max_examples=examples(60), deadline=None)
def test_times_never_go_back(schedule, asked):
    times = schedule.times(*asked)
    assert len(times) == asked[1]
    assert np.all(np.diff(times) >= 0)
    assert np.all(times >= 0)
    assert np.all(np.isfinite(times))


@given(schedules, ranges)
@settings(max_examples=examples(60), deadline=None)
def test_any_range_is_part_of_the_whole(schedule, asked):
    first, count = asked
    whole = Schedule.from_dict(schedule.to_dict()).times(0, first + count)
    assert np.array_equal(schedule.times(first, count), whole[first:])
    if count:
        assert schedule.time(first) == whole[first]


@given(schedules, st.floats(0, 1), st.integers(0, 2 * BLOCK))
@settings(max_examples=examples(80), deadline=None)
def test_count_before_is_the_number_of_earlier_times(schedule, part, index):
    times = schedule.times(0, 3 * BLOCK)
    between = float(times[index] + part * (times[index + 1] - times[index]))
    for t_s in (float(times[index]), math.nextafter(times[index], math.inf), between):
        assert schedule.count_before(t_s) == np.searchsorted(times, t_s)
    assert schedule.count_before(0.0) == schedule.count_before(-1.0) == 0


@given(shapes, st.floats(1, 60), st.integers(1, 3))
@settings(max_examples=examples(60), deadline=None)
def test_evenly_spaced_counts_are_the_integral(shape, until_s, streams):
    rate = 500.0
    # The midpoint rule between jumps is exact for all shapes but the sine, where it is close.
    edges = np.unique(np.concatenate((np.linspace(0, until_s, 4001), jumps(shape, until_s))))
    middles = (edges[1:] + edges[:-1]) / 2
    integral = sum(np.diff(edges) * [factor(shape, t_s) for t_s in middles])
    parts = [Schedule(Arrivals(shape), rate, 1, k, streams) for k in range(streams)]
    count = sum(part.count_before(until_s) for part in parts)
    assert sum(part.expected_before(until_s) for part in parts) == pytest.approx(count, abs=streams)
    assert count == pytest.approx(rate * integral, rel=1e-3, abs=streams + 0.01)


@pytest.mark.parametrize("text", EXAMPLES)
def test_a_poisson_load_sums_to_its_rate(text):
    schedule = Schedule(Arrivals(parse_arrivals(text).shape, poisson=True), 5000, seed=11)
    expected = schedule.expected_before(60)
    # Five standard deviations of a Poisson count; the seed is fixed, so it cannot flicker.
    assert abs(schedule.count_before(60) - expected) < 5 * math.sqrt(expected)


def test_poisson_gaps_are_exponential_and_streams_independent():
    first, second = (Schedule(Arrivals(poisson=True), 2000, 3, k, 2) for k in range(2))
    gaps = np.diff(first.times(0, 100_000)) * 1000
    assert gaps.mean() == pytest.approx(1, abs=0.02)
    assert gaps.std() == pytest.approx(1, abs=0.02)
    assert np.mean(gaps > 2) == pytest.approx(math.exp(-2), abs=0.005)
    other = np.diff(second.times(0, 100_000)) * 1000
    assert abs(np.corrcoef(gaps, other)[0, 1]) < 0.02
    assert abs(np.corrcoef(gaps[:-1], gaps[1:])[0, 1]) < 0.02


def test_constant_streams_interleave():
    streams = [Schedule(Arrivals(), 100, 0, k, 4).times(0, 25) for k in range(4)]
    union = np.sort(np.concatenate(streams))
    assert np.allclose(union, np.arange(100) / 100, atol=0)


def test_nothing_is_due_during_a_pause():
    schedule = Schedule(parse_arrivals("steps:factors=1/0/2,each=10s"), 100, 0)
    assert schedule.count_before(10) == schedule.count_before(20) == 1000
    assert schedule.time(1000) >= 20
    assert schedule.count_before(30) == 3000


def test_a_seed_means_the_same_for_ever():
    # Golden values: a change here changes the meaning of every stored result.
    assert words(1, Purpose.ARRIVALS, 0, 0, 4).tolist() == GOLDEN_WORDS
    times = Schedule(Arrivals(poisson=True), 1000, seed=42).times(10_000, 3)
    assert times == pytest.approx(GOLDEN_TIMES, abs=1e-9)


@given(st.integers(0, 2**64 - 1), st.integers(0, 99), st.integers(0, 50), st.integers(0, 50))
def test_words_by_position(seed, stream, first, count):
    whole = words(seed, Purpose.KEYS, stream, 0, first + count)
    assert np.array_equal(words(seed, Purpose.KEYS, stream, first, count), whole[first:])


def test_lanes_differ():
    lanes = [
        tuple(words(seed, purpose, stream, 0, 4))
        for seed, purpose, stream in itertools.product((0, 1), Purpose, (0, 1, 2))
    ]
    assert len(set(lanes)) == len(lanes)


@pytest.mark.parametrize("rate", [0, -1, math.nan, math.inf, 1e9])
def test_wrong_rates(rate):
    with pytest.raises(ValueError, match="rate_per_s"):
        Schedule(Arrivals(), rate, 0)


def test_wrong_seed_and_stream():
    with pytest.raises(ValueError, match="seed"):
        Schedule(Arrivals(), 1, -1)
    with pytest.raises(ValueError, match="stream"):
        Schedule(Arrivals(), 1, 0, 2, 2)
