from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike
from scipy import stats

from bench.load.timing.arrivals import parse_arrivals
from bench.load.timing.schedule import Schedule
from bench.measure.backlog import BacklogSamples, backlog, fit_slope, sample_backlog
from bench.measure.cohort import Window, cohort_visible_share
from bench.measure.inputs import Floats, ScheduleLike
from bench.measure.saturation import BacklogJudgement, judge_backlog

from .synthetic import T0, Even, micro_batches, poisson

RATE = 1000.0


def judged(age_s: ArrayLike, trigger_s: float = 1.0, held_back_s: float = 0.0) -> BacklogJudgement:
    """A backlog of this age at the end of one batch an interval.

    Each batch has left what had been due for ``held_back_s`` at its tick.
    """
    age: Floats = np.maximum(np.asarray(age_s, dtype=np.float64), 0.0)
    at: Floats = (np.arange(len(age), dtype=np.float64) + 0.5) * trigger_s
    tick = age - held_back_s
    samples = BacklogSamples(at, age * RATE, age, tick, float(age[-1]) + trigger_s / 2)
    return judge_backlog(samples, Window(T0, 0, len(age) * trigger_s, trigger_s))


def test_what_waits_for_the_end_of_a_window_has_not_fallen_behind():
    """A job that writes every 10 s at a trigger of 1 s: four outputs, then five with some noise."""
    age = np.array([0.9, 0.9])
    few = BacklogSamples(np.array([9.0, 19.0]), np.array([0.0, 0.0]), age, age, 9.9)
    assert judge_backlog(few, Window(T0, 0, 19, 1.0)).verdict == "saturated"
    assert judge_backlog(few, Window(T0, 0, 19, 1.0, output_s=10.0)).verdict == "between"
    noise = np.array([2.0, 2.4, 2.1, 2.3, 2.2])
    five = BacklogSamples(np.arange(9.0, 59.0, 10.0), noise * RATE, noise, noise, 9.9)
    assert judge_backlog(five, Window(T0, 0, 50, 1.0)).verdict == "between"
    assert judge_backlog(five, Window(T0, 0, 50, 1.0, output_s=10.0)).verdict == "holds"


batches_ = st.integers(5, 80)
levels = st.floats(0, 20)


@given(batches_, levels, st.floats(0.02, 1.0), st.integers(0, 2**32 - 1))
def test_saturated_fires_on_any_backlog_that_grows(
    n: int, level: float, growth: float, seed: int
) -> None:
    """Noise of a tenth of what it grows by over the window."""
    noise = np.random.default_rng(seed).uniform(-1, 1, n) * growth * n / 20
    age = 1.1 + growth + level + growth * np.arange(n) + noise
    assert judged(age).verdict == "saturated"


@given(batches_, levels)
def test_a_constant_backlog_holds(n: int, level: float) -> None:
    assert judged(np.full(n, level)).verdict == "holds"


@given(batches_, levels, st.floats(0.05, 1.0))
def test_a_backlog_that_is_worked_off_is_not_saturated(n: int, level: float, fall: float) -> None:
    assert judged(level + fall * np.arange(n)[::-1]).verdict == "holds"


