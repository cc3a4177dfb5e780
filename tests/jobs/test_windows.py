"""Windows of a DStream: what is refused, and how batches within one are reported."""

from __future__ import annotations

import importlib
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

windows: Any = importlib.import_module("legacy_dstream.windows")
BatchListener: Any = importlib.import_module("legacy_dstream.listener").BatchListener

JOB = SimpleNamespace(WINDOWS=("window_s", "slide_s"))


@pytest.mark.parametrize(("trigger_s", "slide_s"), [(0.2, 1.0), (0.5, 0.5), (2.0, 10.0)])
def test_windows_of_whole_batches_are_possible(trigger_s, slide_s):
    params = {"window_s": 10.0, "slide_s": slide_s}
    assert windows.why_not_windows(JOB, params, trigger_s) is None


def test_a_window_that_ends_within_a_batch_is_not():
    reason = windows.why_not_windows(JOB, {"window_s": 10.0, "slide_s": 1.0}, 2.0)
    assert "slide_s=1 is no multiple of the batch interval of 2 s" in reason


def test_a_job_without_windows_asks_for_nothing():
    assert windows.why_not_windows(SimpleNamespace(), {}, 0.3) is None


@given(st.lists(st.lists(st.integers(0, 5), min_size=2, max_size=2), max_size=8))
def test_ranges_that_follow_one_another_become_one(batches):
    ends = [0, 0]
    ranges = []
    for counts in batches:
        for stream, count in enumerate(counts):
            ranges.append((stream, ends[stream], count))
            ends[stream] += count
    wanted = tuple((stream, 0, ends[stream]) for stream in (0, 1)) if batches else ()
    assert windows.joined(ranges) == wanted


def test_ranges_with_a_hole_stay_apart():
    assert windows.joined([(0, 0, 3), (0, 5, 2)]) == ((0, 0, 3), (0, 5, 2))


class Sink:
    java_counts = None

    def take(self, batch_ms: int) -> None:
        return None


def batch(tick_ms: int, records: int, ends: str) -> str:
    return f"batch\n{tick_ms} {tick_ms} {tick_ms + 1} {tick_ms + 9}\n7 {records} \n\n{ends}\n\n"


def test_a_batch_within_a_window_is_reported_with_the_one_that_ends_it():
    events: list[dict[str, Any]] = []
    listener = BatchListener([7], Sink(), events.append, outputs=2)
    listener.accept(batch(1000, 10, "1002"))
    assert events == []
    assert not listener.wait_for_batch(1.0, 0.0)
    listener.accept(batch(2000, 5, "2002 2008"))
    listener.accept(batch(3000, 1, "3002"))
    listener.accept(batch(4000, 2, "4002 4005"))
    assert [event["ranges"] for event in events] == [((0, 0, 15),), ((0, 15, 3),)]
    assert [event["visible"] for event in events] == [2.008, 4.005]
    assert listener.wait_for_batch(4.0, 0.0)
