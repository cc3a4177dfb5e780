"""Continuous mode: epochs counted from the tables that the console shows."""

from __future__ import annotations

import os
import time

from hypothesis import given
from hypothesis import strategies as st

from bench.contract import BatchRecord
from bench.trial.console import ConsoleWitness, Epochs

RULE = "-" * 43
ROW = st.text(
    st.characters(codec="utf-8", exclude_characters="\n\r", exclude_categories=("Cs", "Cc")),
    max_size=12,
)


def shown(epoch, rows):
    width = max([5, *map(len, rows)])
    border = f"+{'-' * width}+"
    cells = "".join(f"|{row:<{width}}|\n" for row in rows)
    head = f"{RULE}\nBatch: {epoch}\n{RULE}\n{border}\n|{'value':<{width}}|\n{border}\n"
    return f"{head}{cells}{border}\n\n"


def read(text, pieces):
    """The events for ``text`` that comes in pieces of these sizes."""
    events = []
    reading, writing = os.pipe()
    witness = ConsoleWitness(reading)
    witness.count_rows(Epochs("s", events.append))
    data = text.encode()
    with os.fdopen(writing, "wb", buffering=0) as pipe:
        while data:
            size = pieces.pop() if pieces else len(data)
            pipe.write(data[:size])
            data = data[size:]
    witness.close()
    return [BatchRecord.from_dict(event) for event in events]


@given(st.lists(st.lists(ROW, max_size=6), min_size=1, max_size=6), st.lists(st.integers(1, 60)))
def test_rows_are_counted_whatever_they_hold_and_however_they_come(tables, pieces):
    text = "".join(shown(epoch, rows) for epoch, rows in enumerate(tables))
    epochs = read(text, pieces)
    assert [epoch.records for epoch in epochs] == [len(rows) for rows in tables]
    firsts = [epoch.ranges[0][1] for epoch in epochs]
    assert firsts == [sum(map(len, tables[:n])) for n in range(len(tables))]


def test_rows_that_look_like_borders_are_rows():
    rows = ["+-----+", RULE, "Batch: 7", "|x|", "+-"]
    (epoch,) = read(shown(0, rows), [])
    assert epoch.records == len(rows)


def test_the_last_words_of_the_stream_before_are_not_counted():
    epochs = read(shown(7, ["old"]) + shown(0, []) + shown(1, ["new"]), [])
    assert [(epoch.batch_id, epoch.records) for epoch in epochs] == [(0, 0), (1, 1)]


def test_an_epoch_lasts_from_print_to_print():
    before = time.time()
    first, second = read(shown(0, []) + shown(1, ["x"]), [])
    assert before <= first.visible <= second.visible <= time.time()
    assert second.started == first.visible
    assert second.phases == {}


def test_nobody_counts_unless_asked():
    reading, writing = os.pipe()
    witness = ConsoleWitness(reading)
    events = []
    witness.count_rows(Epochs("s", events.append))
    witness.clear()
    with os.fdopen(writing, "wb") as pipe:
        pipe.write(shown(0, ["x"]).encode())
    witness.close()
    assert events == []
    assert list(witness.stamps()) == [0]
