"""Costs that come back every so many batches."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.contract import BatchRecord
from bench.measure.periodic import LEVEL, periodic, strongest


def batches(seconds, first=5, empty=()):
    made = []
    for number, each in enumerate(seconds):
        started = 1000.0 + number
        made.append(
            BatchRecord(
                batch_id=first + number,
                ranges=((0, number * 10, 0 if number in empty else 10),),
                planned_start=started,
                started=started,
                visible=started + each,
                finished=started + each,
                phases={"addBatch": each - 0.05, "walCommit": 0.05},
            )
        )
    return made


def times(n, seed, *, period=0, height=0.0, spread=0.1, drift=0.0, phase=3):
    """Log-normal batch times around 0.2 s, slower or faster in the end, with a spike."""
    noise = np.random.default_rng(seed)
    usual = 0.2 * np.exp(noise.normal(0, spread, n)) * np.linspace(1, 1 + drift, n)
    if period:
        usual[np.arange(n) % period == phase % period] += height
    return usual


@given(
    period=st.integers(2, 30),
    seed=st.integers(0, 10**6),
    phase=st.integers(0, 29),
    drift=st.floats(-0.4, 1.0),
)
@settings(max_examples=60, deadline=None)
def test_a_period_is_found_with_its_phase_and_its_height(period, seed, phase, drift):
    seconds = times(10 * period + 120, seed, period=period, height=0.15, phase=phase, drift=drift)
    found = periodic(batches(seconds))
    assert found is not None
    assert found.period == period
    assert found.phase == (5 + phase % period) % period
    assert 0.08 < found.height_s < 0.22
    assert found.every_s == pytest.approx(period)
    assert found.part == "addBatch"


def test_noise_has_no_period_as_often_as_promised():
    told = sum(strongest(np.arange(200), times(200, seed)) is not None for seed in range(300))
    assert told <= 3 * LEVEL * 300


@pytest.mark.parametrize("drift", [-0.5, 2.0])
def test_nor_has_a_jvm_that_gets_faster_or_a_state_that_grows(drift):
    told = sum(periodic(batches(times(150, seed, drift=drift))) is not None for seed in range(60))
    assert told <= 3


def test_one_batch_that_took_long_is_no_period():
    seconds = times(100, 1)
    seconds[40] = 5.0
    assert periodic(batches(seconds)) is None


def test_what_is_low_or_comes_back_too_seldom_is_not_told():
    assert periodic(batches(times(400, 2, period=10, height=0.01, spread=0.01))) is None
    assert periodic(batches(times(30, 3, period=10, height=0.3))) is None
    assert periodic([]) is None


def test_the_larger_of_two_is_told():
    seconds = times(400, 4, period=10, height=0.2)
    seconds[np.arange(400) % 7 == 2] += 0.05
    found = periodic(batches(seconds))
    assert found is not None
    assert found.period == 10


def test_batches_without_records_and_gaps_in_the_numbers_do_not_shift_it():
    seconds = times(240, 5, period=10, height=0.2)
    made = batches(seconds, empty={11, 12, 57, 130})
    found = periodic([one for one in made if one.batch_id not in (100, 101)])
    assert found is not None
    assert (found.period, found.phase) == (10, 8)
