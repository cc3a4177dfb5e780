from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.measure.cohort import Window
from bench.measure.inputs import ScheduleLike
from bench.measure.throughput import (
    batch_time,
    delivered_share,
    offered_per_s,
    throughput_per_s,
)

from .synthetic import T0, Even, batch, micro_batches

RATE = 1000.0
SCHEDULES: list[ScheduleLike] = [Even(RATE)]


@given(st.floats(3, 5), st.integers(5, 20), st.sampled_from([0.5, 1.0]), st.floats(0.01, 0.4))
def test_an_engine_that_keeps_up_has_the_rate_wherever_the_window_lies(
    start: float, intervals: int, trigger_s: float, batch_s: float
) -> None:
    batches = micro_batches(SCHEDULES, trigger_s, lambda _i, _n: batch_s, 40)
    window = Window(T0, start, start + intervals * trigger_s, trigger_s)
    assert throughput_per_s(batches, window) == pytest.approx(RATE, rel=0.002)


def test_a_plain_count_would_depend_on_the_cut() -> None:
    """The reason for reading the count from a line: jitter moves a whole batch over the edge."""
    jitter = np.random.default_rng(1).uniform(0.05, 0.45, 60)
    batches = micro_batches(SCHEDULES, 1.0, lambda i, _n: float(jitter[i]), 40)
    plain, ours = [], []
    for start in np.linspace(5, 20, 40):
        window = Window(T0, float(start), float(start) + 10, 1.0)
        plain.append(sum(b.records for b in batches if window.contains(b.visible)) / 10)
        ours.append(throughput_per_s(batches, window))
    assert np.ptp(plain) >= 0.1 * RATE
    assert np.ptp(np.array(ours, dtype=float)) <= 0.08 * RATE


def test_an_engine_that_falls_behind_has_its_own_speed() -> None:
    batches = micro_batches(SCHEDULES, 1.0, lambda _i, n: n / 400, 60)
    got = throughput_per_s(batches, Window(T0, 10, 30, 1.0))
    assert got == pytest.approx(400, rel=0.01)


def test_after_the_last_batch_nothing_was_visible() -> None:
    batches = [batch(0, [(0, 0, 1000)], T0 + 2), batch(1, [(0, 1000, 3000)], T0 + 5)]
    assert throughput_per_s(batches, Window(T0, 2, 8, 1.0)) == pytest.approx(3000 / 6, rel=1e-6)


def test_without_batches_there_is_none() -> None:
    window = Window(T0, 0, 1, 1)
    assert throughput_per_s([], window) is None
    assert throughput_per_s([batch(0, [(0, 0, 5)], T0 + 1, failure="x")], window) is None
    assert batch_time([], SCHEDULES, window) is None


def test_offered_and_delivered() -> None:
    window = Window(T0, 1, 3, 1)
    assert offered_per_s([Even(RATE), Even(RATE / 2)], window) == pytest.approx(1500)
    assert delivered_share(990, 1000) == pytest.approx(0.99)
    assert delivered_share(0, 0) is None


def test_batch_time_is_of_the_batches_with_measured_records() -> None:
    """Warm-up, empty and tail batches are left out."""
    batches = [
        batch(0, [(0, 0, 900)], T0 + 0.9, started=T0, finished=T0 + 9),
        batch(1, [(0, 900, 200)], T0 + 1.1, started=T0 + 1.0, finished=T0 + 1.1),
        batch(2, [], T0 + 1.2, started=T0 + 1.2, finished=T0 + 1.2),
        batch(3, [(0, 1100, 300)], T0 + 1.4, started=T0 + 1.3, finished=T0 + 1.6),
        batch(4, [(0, 2000, 100)], T0 + 2.1, started=T0 + 2.0, finished=T0 + 9),
    ]
    got = batch_time(batches, SCHEDULES, Window(T0, 1, 2, 1))
    assert got is not None
    assert got.n == 2
    assert (got.p50, got.max) == pytest.approx((0.2, 0.3), abs=1e-5)
