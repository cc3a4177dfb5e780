"""The readers of lines in Python take a short way for most of them, with the same result."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from legacy_dstream.jobs import parse_csv, parse_json
from legacy_dstream.records import read_event, read_payment

NEVER = re.compile(r"(?!)")

numbers = st.sampled_from(
    [
        "1",
        "-7",
        "+2",
        "0",
        "1" * 18,
        "9" * 19,
        "9" * 20,
        "1_0",
        " 6",
        "1.5",
        "2.",
        "1e9",
        "nan",
        "٣",
    ]
)
texts = st.sampled_from(["a", "", 'b"', '"q"', '"say ""hi"""', "\r", "x\ny", "\0", "é", "a b"])
columns = st.lists(st.one_of(numbers, texts), min_size=4, max_size=7)


@given(columns)
@example(["1", "k", "2", "1.5", "EUR", "note"])
@example(["1", "k", "2", "1.5", "EUR", "note\n"])
def test_a_line_of_csv_is_read_alike_on_either_way(fields):
    line, plain = ",".join(fields), parse_csv.PLAIN
    short = parse_csv.read(line)
    parse_csv.PLAIN = NEVER
    try:
        assert parse_csv.read(line) == short
    finally:
        parse_csv.PLAIN = plain


def by_definition(line):
    fields = line.split(" ")
    whole = re.compile(r"[+-]?[0-9]{1,14}")
    if len(fields) < 4 or not all(whole.fullmatch(fields[n]) for n in (1, 3)):
        return []
    return [(fields[0], int(fields[1]), fields[2], int(fields[3]))]


@given(columns)
@example(["0", "1", "k", "2", "filler"])
@example(["0", "1", "k", "2\n"])
def test_an_event_is_four_columns_between_single_spaces(fields):
    line = " ".join(fields)
    wanted = by_definition(line)
    assert [tuple(event) for event in read_event(line)] == wanted
    assert [tuple(one) for one in read_payment(line)] == [row[1:] for row in wanted]


def test_of_json_whole_numbers_have_64_bits_and_true_is_none():
    line = '{"seq":%s,"key":"k","time":2,"value":%s,"unit":"u","note":"n"}'
    assert parse_json.read(line % (1, 1)) == (1, "k", 2, 1.0, "u", "n")
    assert parse_json.read(line % (2**63 - 1, "1.5")) == (2**63 - 1, "k", 2, 1.5, "u", "n")
    for seq, value in ((2**63, 1), ("true", 1), (1, "true"), (1, "NaN"), ("1.0", 1), (1, 10**400)):
        assert parse_json.read(line % (seq, value)) is None
    assert (
        parse_json.read("[1]") is parse_json.read('"text"') is parse_json.read("[" * 20_000) is None
    )
