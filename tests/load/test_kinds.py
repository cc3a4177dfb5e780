"""Kinds of lines: what can be asked for, and what the lines of each hold."""

from __future__ import annotations

import json
import re
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.contract.jobs import JOBS, LINES
from bench.load.config import LoadConfig
from bench.load.content.kinds import EVENT_EPOCH_MS, KEYED, PARSED, TIMED, LineKind, parse_lines
from bench.load.content.payload import Payload
from bench.load.content.typed_lines import TypedLines
from tests.load.samples import sample_lines
from tests.long import examples

CLF = re.compile(
    r'1\d\d\.1\d\d\.1\d\d\.1\d\d - - \[([^\]]{26})\] "GET /p(\d{6})\?n=(\d{12}) HTTP/1\.1" '
    r'(200|304|404|500) [1-9]\d{4}( "-" "[a-z]+")?'
)

kinds = st.builds(
    lambda kind, malformed, late, late_s: LineKind(
        kind,
        malformed if kind in PARSED else 0.0,
        late if kind in TIMED else 0.0,
        late_s if late and kind in TIMED else 0.0,
    ),
    st.sampled_from(KEYED),
    st.sampled_from([0.0, 0.01, 0.5]),
    st.sampled_from([0.0, 0.25]),
    st.floats(0.01, 5000),
)
payloads = st.builds(
    lambda lines, size, keys, skew: Payload(size, keys=keys, skew=skew, lines=lines),
    kinds,
    st.integers(12, 400),
    st.integers(1, 3000),
    st.sampled_from([0.0, 1.0]),
)


def lines_of(payload, stream=0, streams=1, seed=3, rate=1000):
    config = LoadConfig(rate, payload=payload, seed=seed, streams=streams)
    return config.lines()[stream]


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("plain", "plain"),
        ("csv:malformed=0.010", "csv:malformed=0.01"),
        ("events:late=0.05", "events:late=0.05,late_s=10"),
        ("weblog:late_s=2,late=0.5,malformed=0", "weblog:late=0.5,late_s=2"),
    ],
)
def test_a_kind_has_one_spelling(text, spelled):
    assert str(parse_lines(text)) == spelled
    assert parse_lines(spelled) == parse_lines(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("html", "unknown kind of lines 'html'"),
        ("csv:", "nothing after the colon"),
        ("csv:malformed", "none of malformed=SHARE"),
        ("csv:malformed=lots", "not a number"),
        ("csv:malformed=1", "below 1"),
        ("csv:malformed=nan", "not a number"),
        ("events:malformed=0.1", "cannot be malformed, only csv, json, weblog"),
        ("words:late=0.1", "cannot be late"),
        ("events:late_s=3", "give the share"),
        ("events:late=0.1,late=0.2", "none of"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(text, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        parse_lines(text)


def test_every_kind_a_job_asks_for_makes_lines():
    for job in JOBS.values():
        assert len(sample_lines(job.lines, 20, keys=job.keys)) == 20
    assert {parse_lines(kind).kind for kind in LINES} == set(LINES)


@given(payloads, st.integers(0, 10**6), st.lists(st.integers(1, 300), min_size=1, max_size=4))
@settings(max_examples=examples(60), deadline=None)
def test_blocks_may_be_cut_anywhere(payload, first, counts):
    whole = bytes(lines_of(payload).block(first, sum(counts)))
    lines, at, parts = lines_of(payload), first, []
    for count in counts:
        parts.append(bytes(lines.view(at, count)))
        at += count
    assert b"".join(parts) == whole
    made = whole.split(b"\n")[:-1]
    assert whole.isascii()
    assert [len(line) for line in made] == lines.sizes(first, len(made)).tolist()
    assert lines.total_bytes(first, len(made)) == len(whole) - len(made)
    assert lines.wire_ends(first, len(made)).tolist() == [
        k + 1 for k, byte in enumerate(whole) if byte == 10
    ]
    assert lines.width == len(made[0]) + 1
    assert lines.block_records(first) >= 1


@given(kinds, st.integers(120, 300))
@settings(max_examples=examples(40), deadline=None)
def test_lines_are_as_long_as_asked_where_their_fields_leave_room(kind, size):
    width = len(sample_lines(str(kind), 1, bytes_per_line=size)[0])
    # Words are not cut; the log format has quotes around its filler.
    assert size - 7 <= width <= size
    assert width == size or kind.kind == "words"


def test_plain_lines_and_their_stored_form_are_what_they_were():
    assert Payload(60, keys=5).to_dict() == {
        "bytes_per_line": 60,
        "spread": 0.0,
        "keys": 5,
        "skew": 0.0,
        "stamp": False,
    }
    made = Payload(80, keys=7, skew=1.0, lines=parse_lines("csv:malformed=0.25"))
    assert Payload.from_dict(made.to_dict()) == made
    config = LoadConfig(payload=made)
    assert LoadConfig.from_dict(config.to_dict()) == config


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"spread": 0.5, "keys": 9}, "all of one size"),
        ({"stamp": True, "keys": 9}, "carry no stamp"),
        ({}, "events lines need keys"),
    ],
)
def test_a_payload_that_makes_no_such_line_is_refused(fields, words):
    with pytest.raises(ValueError, match=words):
        Payload(lines=parse_lines("events"), **fields)


