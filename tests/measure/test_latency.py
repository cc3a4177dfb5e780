from __future__ import annotations

import time
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.contract import BatchRecord
from bench.load.timing.arrivals import parse_arrivals
from bench.load.timing.schedule import Schedule
from bench.measure.cohort import Window, cohort_visible_share
from bench.measure.inputs import Floats, ScheduleLike
from bench.measure.latency import curve_grid, latency, tick_phase, trigger_wait
from tests.long import examples

from .synthetic import T0, Even, Listed, batch, micro_batches, poisson

P = (0.5, 0.9, 0.95, 0.99, 1.0)


def expanded(
    batches: list[BatchRecord], schedules: list[ScheduleLike], window: Window
) -> tuple[Floats, Floats]:
    """Gross and net latency record by record, with none of the code under test."""
    gross, net = [], []
    trigger = Fraction(round(window.trigger_s * 1e6), 1_000_000)
    for b in batches:
        for stream, first, count in b.ranges:
            for t in schedules[stream].times(first, count):
                if window.start_s <= t < window.end_s:
                    due = Fraction(window.t0) + Fraction(float(t))
                    tick = -((-due + Fraction(1, 1_000_000)) // trigger) * trigger
                    wait = max(Fraction(0), min(tick, Fraction(b.started)) - due)
                    latency_s = Fraction(b.visible) - due
                    gross.append(float(latency_s))
                    net.append(float(latency_s - wait))
    return np.array(gross), np.array(net)


@st.composite
def trials(
    draw: st.DrawFn,
) -> tuple[list[BatchRecord], list[ScheduleLike], Window]:
    streams = draw(st.integers(1, 3))
    gaps = st.floats(0, 0.3, allow_subnormal=False)
    schedules = [
        Listed(np.cumsum(draw(st.lists(gaps, min_size=1, max_size=60)))) for _ in range(streams)
    ]
    ends = [schedule.count_before(1e9) for schedule in schedules]
    batches: list[BatchRecord] = []
    done, at = [0] * streams, T0
    while done != ends:
        ranges = []
        for k in range(streams):
            count = draw(st.integers(0, ends[k] - done[k]))
            if len(batches) > 5:
                count = ends[k] - done[k]
            ranges.append((k, done[k], count))
            done[k] += count
        at += draw(st.floats(0, 3))
        started = at - draw(st.floats(0, 2))
        batches.append(batch(len(batches), ranges, at, started=started))
    start = draw(st.floats(0, 3))
    window = Window(
        T0, start, start + draw(st.floats(0.1, 6)), draw(st.sampled_from([0.2, 0.5, 1]))
    )
    return batches, list(schedules), window


@given(trials())
@settings(max_examples=examples(300), deadline=None)
def test_percentiles_equal_numpys_on_the_expanded_samples(
    trial: tuple[list[BatchRecord], list[ScheduleLike], Window],
) -> None:
    gross, net = expanded(*trial)
    got = latency(*trial)
    if not len(gross):
        assert got is None
        return
    assert got is not None
    for part, values in ((got.gross, gross), (got.net, net)):
        assert part.n == len(values)
        stated = (part.p50, part.p90, part.p95, part.p99, part.max)
        assert stated == pytest.approx(np.quantile(values, P), abs=1e-6)
        assert part.mean == pytest.approx(values.mean(), abs=1e-6)
    assert got.gross.negative == np.count_nonzero(gross < 0)


@pytest.mark.parametrize("arrivals", ["constant", "poisson", "burst:factor=10,at=4s,for=1s"])
def test_percentiles_on_the_generators_own_schedules(arrivals: str) -> None:
    schedules: list[ScheduleLike] = [
        Schedule(parse_arrivals(arrivals), 400, 7, stream, 2) for stream in range(2)
    ]
    batches = micro_batches(schedules, 0.5, lambda _i, n: 0.05 + n * 1e-4, 12)
    window = Window(T0, 3.1, 9.1, 0.5)
    gross, net = expanded(batches, schedules, window)
    got = latency(batches, schedules, window)
    assert got is not None
    assert got.gross.n == len(gross) > 2000
    assert got.gross.p99 == pytest.approx(np.quantile(gross, 0.99), abs=1e-6)
    assert got.net.p99 == pytest.approx(np.quantile(net, 0.99), abs=1e-6)


def test_net_latency_of_an_engine_on_time_is_its_batch_time() -> None:
    schedules: list[ScheduleLike] = [Even(1000)]
    batches = micro_batches(schedules, 0.5, lambda _i, _n: 0.08, 10)
    got = latency(batches, schedules, Window(T0, 2, 7, 0.5))
    assert got is not None
    assert got.net.p50 == pytest.approx(0.08, abs=1e-6)
    assert got.net.max == pytest.approx(0.08, abs=2e-6)
    assert got.gross.p50 == pytest.approx(0.25 + 0.08, abs=2e-3)


def test_an_early_batch_ends_the_wait() -> None:
    """A late engine starts between ticks: the records waited for it, not for a tick to come."""
    window = Window(1000.0, 0, 2, 1.0)
    wait = trigger_wait(np.array([0.0, 0.1, 0.25, 0.9]), 1000.3, window)
    assert wait == pytest.approx([0.0, 0.2, 0.05, 0.0], abs=1e-9)


@given(st.integers(10**9, 2 * 10**9), st.integers(0, 10**6 - 1), st.sampled_from([200, 300, 700]))
def test_ticks_are_multiples_of_the_interval_since_the_epoch(
    whole: int, micros: int, trigger_ms: int
) -> None:
    t0 = whole + micros / 1e6
    exact = Fraction(t0) % Fraction(trigger_ms, 1000)
    got = tick_phase(t0, trigger_ms / 1000)
    apart = abs(Fraction(got) - exact)
    assert min(apart, Fraction(trigger_ms, 1000) - apart) < Fraction(1, 10**7)


def test_negative_latencies_are_counted_and_kept() -> None:
    schedules: list[ScheduleLike] = [Even(10)]
    batches = [batch(0, [(0, 0, 10)], T0 + 0.35)]
    got = latency(batches, schedules, Window(T0, 0, 1, 0.5))
    assert got is not None
    assert got.gross.negative == 6
    assert got.gross.n == 10
    assert got.gross.mean == pytest.approx(0.35 - 0.45, abs=1e-6)


@pytest.mark.parametrize(("n", "stated"), [(9_999, False), (10_000, True)])
def test_p999_needs_ten_records_beyond_it(n: int, stated: bool) -> None:
    got = latency([batch(0, [(0, 0, n)], T0 + 11)], [Even(1000)], Window(T0, 0, n / 1000, 1))
    assert got is not None
    assert got.gross.n == n
    assert (got.gross.p999 is not None) is stated


def test_what_a_failed_batch_read_is_not_visible() -> None:
    schedules: list[ScheduleLike] = [Even(10)]
    batches = [
        batch(0, [(0, 0, 10)], T0 + 1),
        batch(1, [(0, 10, 10)], T0 + 2, failure="lost a block"),
    ]
    window = Window(T0, 0, 2, 1)
    got = latency(batches, schedules, window)
    assert got is not None
    assert got.gross.n == 10
    assert cohort_visible_share(batches, schedules, window) == 0.5


def test_a_range_of_an_unknown_stream_is_refused() -> None:
    with pytest.raises(ValueError, match="stream 1"):
        latency([batch(0, [(1, 0, 1)], T0)], [Even(1)], Window(T0, 0, 1, 1))


def test_the_curve_goes_as_far_as_the_records_carry() -> None:
    for n in (1, 10, 1000, 10**7):
        grid = curve_grid(n)
        assert (np.diff(grid) > 0).all()
        assert grid[0] == 0
        assert (1 - grid[-1]) * n >= min(10, n / 2) * 0.999


def test_chunks_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    schedules: list[ScheduleLike] = [poisson(500, 10, 3)]
    batches = micro_batches(schedules, 1, lambda i, _n: 0.1 + 0.3 * (i % 3), 9)
    window = Window(T0, 1, 7, 1)
    whole = latency(batches, schedules, window)
    monkeypatch.setattr("bench.measure.latency.CHUNK", 7)
    parts = latency(batches, schedules, window)
    assert whole is not None
    assert parts is not None
    assert parts.net.model_dump() == pytest.approx(whole.net.model_dump(), abs=1e-12)


@pytest.mark.slow
def test_thirty_million_records_take_seconds_and_little_memory() -> None:
    import tracemalloc

    schedules: list[ScheduleLike] = [Even(1e6)]
    batches = micro_batches(schedules, 1, lambda i, _n: 0.3 + 0.01 * (i % 7), 33)
    window = Window(T0, 1, 31, 1)
    began = time.process_time()
    got = latency(batches, schedules, window)
    took_s = time.process_time() - began
    assert got is not None
    assert got.gross.n == 30_000_000
    assert took_s < 10
    tracemalloc.start()
    latency(batches, schedules, Window(T0, 1, 11, 1))
    assert tracemalloc.get_traced_memory()[1] < 10_000_000 * 8
    tracemalloc.stop()
    print(f"{took_s:.1f} s of CPU for 30 million records")
