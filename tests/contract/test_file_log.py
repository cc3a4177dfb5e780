"""Structured Streaming's log of files, as Spark writes it, read back as ranges of records."""

from __future__ import annotations

import json

import pytest

from bench.contract.files import file_name
from structured.file_log import FileLog


@pytest.fixture
def checkpoint(tmp_path):
    """Twelve entries of one file each for each of two sources; the tenth holds all before it."""
    for source in range(2):
        folder = tmp_path / "sources" / str(source)
        folder.mkdir(parents=True)
        lines = [
            json.dumps(
                {
                    "path": f"file:///in%5B1%5D/{source}/{file_name(source, 10 * entry, 10)}",
                    "timestamp": 1,
                    "batchId": entry,
                }
            )
            for entry in range(12)
        ]
        for entry, line in enumerate(lines):
            if entry == 9:
                (folder / "9.compact").write_text("\n".join(["v1", *lines[:10]]) + "\n")
            else:
                (folder / str(entry)).write_text(f"v1\n{line}\n")
    return str(tmp_path)


def progress(*spans):
    return [
        {
            "startOffset": None if start is None else {"logOffset": start},
            "endOffset": None if end is None else {"logOffset": end},
        }
        for start, end in spans
    ]


@pytest.mark.parametrize(
    ("spans", "ranges"),
    [
        ([(None, 0), (None, None)], ((0, 0, 10),)),
        ([(0, 0), (-1, 1)], ((1, 0, 20),)),
        ([(7, 10), (8, 9)], ((0, 80, 30), (1, 90, 10))),
        ([(None, None), (None, None)], ()),
    ],
)
def test_offsets_are_entries_and_entries_name_files(checkpoint, spans, ranges):
    assert FileLog(checkpoint).ranges(progress(*spans)) == ranges


def test_older_versions_give_offsets_as_text(checkpoint):
    (source,) = progress((1, 2))
    spelled = {key: json.dumps(value) for key, value in source.items()}
    assert FileLog(checkpoint).ranges([spelled]) == ((0, 20, 10),)


def test_without_a_checkpoint_nothing_is_known():
    assert FileLog(None).ranges(progress((None, 3))) == ()
