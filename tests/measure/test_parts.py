from __future__ import annotations

from dataclasses import replace

import pytest

from bench.load.timing.arrivals import parse_arrivals
from bench.load.timing.schedule import Schedule
from bench.measure.checks import run_checks, status_of
from bench.measure.cohort import Window
from bench.measure.inputs import ScheduleLike
from bench.measure.parts import measure
from bench.results.schema import Batch

from .synthetic import T0, Even, micro_batches


def trial(load: float, *, lose: bool = False) -> tuple[str, list[str]]:
    schedules: list[ScheduleLike] = [
        Schedule(parse_arrivals("poisson"), 1000, 3, stream, 2) for stream in range(2)
    ]
    batches = micro_batches(schedules, 0.5, lambda _i, n: 0.03 + n * load / 1000, 30)
    ends = [max(f + n for b in batches for s, f, n in b.ranges if s == k) for k in range(2)]
    if lose:
        del batches[20]
    parts = measure(
        batches,
        schedules,
        Window(T0, 10.2, 25.2, 0.5),
        sent_records=ends,
        sent_bytes=100 * sum(ends),
    )
    return status_of(run_checks(parts.measurements))


def test_an_engine_that_keeps_up_is_ok() -> None:
    assert trial(0.4) == ("ok", [])


def test_an_engine_that_does_not_is_saturated() -> None:
    status, reasons = trial(1.6)
    assert status == "saturated"
    assert reasons


def test_a_lost_batch_voids_the_trial() -> None:
    status, reasons = trial(0.4, lose=True)
    assert status == "invalid"
    assert any("lost" in reason for reason in reasons)


def test_stored_batches_give_the_same_figures() -> None:
    """Every figure can be computed again from a result file."""
    schedules: list[ScheduleLike] = [Even(500)]
    batches = micro_batches(schedules, 1, lambda i, _n: 0.1 + 0.01 * (i % 3), 20)
    stored = [Batch.model_validate_json(Batch(**vars(b)).model_dump_json()) for b in batches]
    window = Window(T0, 5, 15, 1)
    fresh = measure(batches, schedules, window, sent_records=[9000], sent_bytes=900_000)
    again = measure(stored, schedules, window, sent_records=[9000], sent_bytes=900_000)
    assert replace(again, measurements=fresh.measurements) == fresh
    assert fresh.ageing is not None
    assert fresh.measurements.ageing == fresh.ageing
    assert fresh.latency_s is not None
    assert fresh.measurements.p99_s == fresh.latency_s.gross.p99
    assert fresh.throughput_per_s == pytest.approx(500, rel=0.01)
    assert fresh.warmup == [b.visible < T0 + 5 for b in batches]
