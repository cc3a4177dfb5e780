"""Words: what differs is shown exactly, in ASCII, and the answer is one sentence."""

from __future__ import annotations

import io
import json
from dataclasses import replace

from bench.contract.digest import digest_of
from bench.document.terminal import print_lines
from bench.verify.compare import NOTHING, Difference
from bench.verify.outcome import (
    DIFFERS,
    FAILED,
    KNOWN,
    SAME,
    UNSUPPORTED,
    Outcome,
    Verification,
    first_words,
    verification_parts,
    words_of,
)


def test_what_cannot_be_seen_is_spelled_out():
    words = words_of(Difference(7, 3, "a\0b\u202e", "a\ufffd"), "NUL")
    assert words == r"record 7 (batch 3, NUL): expected 'a\x00b\u202e', got 'a\ufffd'"


def test_missing_and_unexpected_records():
    assert words_of(Difference(0, None, "a", NOTHING)) == "record 0: expected 'a', got nothing"
    words = words_of(Difference(None, 12, NOTHING, "nothing"))
    assert words == "record ? (batch 12): expected nothing, got 'nothing'"


def test_long_records_are_cut_where_they_differ():
    words = words_of(Difference(0, None, "x" * 5000 + "a" * 500, "x" * 5000 + "b" * 500))
    assert "at character 4970 (5500 characters)" in words
    assert "xa" in words
    assert "xb" in words
    assert len(words) < 400


def test_digests_say_whether_it_is_the_number_or_the_records():
    wanted, fewer, other = digest_of("abcd"), digest_of("abc"), digest_of("abce")
    words = words_of(Difference(8, 2, wanted, fewer, 4))
    assert words == "records 8 to 11 (batch 2): expected 4 records, got 3"
    assert words_of(Difference(8, 2, wanted, other, 4)) == (
        "records 8 to 11 (batch 2): 4 records, as many as expected, but not the same ones"
    )


def test_only_the_first_differences_are_kept():
    many = [Difference(i, 0, "a", "b") for i in range(1000)]
    assert len(first_words(many, [""] * 1000)) == 10


def verification(*results):
    outcomes = tuple(Outcome("echo", "socket", "dstream", "python", "hostile", r) for r in results)
    return Verification(1, outcomes, {}, 1.0)


def test_one_sentence_for_each_end():
    assert verification(SAME, SAME).sentence == (
        "Same input, same output: 2 comparisons of 1 job agree."
    )
    assert verification(SAME, KNOWN).sentence == (
        "Same input, same output: 2 comparisons of 1 job, 1 with a known difference."
    )
    assert verification(SAME, DIFFERS, UNSUPPORTED).sentence == "1 of 2 comparisons differ."
    assert verification(SAME, FAILED, DIFFERS).sentence == "1 comparison could not be made."
    assert verification(UNSUPPORTED).sentence == "Nothing could be compared: no arm supports it."


def test_json_holds_it_all():
    data = json.loads(json.dumps(verification(SAME).to_dict()))
    assert data["schema_version"] == 1
    assert data["comparisons"][0]["result"] == "same"


def test_a_terminal_shows_every_comparison_and_each_difference(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    found = verification(SAME, DIFFERS, UNSUPPORTED)
    same, differs, unsupported = found.outcomes
    differs = replace(differs, records=9, expected_records=10, differing=1, differences=("here",))
    unsupported = replace(unsupported, reason="it cannot")
    out = io.StringIO()
    print_lines(verification_parts(replace(found, outcomes=(same, differs, unsupported))), out)
    lines = out.getvalue().splitlines()
    assert [line.split()[-1] for line in lines[:4]] == ["result", SAME, DIFFERS, UNSUPPORTED]
    assert "! dstream, job echo, hostile input: 10 records expected, 9 came" in lines
    assert lines[lines.index("the first 1 of 1 differences:") + 1] == "    here"
    assert "! dstream, job echo, hostile input: it cannot" in lines
    assert lines[-1] == found.sentence
