"""Schedules from what a result stores of them."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.load.config import LoadConfig
from bench.load.errors import ReplayError
from bench.load.timing import stored
from bench.load.timing.arrivals import EXAMPLES, parse_arrivals
from bench.load.timing.stored import pack_times, schedules_of, store_schedule, unpack_times


def through_json(data):
    return json.loads(json.dumps(data))


@pytest.mark.parametrize("shape", EXAMPLES)
def test_a_schedule_of_parameters_comes_back_to_the_bit(shape):
    config = LoadConfig(500.0, parse_arrivals(shape), seed=3, streams=3)
    again = schedules_of(through_json(store_schedule(config, None, "")))
    for one, other in zip(config.schedules(), again, strict=True):
        assert np.array_equal(one.times(0, 5000), other.times(0, 5000))


@given(st.lists(st.integers(0, 10**15), min_size=1, max_size=300))
def test_times_come_back_to_the_nanosecond(nanoseconds):
    times = np.sort(np.array(nanoseconds, dtype=np.int64)) / 1e9
    again = unpack_times(pack_times(times))
    assert again == pytest.approx(times, abs=1e-9, rel=1e-15)
    assert np.all(np.diff(again) >= 0)


@pytest.fixture
def replayed(tmp_path):
    path = tmp_path / "lines.log"
    lines = [f"2024-05-01T00:00:{k % 60:02d}.{k:03d} line {k}" for k in range(60)]
    path.write_text("\n".join(lines) + "\n")
    return LoadConfig(replay=str(path), speed=10.0, streams=2)


def test_a_files_own_times_are_kept_without_the_file(replayed, tmp_path):
    schedules = replayed.schedules()
    data = through_json(stored_of(replayed))
    (tmp_path / "lines.log").unlink()
    again = schedules_of(data)
    assert len(again) == 2
    for one, other in zip(schedules, again, strict=True):
        assert other.times(0, 1000) == pytest.approx(one.times(0, 1000), abs=2e-9)
    assert data["lines"] == 60
    assert len(data["offsets"]) < 300


def test_too_many_times_need_the_file_and_say_so(replayed, monkeypatch):
    monkeypatch.setattr(stored, "MAX_TEXT", 10)
    data = through_json(stored_of(replayed))
    assert data["offsets"] is None
    with pytest.raises(ReplayError, match=r"the 60 timestamps of .*lines\.log, too many"):
        schedules_of(data)
    offsets = offsets_of(replayed)
    assert schedules_of(data, offsets)[1].time(7) == replayed.schedules()[1].time(7)
    with pytest.raises(ReplayError, match="59 timestamps instead of the 60"):
        schedules_of(data, offsets[:-1])


def test_damaged_times_are_an_error_of_value(replayed):
    data = stored_of(replayed)
    with pytest.raises(ValueError, match="cannot be read"):
        schedules_of({**data, "offsets": "0" * 20})


def offsets_of(config):
    from bench.load.timing.timestamps import leading_times

    replay = config.read_replay()
    return leading_times(replay.data, replay.name)


def stored_of(config):
    return store_schedule(config, offsets_of(config), config.read_replay().sha256)
