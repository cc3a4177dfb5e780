"""The console witness on what the two APIs really print."""

from __future__ import annotations

import os
import time

import pytest

from bench.trial.console import ConsoleWitness

RULE = "-" * 43
STRUCTURED = f"""{RULE}
Batch: 7
{RULE}
+-----+
|value|
+-----+
|a    |
+-----+

"""
PPRINT = f"""{RULE}
Time: 2026-01-31 12:00:00.500000
{RULE}
a
...

"""
JVM_PRINT = f"""{RULE}
Time: 1767225600000 ms
{RULE}
a

"""


def stamps(text: str, cut: int | None = None) -> dict[int, float]:
    reading, writing = os.pipe()
    witness = ConsoleWitness(reading)
    data = text.encode()
    pieces = [data] if cut is None else [data[:cut], data[cut:]]
    for piece in pieces:
        os.write(writing, piece)
    os.close(writing)
    witness.close()
    return witness.stamps()


def test_each_form_of_header_is_known():
    assert set(stamps(STRUCTURED)) == {7}
    assert set(stamps(JVM_PRINT)) == {1767225600000}
    local = time.mktime((2026, 1, 31, 12, 0, 0, 0, 0, -1)) * 1000 + 500
    assert set(stamps(PPRINT)) == {round(local)}


def test_a_local_time_that_comes_twice_is_the_one_that_is_near(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        text = PPRINT.replace("2026-01-31 12:00:00.500000", "2026-10-25 02:30:00")
        twice = [1_792_888_200_000, 1_792_891_800_000]
        for at_ms in twice:
            monkeypatch.setattr("bench.trial.console.time.time", lambda: at_ms / 1000 + 0.4)  # noqa: B023
            assert set(stamps(text)) == {at_ms}
    finally:
        monkeypatch.undo()
        time.tzset()


def test_what_is_said_before_the_first_batch_is_kept():
    reading, writing = os.pipe()
    witness = ConsoleWitness(reading)
    os.write(writing, b"Error occurred during initialization of VM\nMultiple garbage collectors\n")
    os.close(writing)
    witness.close()
    assert witness.said().endswith("Multiple garbage collectors")


@pytest.mark.parametrize("cut", range(0, len(STRUCTURED), 7))
def test_a_header_may_come_in_pieces(cut):
    assert set(stamps(STRUCTURED + JVM_PRINT, cut)) == {7, 1767225600000}


def test_a_record_that_looks_like_a_header_opens_no_batch():
    text = STRUCTURED.replace("|a    |", "Batch: 99\nTime: 5 ms")
    assert set(stamps(text)) == {7}


def test_the_stamp_is_that_of_the_last_output_of_the_batch():
    reading, writing = os.pipe()
    witness = ConsoleWitness(reading)
    os.write(writing, STRUCTURED[:60].encode())
    deadline = time.monotonic() + 5
    os.write(writing, b"first row\n")
    while 7 not in witness.stamps() and time.monotonic() < deadline:
        time.sleep(0.01)
    early = witness.stamps()[7]
    before = time.time()
    os.write(writing, STRUCTURED[60:].encode())
    while witness.stamps()[7] == early and time.monotonic() < deadline:
        time.sleep(0.01)
    assert witness.stamps()[7] >= before
    os.close(writing)
    witness.close()
