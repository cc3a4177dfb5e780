from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bench.measure.cohort import Window
from bench.measure.inputs import ScheduleLike
from bench.measure.settle import (
    MEASURED_Z,
    SETTLE_BATCHES,
    settled,
    settled_at_start,
    trend,
    warmup_flags,
)

from .synthetic import T0, Even, batch, micro_batches

RUNS = 1000
Noise = Callable[[np.random.Generator], np.ndarray]

STATIONARY: dict[str, Noise] = {
    "normal, 10%": lambda rng: 0.1 * (1 + 0.1 * rng.standard_normal(20)),
    "normal, 30%": lambda rng: 0.1 * np.abs(1 + 0.3 * rng.standard_normal(20)),
    "lognormal, sigma 0.7": lambda rng: 0.1 * rng.lognormal(0, 0.7, 20),
    "Student t, 2 degrees": lambda rng: 0.1 + 0.01 * rng.standard_t(2, 20),
    "Pareto, 1.5": lambda rng: 0.1 * (1 + 0.2 * rng.pareto(1.5, 20)),
    "every fifth batch x4": lambda rng: (
        0.1 * rng.choice([1, 1, 1, 1, 4], 20) * rng.uniform(0.95, 1.05, 20)
    ),
}


@pytest.mark.parametrize("name", STATIONARY)
def test_stationary_noise_is_accepted_nearly_always(name: str) -> None:
    rng = np.random.default_rng(11)
    series = [np.concatenate([STATIONARY[name](rng) for _ in range(2)]) for _ in range(RUNS)]
    at_once = sum(settled(list(y[:20])) for y in series) / RUNS
    soon = sum(any(settled(list(y[:n])) for n in range(20, 31)) for y in series) / RUNS
    measured = sum(not trend(y[:20]).found(MEASURED_Z) for y in series) / RUNS
    print(f"{name}: {at_once:.1%} at once, {soon:.1%} within ten more; a trial {measured:.1%}")
    assert at_once >= 0.93
    assert soon >= 0.97
    assert measured >= 0.98


@pytest.mark.parametrize(("noise", "least"), [(0.02, 0.99), (0.05, 0.99), (0.10, 0.90)])
def test_the_decay_of_a_warming_jvm_is_refused(noise: float, least: float) -> None:
    """183 ms falling to 115 ms with a time constant of 15 batches, seen at batch 20."""
    rng = np.random.default_rng(12)
    curve = 0.115 + 0.068 * np.exp(-np.arange(20) / 15)
    refused = sum(
        not settled(list(curve * (1 + noise * rng.standard_normal(20)))) for _ in range(RUNS)
    )
    print(f"noise {noise:.0%}: {refused / RUNS:.1%} refused")
    assert refused / RUNS >= least


def test_it_is_accepted_once_it_has_flattened() -> None:
    curve = 0.115 + 0.068 * np.exp(-np.arange(80) / 15)
    accepted = [n for n in range(20, 81) if settled(list(curve[:n]))]
    print(f"without noise, settled from batch {accepted[0]}")
    assert 35 <= accepted[0] <= 60
    assert accepted == list(range(accepted[0], 81))


def test_fewer_than_twenty_batches_have_not_settled() -> None:
    assert not settled([0.1] * (SETTLE_BATCHES - 1))
    assert settled([0.1] * SETTLE_BATCHES)
    assert settled([5.0] * 10 + [0.1] * SETTLE_BATCHES)


@given(st.lists(st.integers(0, 9).map(float), min_size=4, max_size=30))
def test_the_trend_is_theil_sens_and_kendalls(values: list[float]) -> None:
    got = trend(values)
    x = np.arange(len(values))
    slope = stats.theilslopes(values, x).slope
    if np.median(values) > 0:
        assert got.change_share * np.median(values) == pytest.approx(slope * (len(values) - 1))
    back = trend(values[::-1])
    assert back.z == pytest.approx(-got.z)
    s = sum(np.sign(b - a) for i, a in enumerate(values) for b in values[i + 1 :])
    assert np.sign(got.z) in (np.sign(s), 0)


def test_a_constant_has_no_trend_and_a_small_or_noisy_one_does_not_count() -> None:
    assert not trend([1.0] * 20).found(0)
    small = [1 + 0.004 * i for i in range(20)]
    assert trend(small).z > MEASURED_Z
    assert not trend(small).found(MEASURED_Z)
    assert trend([1 + 0.01 * i for i in range(20)]).found(MEASURED_Z)


