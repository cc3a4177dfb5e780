"""The sink's file: whole entries whatever happens to who writes it."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bench.contract.ledger import LedgerFile, LedgerReader, number_of

numbers = st.lists(st.integers(0, 10**12 - 1), max_size=50)


def read(path: Path) -> list[tuple[int, int, int, list[int]]]:
    return [
        (one.batch_id, one.visible_us, one.unreadable, list(one.numbers))
        for one in LedgerReader(str(path)).new()
    ]


@given(st.lists(st.tuples(st.integers(-1, 2**40), st.integers(0, 2**50), numbers), max_size=6))
def test_what_is_written_is_read_in_order_and_once(tmp_path_factory, entries):
    path = tmp_path_factory.mktemp("ledger") / "file"
    file, reader = LedgerFile(str(path)), LedgerReader(str(path))
    found = []
    for batch_id, at_us, given_ in entries:
        assert file.add(batch_id, at_us, given_) == (len(given_), 0)
        found += reader.new()
    assert reader.new() == []
    assert [(one.batch_id, one.visible_us, list(one.numbers)) for one in found] == entries


@given(numbers, numbers, st.data())
def test_an_entry_torn_by_a_kill_is_cut_off_and_what_follows_is_whole(
    tmp_path_factory, first, second, data
):
    path = tmp_path_factory.mktemp("ledger") / "file"
    LedgerFile(str(path)).add(1, 10, first)
    whole = path.stat().st_size
    LedgerFile(str(path)).add(2, 20, second)
    os.truncate(path, data.draw(st.integers(whole, path.stat().st_size - 1)))
    assert read(path) == [(1, 10, 0, first)]
    # As a restored checkpoint makes it again.
    again = pickle.loads(pickle.dumps(LedgerFile(str(path))))
    again.add(3, 30, second)
    assert read(path) == [(1, 10, 0, first), (3, 30, 0, second)]


def test_a_line_without_a_number_is_counted_apart(tmp_path):
    path = tmp_path / "file"
    lines = ["000000000007 text", "00000000000", "", "0000000000x1", "²²²²²²²²²²²²"]
    assert [number_of(line) for line in lines] == [7, -1, -1, -1, -1]
    assert LedgerFile(str(path)).add(1, 1, map(number_of, lines)) == (1, 4)
    assert read(path) == [(1, 1, 4, [7])]
