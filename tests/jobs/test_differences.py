"""What the two sides of each pair write of the same batches, on real Spark.

Every difference that docs/differences.md tells of is shown here.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from tests.jobs import layouts
from tests.jobs.scenarios import SCENARIOS, STEADY, ms

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
def dstream(written):
    """Rows of each batch, sorted; ``None`` where the job wrote nothing at all."""

    def rows(name):
        return [None if batch is None else _tuples(batch) for batch in written["dstream"][name]]

    return rows


@pytest.fixture
def structured(written):
    """Rows of each batch that wrote any, sorted: batches without data come in between."""

    def rows(name):
        return [_tuples(batch) for batch in written["structured"][name] if batch]

    return rows


def _tuples(rows):
    return sorted(tuple(row) for row in rows)


def test_a_dstream_writes_every_word_each_time_the_other_those_that_changed(dstream, structured):
    assert dstream("words") == [
        [("a", 2), ("b", 1)],
        [("a", 2), ("b", 2)],
        [("a", 2), ("b", 2)],  # an empty batch
        [("a", 3), ("b", 2), ("c", 1)],
    ]
    assert structured("words") == [[("a", 2), ("b", 1)], [("b", 2)], [("a", 3), ("c", 1)]]


def test_custom_records_agree_key_by_key(dstream, structured):
    last = [("k", 3, 18, 9, 7), ("m", 1, 4, 4, 4)]
    first = [("k", 2, 16, 9, 7)]
    assert dstream("records") == [first, last, last]
    assert structured("records") == [first, last]


def test_sessions_are_written_while_they_grow_or_once_they_are_over(dstream, structured):
    k, m = (ms(0), ms(4.5), 3), (ms(0), ms(6), 3)
    assert dstream("sessions") == [
        [("k", ms(0), ms(3), 2), ("m", ms(0), ms(2), 1)],
        [("k", *k), ("m", ms(0), ms(2), 1), ("m", ms(4), ms(6), 1)],
        [("k", *k), ("m", *m)],
        [("k", *k), ("m", *m), ("n", ms(3000), ms(3002), 1)],
        [("k", *k), ("m", *m), ("n", ms(3000), ms(3003), 2)],
        # What is late joins its session as long as the key is remembered...
        [("k", ms(0), ms(5), 4), ("m", *m), ("n", ms(3000), ms(3003), 2)],
    ]
    # ... and is dropped once the watermark has ended it.
    assert structured("sessions") == [[("k", *k), ("m", *m)]]


def test_keys_are_remembered_by_the_clock_or_by_their_own_time(dstream, structured):
    def keys(batches):
        return [[row[0] for row in batch] for batch in batches]

    assert keys(dstream("dedup")) == [["k", "m"], ["n"], ["o"], [], [], ["p"]]
    # 10,002 s after its first event by its own time "k" is new; "p" is behind the watermark.
    assert keys(structured("dedup")) == [["k", "m"], ["n"], ["o"], ["k"]]


def test_late_events_count_in_their_window_or_are_dropped(dstream, structured):
    on_time = [(ms(0), "k", 3), (ms(1), "k", 1)]
    # Windows of two batches: the count of one event time is in two of them.
    assert dstream("tumbling") == [
        None,
        on_time,
        None,
        [(ms(30), "k", 1), (ms(31), "k", 1)],
        None,
        [(ms(0), "k", 1), (ms(32), "k", 1)],
    ]
    assert structured("tumbling") == [
        [(ms(0), "k", 2)],
        on_time,
        [(ms(30), "k", 1)],
        [(ms(31), "k", 1)],
        [(ms(32), "k", 1)],
    ]


@pytest.mark.parametrize(("name", "slides"), [("sliding", 5), ("inverse", 5), ("few slides", 4)])
def test_sliding_windows_hold_what_came_in_the_last_batches(written, dstream, name, slides):
    ticks = written["dstream"][""]
    for last, rows in enumerate(dstream(name)):
        lines = [line for batch in STEADY[max(0, last + 1 - slides) : last + 1] for line in batch]
        counts = Counter(line.split(" ")[2] for line in lines)
        start_ms = ticks[last] - 500 * slides
        assert rows == sorted((start_ms, key, count) for key, count in counts.items())


def test_the_inverse_form_writes_the_same(dstream):
    assert dstream("inverse") == dstream("sliding")


def test_the_inverse_function_is_called_from_five_slides_a_window_on(written):
    calls = written["dstream"]["inverse calls"]
    assert set(calls) == {"dstream.json.inverse.inverse"}
    # Batches 0 to 2 leave: "a" three times, "b" twice; the stream may run on for a moment.
    assert calls["dstream.json.inverse.inverse"] >= 5


def test_windows_of_a_dstream_begin_with_the_stream_and_those_of_the_other_with_the_epoch(
    written, dstream, structured
):
    batches = dstream("slow")
    assert [batch is None for batch in batches] == [True, False] * 4
    ticks = written["dstream"][""]
    assert all(late - early == 500 for early, late in pairwise(ticks))
    for tick, rows in zip(ticks, batches, strict=False):
        assert all(start_ms == tick - 2000 for start_ms, *_rest in rows or ())
    starts = {start_ms for rows in structured("slow") for start_ms, *_rest in rows}
    assert starts == {ms(second) for second in (-1, 0, 1, 2, 3)}


@pytest.mark.parametrize("name", ["sliding", "inverse", "slow"])
def test_sliding_windows_hold_what_happened_in_their_time(structured, name):
    window_ms = round(SCENARIOS[name]["params"]["window_s"] * 1000)
    slide_ms = round(SCENARIOS[name]["params"]["slide_s"] * 1000)
    last = {row[:2]: row[2] for rows in structured(name) for row in rows}
    expected: Counter[tuple[int, str]] = Counter()
    for line in (line for batch in STEADY for line in batch):
        _seq, at_ms, key, *_rest = line.split(" ")
        newest = int(at_ms) // slide_ms * slide_ms
        for start_ms in range(newest, int(at_ms) - window_ms, -slide_ms):
            expected[start_ms, key] += 1
    assert last == expected


def test_a_pair_comes_in_every_batch_of_the_window_or_once(dstream, structured):
    first, second = ("0000000001", ms(0), ms(0.5)), ("0000000002", ms(1), ms(1.5))
    # Windows of two batches: the right half that comes three batches later meets nobody...
    assert dstream("join") == [[first], [first], [second], [], []]
    # ... unless what counts is its own time.
    assert structured("join") == [[first], [second], [second]]


def test_minutes_are_counted_and_errors_raise_an_alert(dstream, structured):
    first = [(ms(0), 200, 1, ""), (ms(0), 500, 1, "")]
    second = [(ms(0), 200, 1, ""), (ms(0), 500, 2, "alert"), (ms(60), 200, 1, "")]
    third = [*second, (ms(300), 200, 1, "")]
    fourth = [*second, (ms(300), 200, 2, "")]
    assert dstream("weblog") == [
        first,
        second,
        third,
        fourth,
        [(ms(0), 200, 2, ""), *fourth[1:]],  # behind the watermark
    ]
    assert structured("weblog") == [first, second[1:], third[3:], fourth[3:]]


def test_a_card_is_reported_in_every_batch_or_when_its_sum_changes(dstream, structured):
    alert = [(ms(0), "c1", 2, 1200)]
    assert dstream("fraud") == [[], alert, alert]
    assert structured("fraud") == [alert]


@pytest.mark.parametrize(("name", "wanted"), [("csv", layouts.CSV), ("json", layouts.JSON)])
def test_both_sides_make_the_same_of_lines_as_people_have_them(dstream, structured, name, wanted):
    rows = sorted(row for row in wanted.values() if row is not None)
    assert dstream(name)[0] == rows
    assert structured(name)[0] == rows


def test_what_only_spark_takes_for_json(dstream, structured):
    assert dstream("json")[1] == []
    found = {row[0]: [str(part).replace(" ", "") for part in row] for row in structured("json")[1]}
    wanted = layouts.JSON_OF_ONE_SIDE.values()
    assert found == {row[0]: [str(part).replace(" ", "") for part in row] for row in wanted}


def test_both_sides_read_the_same_of_the_logs_of_web_servers(dstream, structured):
    statuses = [status for status in layouts.WEBLOG.values() if status]
    rows = sorted((ms(0), status, 1, "") for status in statuses)
    assert dstream("log lines") == [rows]
    assert structured("log lines") == [rows]


def test_both_sides_take_the_same_for_a_whole_number(dstream, structured):
    count = sum(map(bool, layouts.EVENTS.values()))
    rows = [("k", count, 10**14 - 1, 10**14 - 1, 10**14 - 1)]
    assert [row[:2] for row in dstream("event lines")[0]] == [("k", count)]
    assert dstream("event lines")[0] == structured("event lines")[0], rows
