"""The inputs: the same for a seed for ever, and as hostile as they claim to be."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.verify.expected import lines_of
from bench.verify.hostile import LONG_BYTES
from bench.verify.inputs import hostile_input, large_input

PINNED = ["ba11f5b887d47e8b", "cc00729fe92011eb"]


def test_a_seed_means_the_same_for_ever():
    digests = [hashlib.sha256(i.data).hexdigest() for i in (hostile_input(1), large_input(1, 1000))]
    assert [digest[:16] for digest in digests] == PINNED


@given(st.integers(0, 2**64 - 1))
def test_large_inputs_have_as_many_records_as_asked_for(seed):
    source = large_input(seed, 500)
    assert len(lines_of(source.data)) == 500
    assert b"".join(source.pieces()) == source.data


def test_seeds_differ():
    assert hostile_input(1).data != hostile_input(2).data
    assert large_input(1, 100).data != large_input(2, 100).data


@pytest.mark.parametrize("seed", [0, 1, 7])
def test_the_hostile_input_is_hostile(seed):
    source = hostile_input(seed)
    data = source.data
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.endswith(b"\xe2\x82"), "it ends without a newline, within a character"
    for nasty in (b"\0", b"\r\n", b"\r\r", b"\n\n\n", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90"):
        assert nasty in data
    lines = lines_of(data)
    assert "" in lines
    assert any(line and line.isspace() for line in lines)
    assert sum(len(line.encode()) >= LONG_BYTES for line in lines) >= 2
    assert lines[-1].endswith(" \ufffd")


@pytest.mark.parametrize("seed", [0, 1, 7])
def test_every_record_has_a_label(seed):
    source = hostile_input(seed)
    assert len(source.labels) == len(lines_of(source.data))
    assert source.label(0) == "byte order mark at the start"
    assert source.label(len(source.labels) - 1) == "no newline at the end"
    assert source.label(len(source.labels)) == source.label(None) == ""


@pytest.mark.parametrize("seed", [0, 1, 7])
def test_pieces_end_within_characters_and_between_cr_and_lf(seed):
    source = hostile_input(seed)
    pieces = list(source.pieces())
    assert b"".join(pieces) == source.data
    assert all(pieces)
    starts = [piece[0] for piece in pieces[1:]]
    assert sum(start & 0xC0 == 0x80 for start in starts) > 10
    assert len(pieces) > 50
