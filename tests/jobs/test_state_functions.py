"""The functions that DStreams keep state with, batch by batch, without Spark."""

from __future__ import annotations

import importlib
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.verify.references import records as reference
from bench.verify.references.sessions import expected as expected_sessions
from tests.jobs.scenarios import event
from tests.load.samples import sample_lines


def twin(name: str) -> ModuleType:
    return importlib.import_module(f"legacy_dstream.{name}")


@pytest.fixture
def clock(monkeypatch):
    """The machine's clock as the state functions see it, in seconds; advance it by hand."""

    class Clock:
        now = 1000.0

        def time(self) -> float:
            return self.now

    clock = Clock()
    for name in ("sessions", "dedup", "weblog"):
        monkeypatch.setattr(twin(f"jobs.{name}"), "time", clock)
    return clock


TIMES = st.lists(st.lists(st.integers(0, 30_000), max_size=6), max_size=8)


@given(TIMES)
def test_sessions_do_not_depend_on_how_events_fall_into_batches(batches):
    follow = twin("jobs.sessions").follow
    state = None
    for times in batches:
        state = follow(times, state, 2000, 3_600_000) if times or state else None
    rows = [] if state is None else twin("jobs.sessions").rows(("k", state))
    lines = [event("k", at / 1000) for times in batches for at in times]
    params = {"gap_s": 2.0, "delay_s": -3600.0}
    epoch = {(key, start % 10**8, end % 10**8, n) for key, start, end, n in _shifted(rows)}
    found = expected_sessions([lines], params)
    assert epoch == {(key, start % 10**8, end % 10**8, n) for key, start, end, n in found}


def _shifted(rows):
    from tests.jobs.scenarios import EPOCH_MS

    return [(key, start + EPOCH_MS, end + EPOCH_MS, count) for key, start, end, count in rows]


def test_a_key_nothing_came_of_is_forgotten_by_the_clock_of_the_machine(clock):
    follow = twin("jobs.sessions").follow
    state = follow([0, 1000], None, 2000, 5000)
    clock.now += 6.9
    assert follow([], state, 2000, 5000) == state
    clock.now += 0.2
    assert follow([], state, 2000, 5000) is None
    # What belongs to the session by its own time begins a new one.
    assert twin("jobs.sessions").rows(("k", follow([2500], None, 2000, 5000))) == [
        ("k", 2500, 4500, 1)
    ]


def test_sessions_far_behind_the_keys_own_events_are_let_go():
    follow = twin("jobs.sessions").follow
    state = follow([0], None, 2000, 5000)
    state = follow([60_000], state, 2000, 5000)
    assert [row[1:] for row in twin("jobs.sessions").rows(("k", state))] == [
        (0, 2000, 1),
        (60_000, 62_000, 1),
    ]
    state = follow([60_500], state, 2000, 5000)
    assert [row[1:] for row in twin("jobs.sessions").rows(("k", state))] == [(60_000, 62_500, 2)]


def test_a_key_is_new_once_and_again_after_the_horizon(clock):
    job = twin("jobs.dedup")
    read = twin("records").read_event

    def seen(state, *lines):
        state = job.remember([one for line in lines for one in read(line)], state, 10.0)
        return state, state is not None and job.is_new(("k", state))

    state, new = seen(None, event("k", 3, 7), event("k", 1, 8))
    assert new
    assert job.row(("k", state))[2] == 7, "of several in a batch the one sent first"
    state, new = seen(state)
    assert not new
    clock.now += 10.0
    state, new = seen(state, event("k", 2, 9))
    assert not new
    clock.now += 0.1
    assert seen(state) == (None, False)
    state, new = seen(state, event("k", 2, 9))
    assert new


def test_a_minute_is_forgotten_by_the_clock_of_the_machine(clock):
    add = twin("jobs.weblog").add
    state = add([1, 1], None, 70.0)
    clock.now += 60
    state = add([1], state, 70.0)
    assert state[0] == 3
    clock.now += 70
    assert add([], state, 70.0) == state
    clock.now += 0.1
    assert add([], state, 70.0) is None


KINDS = ["events:late=0.2,late_s=5", "payments", "weblog:malformed=0.2"]


@pytest.mark.parametrize("kind", KINDS)
def test_both_readers_of_generated_lines_agree(kind):
    lines = sample_lines(kind, 500, bytes_per_line=120)
    records = twin("records")
    if kind.startswith("events"):
        found = [one for line in lines for one in records.read_event(line)]
        assert found == list(reference.stamped(lines))
    elif kind.startswith("payments"):
        found = [one for line in lines for one in records.read_payment(line)]
        assert found == [tuple(one)[1:] for one in reference.stamped(lines)]
    else:
        found = [one for line in lines for one in records.read_request(line)]
        assert found == list(reference.answers(lines))
        assert 300 < len(found) < 480
    assert found


@pytest.mark.parametrize("line", ["", "a b c d", "1 2 k", "1 x k 5", "000000000001 5 k y"])
def test_lines_that_are_none_are_left_out(line):
    records = twin("records")
    assert list(records.read_event(line)) == list(records.read_payment(line)) == []
    assert list(records.read_request(line)) == []
