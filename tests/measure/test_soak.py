"""Drift of long trials: found where it was put, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.contract import BatchRecord
from bench.measure.soak import STRETCHES, drift, drifts, stretches
from bench.results.schema import Drift, SoakSample

LENGTH = 7200.0


def series(shape, seed: int, noise: float = 0.05) -> list[tuple[float, float]]:
    rng = np.random.default_rng(seed)
    at = np.arange(0.0, LENGTH, 30.0)
    values = shape(at / LENGTH) * (1 + noise * rng.standard_normal(len(at)))
    return list(zip(at.tolist(), values.tolist(), strict=True))


@given(st.integers(0, 500))
def test_a_rise_is_found_and_measured(seed):
    found = drift("heap", "bytes", series(lambda x: 100 + 100 * x, seed), 0.0, LENGTH)
    assert found.found
    # From 133 to 200 over the last two thirds, around a median of 167.
    assert found.change_share == pytest.approx(0.4, abs=0.12)
    assert found.last > found.first


@pytest.mark.parametrize("shape", [lambda x: 100 + 0 * x, lambda x: 100 - 80 * np.exp(-20 * x)])
def test_what_stays_or_fills_up_at_first_does_not_drift(shape):
    found = [drift("files", "files", series(shape, seed), 0.0, LENGTH) for seed in range(200)]
    assert not any(one.found for one in found)


def test_a_short_trial_says_nothing():
    short = drift("heap", "bytes", [(1.0, 5.0), (2.0, 6.0)], 0.0, 3.0)
    assert (short.z, short.found) == (None, False)


@given(st.lists(st.tuples(st.floats(0, 99.9), st.floats(-1e9, 1e9)), max_size=300))
def test_stretches_are_few_and_within_what_was_seen(values):
    found = stretches(values, 0.0, 100.0)
    assert len(found) <= min(STRETCHES, len(values))
    if values:
        assert min(v for _t, v in values) <= min(found)
        assert max(found) <= max(v for _t, v in values)


def test_everything_that_was_there_is_tested():
    batches = [
        BatchRecord(n, ((0, n, 1),), float(n), float(n), n + 0.1, n + 0.1, {}) for n in range(100)
    ]
    samples = [
        SoakSample(at=float(n), rss_bytes=10**6 + n, checkpoint_files=n) for n in range(0, 100, 2)
    ]
    found = {one.name: one for one in drifts(batches, samples, 0.0, 100.0)}
    assert set(found) == {"batch time", "memory of all processes", "checkpoint files"}
    assert found["checkpoint files"].found
    assert not found["batch time"].found


def test_what_a_collection_left_is_one_measurement_however_often_it_is_read():
    def heap(collections: int) -> Drift:
        each = 120 // collections
        samples = [
            SoakSample(at=float(n), heap_after_gc_bytes=10**6 * (10 + n // each))
            for n in range(120)
        ]
        found = {one.name: one for one in drifts([], samples, 0.0, 120.0)}
        return found["heap after collection"]

    assert heap(30).found
    few = heap(4)
    assert (few.z, few.found) == (None, False), "three steps up are no trend"