@given(batches_, levels, st.floats(0, 50), st.data())
def test_one_stall_wherever_it_falls_is_not_saturated(
    n: int, level: float, height: float, data: st.DataObject
) -> None:
    """Its backlog is worked off over several batches, if the window goes on that long."""
    at = data.draw(st.integers(0, n - 1))
    length = data.draw(st.integers(1, max(1, (n - n // 2) - 1)))
    age = np.full(n, level)
    stall = height * (1 - np.arange(length) / length)
    age[at : at + length] += stall[: n - at]
    assert judged(age).verdict in {"holds", "between"}


@given(batches_, levels, st.floats(0, 20), st.data())
def test_a_sawtooth_is_not_saturated(
    n: int, level: float, height: float, data: st.DataObject
) -> None:
    period = data.draw(st.integers(2, max(2, n // 2)))
    shift = data.draw(st.integers(0, period - 1))
    age = level + height * ((np.arange(n) + shift) % period) / period
    assert judged(age).verdict in {"holds", "between"}


@given(st.integers(5, 40), st.lists(st.floats(0, 1), min_size=40, max_size=40))
def test_a_backlog_drained_before_every_tick_is_never_saturated(n: int, ages: list[float]) -> None:
    assert judged(np.array(ages[:n])).verdict in {"holds", "between"}


@pytest.mark.parametrize("n", [5, 10, 20, 60])
def test_noise_around_a_level_is_hardly_ever_saturated(n: int) -> None:
    """Even far above one interval, where only the interval of the slope tells noise from growth."""
    rng = np.random.default_rng(n)
    verdicts = [judged(5 + rng.exponential(0.5, n)).verdict for _ in range(2000)]
    share = verdicts.count("saturated") / len(verdicts)
    print(f"{n} batches: {share:.2%} of stationary noisy backlogs called saturated")
    assert share < 0.025 + 0.01


@pytest.mark.parametrize("n", [5, 10, 20])
def test_a_healthy_engine_with_jitter_holds(n: int) -> None:
    rng = np.random.default_rng(n)
    verdicts = [judged(0.2 + rng.gamma(2, 0.03, n)).verdict for _ in range(1000)]
    print(f"{n} batches: {verdicts.count('holds') / 1000:.1%} hold")
    assert verdicts.count("holds") > 970
    assert "saturated" not in verdicts


def test_what_a_receiver_holds_back_for_the_next_batch_is_no_backlog() -> None:
    """Batches of a stateful DStream as measured: too uneven for a slope, each in time but one."""
    took = np.array([0.87, 0.83, 0.76, 0.77, 0.72, 0.81, 0.72, 0.76, 0.8, 0.72, 0.85, 0.68, 0.85])
    took = np.append(took, [0.93, 0.79, 0.91, 1.17, 0.61])
    assert judged(took + 0.2, held_back_s=0.2).verdict == "holds"
    # The same ages of batches that took all there was ended after the next tick, many of them.
    assert judged(took + 0.2).verdict == "between"
    assert judged(took + 0.4, held_back_s=0.2).verdict == "between"
    # Batches as short as you like, behind a source that is an interval and more behind.
    assert judged(took + 0.5, held_back_s=1.2).verdict == "between"


def simulated(
    schedules: list[ScheduleLike], cost_s: float, seconds: float = 30, trigger_s: float = 1.0
) -> tuple[BacklogJudgement, BacklogSamples, float]:
    """A real queue: a batch takes 50 ms and ``cost_s`` a record."""
    batches = micro_batches(schedules, trigger_s, lambda _i, n: 0.05 + cost_s * n, 10 + 2 * seconds)
    window = Window(T0, 10, 10 + seconds, trigger_s)
    samples = sample_backlog(batches, schedules, window)
    visible = cohort_visible_share(batches, schedules, window)
    return judge_backlog(samples, window, cohort_visible=visible >= 1), samples, visible


@pytest.mark.parametrize("load", [0.2, 0.5, 0.8, 0.9])
def test_an_engine_with_room_holds(load: float) -> None:
    for schedule in (Even(RATE), poisson(RATE, 90, 5)):
        judgement, _, visible = simulated([schedule], load / RATE)
        assert visible == 1
        assert judgement.verdict == "holds", judgement.reason


@pytest.mark.parametrize("load", [1.1, 1.5, 3.0])
def test_an_engine_without_room_is_saturated(load: float) -> None:
    """Structured Streaming's way: batches grow, and few of them end in the window."""
    judgement, _, _ = simulated([Even(RATE)], load / RATE)
    assert judgement.verdict == "saturated", judgement.reason


@pytest.mark.parametrize(
    "arrivals",
    ["sine:amplitude=0.5,period=10s", "bursts:factor=3,every=10s,for=1s", "ramp:to=3,over=60s"],
)
def test_arrivals_that_change_do_not_pass_for_growth(arrivals: str) -> None:
    schedules: list[ScheduleLike] = [Schedule(parse_arrivals(arrivals), 200, 1)]
    judgement, _, _ = simulated(schedules, 0.2 / 200)
    assert judgement.verdict == "holds", judgement.reason


def test_a_source_that_reads_slowly_is_seen_although_batches_are_short() -> None:
    """A receiver's rate limit: the records wait in the socket."""
    limited = [Even(RATE * 0.8)]
    batches = micro_batches(limited, 1, lambda _i, _n: 0.05, 60)
    window = Window(T0, 10, 40, 1)
    judgement = judge_backlog(sample_backlog(batches, [Even(RATE)], window), window)
    assert judgement.verdict == "saturated"
    assert judgement.slope is not None
    assert judgement.slope.estimate == pytest.approx(0.2, abs=0.01)


def test_the_stored_slope_is_in_records_per_second() -> None:
    limited = [Even(RATE * 0.8)]
    batches = micro_batches(limited, 1, lambda _i, _n: 0.05, 60)
    stored = backlog(sample_backlog(batches, [Even(RATE)], Window(T0, 10, 40, 1)), RATE)
    assert stored is not None
    assert stored.slope_per_s == pytest.approx(200, rel=0.05)
    assert stored.slope_low_per_s <= stored.slope_per_s <= stored.slope_high_per_s
    assert stored.last_records == pytest.approx(0.2 * RATE * 39.5, rel=0.1)


def test_too_few_batches() -> None:
    window = Window(T0, 0, 20, 1)
    two = np.array([3.0, 6.0])
    hanging = BacklogSamples(two, two * RATE, two, two, 17.0)
    healthy = BacklogSamples(two, two * RATE, two, two, 2.0)
    assert judge_backlog(hanging, window).verdict == "saturated"
    assert judge_backlog(healthy, window).verdict == "between"
    empty = np.array([])
    none = BacklogSamples(empty, empty, empty, empty, 20.0)
    assert judge_backlog(none, window).verdict == "saturated"


def test_what_forbids_holds() -> None:
    age = np.full(10, 0.2)
    flat = BacklogSamples(np.arange(10.0), np.full(10, 200.0), age, age, 0.5)
    window = Window(T0, 0, 10, 1)
    assert judge_backlog(flat, window).verdict == "holds"
    assert judge_backlog(flat, window, failed_batches=1).verdict == "between"
    assert judge_backlog(flat, window, heap_trend=True).verdict == "between"
    assert judge_backlog(flat, window, heap_trend=False).verdict == "holds"
    assert judge_backlog(flat, window, cohort_visible=False).verdict == "saturated"


def test_the_order_of_batches_does_not_matter() -> None:
    batches = micro_batches([Even(100)], 1, lambda _i, _n: 0.3, 20)
    window = Window(T0, 5, 15, 1)
    there = sample_backlog(batches, [Even(100)], window)
    back = sample_backlog(batches[::-1], [Even(100)], window)
    assert np.array_equal(there.age_s, back.age_s)
    assert np.all(there.records == pytest.approx(there.age_s * 100, abs=1))


@given(st.integers(3, 60), st.floats(0.1, 100), st.floats(-5, 5), st.integers(0, 2**32 - 1))
def test_the_slope_is_least_squares_with_students_interval(
    n: int, width: float, growth: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    x = np.sort(rng.uniform(0, width, n))
    y = growth * x + rng.standard_normal(n)
    got, known = fit_slope(x, y), stats.linregress(x, y)
    assert got is not None
    half = stats.t.ppf(0.975, n - 2) * known.stderr
    assert got.estimate == pytest.approx(known.slope, rel=1e-6, abs=1e-9)
    assert got.high - got.estimate == pytest.approx(half, rel=1e-4)
    assert got.estimate - got.low == pytest.approx(half, rel=1e-4)


def test_no_slope_from_two_points_or_one_instant() -> None:
    assert fit_slope(np.array([0.0, 1.0]), np.array([0.0, 1.0])) is None
    assert fit_slope(np.zeros(5), np.arange(5.0)) is None