def test_lines_with_times_need_a_schedule():
    with pytest.raises(ValueError, match="need the schedule"):
        TypedLines(Payload(keys=1, lines=parse_lines("events")))


def test_words_are_drawn_by_zipf_and_nothing_else_stands_in_a_line():
    lines = sample_lines("words", 3000, keys=100, skew=1.0)
    words = [word for line in lines for word in line.split(" ")]
    assert len(words) == 12 * 3000
    assert all(re.fullmatch(r"w\d{6}", word) for word in words)
    counts = np.bincount([int(word[1:]) for word in words], minlength=100)
    harmonic = sum(1 / rank for rank in range(1, 101))
    assert counts[0] / len(words) == pytest.approx(1 / harmonic, rel=0.05)
    assert counts[9] / len(words) == pytest.approx(0.1 / harmonic, rel=0.15)


def test_csv_and_json_hold_the_same_columns():
    rows = [line.split(",") for line in sample_lines("csv", 200, stream=3, streams=4)]
    objects = [json.loads(line) for line in sample_lines("json", 200, stream=3, streams=4)]
    for row, one in zip(rows, objects, strict=True):
        assert list(one) == ["seq", "key", "time", "value", "unit", "note"]
        parsed = [int(row[0]), row[1], int(row[2]), float(row[3]), row[4]]
        assert parsed == list(one.values())[:5]
        assert 100 <= one["value"] < 1000
        assert row[5].startswith(one["note"][:3])
    assert [one["seq"] for one in objects] == [3 * 10**10 + k for k in range(200)]


@pytest.mark.parametrize("kind", PARSED)
def test_the_share_that_is_malformed_does_not_parse_and_keeps_its_size(kind):
    good, bad = (sample_lines(text, 4000) for text in (kind, f"{kind}:malformed=0.2"))
    broken = [line for line in bad if not parses(kind, line)]
    assert all(parses(kind, line) for line in good)
    assert len(broken) / len(bad) == pytest.approx(0.2, abs=0.03)
    assert {len(line) for line in bad} == {len(good[0])}
    assert all(line in good for line in bad if parses(kind, line))
    # Every way to be malformed comes up: the same line is broken in three places.
    places = {
        next(k for k, (a, b) in enumerate(zip(x, y, strict=True)) if a != b)
        for x, y in zip(good, bad, strict=True)
        if x != y
    }
    assert len(places) >= 3


def parses(kind: str, line: str) -> bool:
    if kind == "weblog":
        return CLF.fullmatch(line) is not None
    try:
        if kind == "json":
            return len(json.loads(line)) == 6
        seq, _key, time, value, _unit, _note = line.split(",")
        return int(seq) >= 0 and int(time) > 0 and float(value) > 0
    except ValueError:
        return False


def test_event_time_is_when_a_line_was_meant_to_be_sent_after_a_fixed_moment():
    for stream in (0, 1):
        lines = sample_lines("events", 50, rate_per_s=200, stream=stream, streams=2)
        times = [int(line.split(" ")[1]) for line in lines]
        assert times == [EVENT_EPOCH_MS + (2 * k + stream) * 5 for k in range(50)]


def test_late_lines_keep_their_place_and_lie_back_by_as_much_as_is_allowed():
    on_time = [int(line.split(" ")[1]) for line in sample_lines("events", 5000)]
    late = [int(line.split(" ")[1]) for line in sample_lines("events:late=0.1,late_s=2", 5000)]
    by = np.array(on_time) - np.array(late)
    assert (by > 0).mean() == pytest.approx(0.1, abs=0.02)
    assert by.min() == 0
    assert 1900 < by.max() <= 2000


def test_payments_have_a_heavy_tail():
    cents = np.array([int(line.split(" ")[3]) for line in sample_lines("payments", 20_000)])
    assert cents.min() >= 100
    for limit in (200, 1000, 10_000):
        assert (cents >= limit).mean() == pytest.approx(100 / limit, rel=0.2)


def test_a_log_line_tells_the_second_of_its_request():
    lines = sample_lines("weblog", 3000, rate_per_s=0.01, keys=40)
    for number, line in enumerate(lines):
        found = CLF.fullmatch(line)
        assert found is not None
        at = datetime.strptime(found[1], "%d/%b/%Y:%H:%M:%S %z").timestamp()
        assert at == EVENT_EPOCH_MS / 1000 + 100 * number
        assert int(found[2]) < 40
        assert int(found[3]) == number
    statuses = [line.split('" ')[1][:3] for line in lines]
    assert statuses.count("200") / len(lines) == pytest.approx(0.92, abs=0.03)
