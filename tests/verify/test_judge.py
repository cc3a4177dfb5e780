"""Judging: what is promised, what is documented, and what is a fault."""

from __future__ import annotations

import pytest

from bench.contract import BatchRecord
from bench.contract.digest import digest_of
from bench.plan.arms import parse_arm
from bench.verify.captured import Captured
from bench.verify.checks import JobCheck, check_of, check_of_lines
from bench.verify.expected import lines_of
from bench.verify.inputs import HOSTILE, LARGE, REPLAY, Input
from bench.verify.judge import Subject, judge, line_of
from bench.verify.outcome import DIFFERS, FAILED, KNOWN, SAME, Outcome

DATA = b"plain\ncaf\xc3\xa9\n\xff\nlast"


def subject(arm, rows, *, charset="UTF-8", name=HOSTILE, check=None):
    source = Input(name, DATA, ())
    captured = Captured(charset, rows={0: list(rows)})
    if name == LARGE:
        captured = Captured(charset, digests={0: digest_of(rows)})
    batches = [BatchRecord(0, ((0, 0, len(rows)),), 0.0, 0.0, 0.0, 0.0, {})]
    return Subject(parse_arm(arm), check or check_of("echo"), source, captured, batches)


def judged(one, baseline=None):
    blank = Outcome("echo", "socket", one.arm.text, "jvm", one.source.name, FAILED)
    return judge(one, blank, baseline or one)


@pytest.mark.parametrize("name", [HOSTILE, LARGE])
def test_the_same_lines_are_the_same(name):
    outcome = judged(subject("structured", lines_of(DATA), name=name))
    assert (outcome.result, outcome.records, outcome.expected_records) == (SAME, 4, 4)
    assert outcome.order == "batches"


@pytest.mark.parametrize("name", [HOSTILE, LARGE])
def test_the_jvms_charset_is_a_known_difference_for_its_socket_alone(name):
    rows = lines_of(DATA, "US-ASCII")
    outcome = judged(subject("structured", rows, charset="US-ASCII", name=name))
    assert outcome.result == KNOWN
    assert "US-ASCII" in outcome.known
    assert outcome.differing == 1
    assert "caf" in outcome.differences[0]
    for arm, charset in (("dstream", "US-ASCII"), ("structured", "UTF-8")):
        assert judged(subject(arm, rows, charset=charset, name=name)).result == DIFFERS


@pytest.mark.parametrize("name", [HOSTILE, LARGE])
def test_a_fault_beside_a_known_difference_is_a_fault(name):
    rows = lines_of(DATA, "US-ASCII")[:-1]
    assert judged(subject("structured", rows, charset="US-ASCII", name=name)).result == DIFFERS


def test_a_charset_nobody_knows_excuses_nothing():
    rows = ["?"] * 4
    assert judged(subject("structured", rows, charset="x-none")).result == DIFFERS


def test_order_counts_where_it_is_promised():
    rows = lines_of(DATA)[::-1]
    assert judged(subject("dstream", rows)).result == DIFFERS
    assert judged(subject("structured", rows)).result == SAME


def test_nothing_at_all_is_a_difference():
    assert judged(subject("dstream", [])).result == DIFFERS
    assert judged(subject("dstream", [], name=LARGE)).result == DIFFERS


def test_without_a_reference_the_first_arm_is_the_measure():
    rows = [("a", 1), ("b", 2)]
    first = subject("dstream", rows, check=JobCheck())
    assert judged(first).result == SAME
    assert judged(subject("structured", rows[::-1], check=JobCheck()), first).result == SAME
    outcome = judged(subject("structured", [("a", 1), ("b", 3)], check=JobCheck()), first)
    assert (outcome.result, outcome.order) == (DIFFERS, "none")
    assert outcome.differences == ("record 1: expected ('b', 2), got ('b', 3)",)


def test_normalise_decides_what_is_compared():
    def last_wins(arm, batches):
        return sorted(dict(row for rows in batches for row in rows).items())

    check = JobCheck(normalise=last_wins)
    totals = subject("structured", [("a", 1), ("a", 2), ("b", 1)], check=check)
    assert judged(totals, subject("dstream", [("b", 1), ("a", 2)], check=check)).result == SAME


def test_without_a_reference_other_charsets_cannot_be_compared():
    first = subject("dstream", [("a", 1)], check=JobCheck())
    other = subject("structured", [("a", 1)], charset="US-ASCII", check=JobCheck())
    outcome = judged(other, first)
    assert outcome.result == FAILED
    assert "LC_ALL" in outcome.reason


def test_of_a_file_of_the_users_the_lines_that_differ_are_shown():
    data = b"1,a,2.5\n2,b,3\n2,c,4\n"
    source = Input(REPLAY, data, ())
    batches = [BatchRecord(0, ((0, 0, 3),), 0.0, 0.0, 0.0, 0.0, {})]

    def of(arm, rows):
        captured = Captured("UTF-8", rows={0: rows})
        return Subject(parse_arm(arm), check_of_lines("parse_csv"), source, captured, batches)

    baseline = of("dstream", [(1, "a", 2.5), (2, "b", 3.0)])
    outcome = judged(of("structured", [(1, "a", 2.5), (2, "c", 4.0)]), baseline)
    assert outcome.result == DIFFERS
    assert outcome.differences == (
        "record 1 (line 2: '2,b,3'): expected (2, 'b', 3.0), got (2, 'c', 4.0)",
    )
    assert judged(baseline).result == SAME


def test_what_holds_for_any_lines_is_expected_of_the_users_too():
    assert check_of_lines("wordcount").by_batch_reference is not None
    for name in ("parse_csv", "weblog", "enrich"):
        check = check_of_lines(name)
        assert not any((check.reference, check.by_batch_reference, check.whole_reference))


def test_the_line_of_a_row_is_the_first_with_most_of_its_values():
    lines = ["x", "7 b", "7 b 2.5", "7 b 2.5"]
    assert line_of((7, "b", 2.5, None), lines) == 2
    assert line_of("b", lines) == 1
    assert line_of((None, ""), lines) is None
    assert line_of(("z",), lines) is None
