"""Judging batch by batch and over the whole run, and the inputs that jobs get."""

from __future__ import annotations

import pytest

from bench.contract import BatchRecord
from bench.contract.jobs import JOBS
from bench.plan.arms import parse_arm
from bench.verify.captured import Captured
from bench.verify.checks import STATELESS, JobCheck, check_of
from bench.verify.inputs import Input, job_inputs
from bench.verify.judge import Subject, judge
from bench.verify.outcome import DIFFERS, FAILED, SAME, Outcome
from bench.verify.references import stateless
from bench.verify.run import plan_verification
from tests.load.samples import sample_lines

LINES = (("b a", "a", "c"), ("c c", "d"))


def batch(number, *ranges):
    return BatchRecord(number, ranges, 0.0, 0.0, 0.0, 0.0, {})


def judged(rows, batches, check=None, inputs=1, params=None):
    first, other = (Input("words", "".join(f"{line}\n" for line in s).encode(), ()) for s in LINES)
    captured = Captured("UTF-8", rows=rows)
    subject = Subject(
        parse_arm("structured"),
        check or check_of("wordcount"),
        first,
        captured,
        batches,
        (other,),
        inputs,
        params or {},
    )
    blank = Outcome("wordcount", "socket", "structured", "jvm", "words", FAILED)
    return judge(subject, blank, subject)


BATCHES = [batch(0, (0, 0, 2), (1, 0, 0)), batch(3, (0, 2, 1), (1, 0, 2)), batch(4)]
ROWS = {0: [("a", 2), ("b", 1)], 3: [("d", 1), ("c", 3)]}


def test_each_batch_is_held_against_the_lines_it_was_made_of():
    outcome = judged(ROWS, BATCHES)
    assert (outcome.result, outcome.expected_records, outcome.records) == (SAME, 4, 4)
    assert outcome.order == "batches"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ({**ROWS, 3: [("d", 1), ("c", 2)]}, "expected ('c', 3), got ('c', 2)"),
        ({3: ROWS[3]}, "expected ('b', 1), got nothing"),
        ({**ROWS, 9: [("x", 1)]}, "expected nothing, got ('x', 1)"),
        ({0: [*ROWS[0], ("a", 2)], 3: ROWS[3]}, "expected nothing, got ('a', 2)"),
    ],
)
def test_rows_that_are_wrong_missing_or_too_many_differ(rows, words):
    outcome = judged(rows, BATCHES)
    assert outcome.result == DIFFERS
    assert any(words in one for one in outcome.differences)


@pytest.mark.parametrize(
    ("batches", "words"),
    [
        (BATCHES[1:], "got nothing"),
        ([*BATCHES, batch(7, (1, 1, 1))], "got '2 times'"),
    ],
)
def test_lines_in_no_batch_or_in_two_differ(batches, words):
    outcome = judged(ROWS, batches)
    assert outcome.result == DIFFERS
    assert any(words in one for one in outcome.differences)


@pytest.mark.parametrize(
    ("inputs", "seen"),
    [(1, [["b a", "a", "c", "c c", "d"]]), (2, [list(LINES[0]), list(LINES[1])]), (0, None)],
)
def test_the_whole_run_is_held_against_what_its_inputs_give(inputs, seen):
    got = []

    def reference(streams, params):
        got.extend(list(stream) for stream in streams)
        return [("all", params["k"])]

    check = JobCheck(whole_reference=reference, normalise=lambda arm, batches: [batches[-1][-1]])
    rows = {0: [("part", 1)], 5: [("all", 5)]}
    assert judged(rows, BATCHES, check, inputs, {"k": 5}).result == SAME
    assert got == (seen or [list(stream) for stream in LINES])
    assert judged(rows, BATCHES, check, inputs, {"k": 6}).result == DIFFERS


def test_job_inputs_are_the_lines_of_each_stream_cut_anywhere():
    inputs = job_inputs("events", 500, keys=9, rate_per_s=100, seed=2, streams=2)
    for stream, one in enumerate(inputs):
        made = sample_lines("events", 250, seed=2, keys=9, rate_per_s=100, stream=stream, streams=2)
        assert one.data.decode().split("\n")[:-1] == made
        assert b"".join(one.pieces()) == one.data
        assert len(one.cuts) > 50
        assert one.name == "events"


def test_every_stateless_job_has_a_check_that_leaves_nothing_to_the_other_arm():
    names = {name for name, job in JOBS.items() if job.group == "stateless"}
    assert set(STATELESS) == names


def test_references_say_what_lines_mean():
    rows = stateless.csv_rows(sample_lines("csv:malformed=0.3", 300), {})
    assert rows == stateless.json_rows(
        [line.replace("nan_no", "!") for line in json_twins(rows)], {}
    )
    assert 150 < len(rows) < 270
    found = stateless.enriched(
        sample_lines("events", 200, keys=10), {"table_keys": 5, "unmatched": "drop"}
    )
    kept = stateless.enriched(
        sample_lines("events", 200, keys=10), {"table_keys": 5, "unmatched": "keep"}
    )
    assert len(kept) == 200
    assert [row for row in kept if row[4] is not None] == found
    assert {row[2] for row in found} == {f"k{n:06d}" for n in range(5)}
    assert stateless.top_words(["b a", "b c", "c"], {"k": 2}) == [("b", 2), ("c", 2)]


def json_twins(rows):
    names = ("seq", "key", "time", "value", "unit", "note")
    import json

    return [json.dumps(dict(zip(names, row, strict=True))) for row in rows]


def test_each_job_is_planned_as_its_check_wants_it():
    specs = plan_verification(["dstream", "structured"], "topk", 1)
    assert [spec.job_params for spec in specs] == [{"k": 25}] * 2
    assert [spec.keys for spec in specs] == [50] * 2
    two = plan_verification(["dstream"], "union", 1)[0]
    assert (two.streams, two.equal) == (2, "cpus")
