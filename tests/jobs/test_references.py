"""The references against the definitions they stand for, and the normalisations."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.plan.arms import parse_arm
from bench.verify.references import (
    custom_state,
    dedup,
    fraud,
    join,
    running_wordcount,
    sessions,
    sliding,
    tumbling,
    weblog,
)
from tests.jobs.scenarios import answer, event, ms

DSTREAM, STRUCTURED = parse_arm("dstream"), parse_arm("structured")


@dataclass(frozen=True)
class Given:
    """An event as drawn."""

    key: str
    at_s: float
    value: int


EVENTS = st.lists(
    st.builds(
        Given,
        key=st.sampled_from(["k0", "k1", "k2"]),
        at_s=st.integers(0, 400).map(lambda tenths: tenths / 10),
        value=st.integers(0, 9999),
    ),
    max_size=40,
)


def lines_of(events: list[Given]) -> list[str]:
    return [event(one.key, one.at_s, one.value) for one in events]


def test_words_are_what_single_spaces_part():
    assert dict(running_wordcount.expected([["a  b a", " ", "b"]], {})) == {"a": 2, "b": 2}


def test_of_running_counts_the_last_row_of_each_word_stands():
    batches = [[("a", 1)], [("a", 2), ("b", 1)], []]
    for arm in (DSTREAM, STRUCTURED):
        assert sorted(running_wordcount.normalise(arm, batches)) == [("a", 2), ("b", 1)]


@given(EVENTS)
def test_a_record_holds_all_events_of_its_key(events):
    found = {row[0]: row[1:] for row in custom_state.expected([lines_of(events)], {})}
    assert set(found) == {one.key for one in events}
    for key, (count, total, largest, latest) in found.items():
        own = [one for one in events if one.key == key]
        assert (count, total) == (len(own), sum(one.value for one in own))
        assert largest == max(one.value for one in own)
        newest = max(one.at_s for one in own)
        assert latest == max(one.value for one in own if one.at_s == newest)


@given(EVENTS)
def test_sessions_hold_each_event_once_and_are_parted_by_the_gap(events):
    # A negative delay ends every session, however new.
    found = sessions.expected([lines_of(events)], {"gap_s": 2.0, "delay_s": -3600.0})
    assert sum(count for *_rest, count in found) == len(events)
    for key in {one.key for one in events}:
        own = sorted(row[1:3] for row in found if row[0] == key)
        assert all(end < start for (_, end), (start, _) in pairwise(own))
        for one in events:
            if one.key == key:
                holders = [(a, b) for a, b in own if a <= ms(one.at_s) <= b - 2000]
                assert len(holders) == 1


@given(EVENTS)
def test_only_sessions_behind_the_watermark_are_expected(events):
    found = sessions.expected([lines_of(events)], {"gap_s": 2.0, "delay_s": 10.0})
    newest = max((ms(one.at_s) for one in events), default=0)
    assert all(end <= newest - 10_000 for _key, _start, end, _count in found)


def test_a_session_takes_the_place_of_those_it_bridges():
    late = ms(100)
    batches = [
        [("k", 0, 3000, 2), ("k", 5000, 8000, 1)],
        [("k", 0, 8000, 4)],
        [("m", late, late + 2000, 1)],
    ]
    assert sessions.normalise(DSTREAM, batches) == [("k", 0, 8000, 4)]
    assert sessions.normalise(STRUCTURED, [[("k", 0, 8000, 4)]]) == [("k", 0, 8000, 4)]


@given(EVENTS)
def test_deduplicated_keys_are_the_distinct_ones(events):
    keys = [row[0] for row in dedup.expected([lines_of(events)], {})]
    assert len(keys) == len(set(keys))
    assert set(keys) == {one.key for one in events}


def test_a_key_that_comes_through_twice_shows():
    assert dedup.normalise(DSTREAM, [[("k", 1, 2)], [("k", 3, 4)]]) == [("k",), ("k",)]


@given(EVENTS, st.sampled_from([0.5, 1.0, 2.0]))
def test_windows_hold_the_events_of_their_time(events, window_s):
    for start_ms, key, count in tumbling.expected([lines_of(events)], {"window_s": window_s}):
        assert start_ms % round(window_s * 1000) == 0
        end_ms = start_ms + window_s * 1000
        own = [one for one in events if one.key == key and start_ms <= ms(one.at_s) < end_ms]
        assert count == len(own) > 0


def test_parts_of_a_window_are_added_up_and_running_counts_are_not():
    batches = [[(0, "k", 2)], [(0, "k", 3), (1000, "k", 1)]]
    assert sorted(tumbling.normalise(DSTREAM, batches)) == [(0, "k", 5), (1000, "k", 1)]
    assert sorted(tumbling.normalise(STRUCTURED, batches)) == [(0, "k", 3), (1000, "k", 1)]


@given(EVENTS)
def test_sliding_windows_count_an_event_in_each_of_its_windows(events):
    params = {"window_s": 2.0, "slide_s": 0.5}
    found = dict(sliding.expected([lines_of(events)], params))
    windows = 0
    for one in events:
        at_ms = ms(one.at_s)
        starts = range(ms(-2), ms(42), 500)
        windows += sum(1 for start in starts if start <= at_ms < start + 2000)
    assert sum(found.values()) == windows == 4 * len(events)


def test_a_window_that_is_no_multiple_of_its_slide_cannot_be_checked():
    with pytest.raises(ValueError, match="multiple of the slide"):
        sliding.expected([[]], {"window_s": 1.0, "slide_s": 0.3})


def test_sliding_counts_are_the_last_ones_of_each_window_added_up():
    batches = [[(0, "k", 1), (500, "k", 1)], [(500, "k", 2)]]
    for arm in (DSTREAM, STRUCTURED):
        assert sliding.normalise(arm, batches) == [("k", 3)]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 100)), max_size=15), st.data())
def test_pairs_have_the_same_number_and_are_near(lefts, data):
    rights = data.draw(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 100)), max_size=15))
    inputs = [
        [event("k", at / 10, number=number) for number, at in lefts],
        [event("k", at / 10, number=10**10 + number) for number, at in rights],
    ]
    found = join.expected(inputs, {"within_s": 2.0})
    wanted = [
        (f"{a:010d}", ms(i / 10), ms(j / 10))
        for a, i in lefts
        for b, j in rights
        if a == b and abs(i - j) <= 20
    ]
    assert sorted(found) == sorted(wanted)


def test_pairs_that_come_again_count_once_on_a_dstream_only():
    batches = [[("1", 0, 0)], [("1", 0, 0)]]
    assert join.normalise(DSTREAM, batches) == [("1", 0, 0)]
    assert join.normalise(STRUCTURED, batches) == [("1", 0, 0)] * 2


def test_answers_are_counted_by_minute_and_errors_raise_alerts():
    lines = [answer(0, 1, 500), answer(0, 59, 500), answer(1, 0, 500), answer(1, 1, 200), "broken"]
    assert sorted(weblog.expected([lines], {"alert_errors": 2})) == [
        (ms(0), 500, 2, "alert"),
        (ms(60), 200, 1, ""),
        (ms(60), 500, 1, ""),
    ]


def test_cards_above_the_limit_are_reported_with_their_sums():
    lines = [event("c1", 1, 600), event("c1", 59, 600), event("c2", 59, 600), event("c2", 61, 600)]
    params = {"window_s": 60.0, "limit_cents": 1000}
    assert fraud.expected([lines], params) == [(ms(0), "c1", 2, 1200)]


def test_of_an_alert_the_largest_sum_stands():
    batches = [[(0, "c", 2, 1100)], [(0, "c", 3, 1500)], [(0, "c", 2, 1200)]]
    assert fraud.normalise(DSTREAM, batches) == [(0, "c", 3, 1500)]