@given(st.permutations([float(v) for v in range(12)]))
def test_the_level_is_kendalls(values: list[float]) -> None:
    """Normal approximation with continuity correction, as scipy's tau at this size."""
    p = 2 * stats.norm.sf(abs(trend(values).z))
    exact = stats.kendalltau(range(12), values, method="exact").pvalue
    assert min(p, 1.0) == pytest.approx(exact, abs=0.02)


def engine(batch_s: Callable[[int], float], trigger_s: float = 0.5, until_s: float = 40) -> list:
    return micro_batches([Even(200)], trigger_s, lambda i, _n: batch_s(i), until_s)


SCHEDULES: list[ScheduleLike] = [Even(200)]


def test_the_measured_stream_is_judged_around_the_start_of_the_window() -> None:
    rng = np.random.default_rng(3)
    flat = engine(lambda _i: 0.1 * (1 + 0.05 * float(rng.standard_normal())))
    falling = engine(lambda i: 0.1 + 0.3 * float(np.exp(-i / 15)))
    window = Window(T0, 8, 28, 0.5)
    assert settled_at_start(flat, SCHEDULES, window).settled is True
    judged = settled_at_start(falling, SCHEDULES, window)
    assert judged.settled is False
    assert "batch time changed by -" in judged.reason
    late = Window(T0, 34, 38, 0.5)
    assert settled_at_start(falling, SCHEDULES, late).settled is True


def test_with_few_batches_the_prelude_decides() -> None:
    few = engine(lambda _i: 0.1, 5, 20)
    window = Window(T0, 5, 15, 5)
    assert settled_at_start(few, SCHEDULES, window).settled is None
    for verdict in (True, False):
        got = settled_at_start(few, SCHEDULES, window, prelude_settled=verdict)
        assert got.settled is verdict


def test_a_prelude_at_its_cap_is_overruled_by_twenty_good_batches_only() -> None:
    for trigger_s, expected in ((0.5, True), (2.0, False)):
        batches = engine(lambda _i: 0.1, trigger_s)
        window = Window(T0, 12, 24, trigger_s)
        got = settled_at_start(batches, SCHEDULES, window, prelude_settled=False)
        assert got.settled is expected


def test_batch_times_that_follow_the_load_are_no_warm_up() -> None:
    class Growing(Even):
        """Rate 10 t."""

        def times(self, first: int, count: int, /) -> np.ndarray:
            return np.sqrt(super().times(first, count) * self.rate_per_s / 5)

        def count_before(self, t_s: float, /) -> int:
            return int(np.ceil(5 * t_s * t_s))

    schedules: list[ScheduleLike] = [Growing(1)]
    batches = micro_batches(schedules, 0.5, lambda _i, n: n / 1000, 30)
    window = Window(T0, 6, 26, 0.5)
    got = settled_at_start(batches, schedules, window, prelude_settled=True)
    assert got.settled is True
    assert "load" in got.reason


def test_which_batches_are_warm_up() -> None:
    window = Window(T0, 10, 20, 1)
    flagged = [
        (batch(0, [], T0 + 12), True),  # connects lazily, however late
        (batch(1, [], T0 + 9), True),
        (batch(2, [(0, 0, 2000)], T0 + 10.5), True),  # all intended before the window
        (batch(3, [(0, 2000, 100)], T0 + 11), False),
        (batch(4, [], T0 + 11.5), False),
        (batch(5, [(0, 2100, 1900)], T0 + 20), False),
        (batch(6, [(0, 4000, 300)], T0 + 21), False),  # the tail
    ]
    assert warmup_flags([b for b, _ in flagged], SCHEDULES, window) == [w for _, w in flagged]


@given(st.integers(0, 4000), st.integers(1, 900))
def test_a_batch_with_a_measured_record_is_never_warm_up(first: int, count: int) -> None:
    window = Window(T0, 10, 20, 1)
    measured = first < 4000 and first + count > 2000
    (flag,) = warmup_flags([batch(7, [(0, first, count)], T0 + 21)], SCHEDULES, window)
    assert flag == (not measured and first + count <= 2000)
