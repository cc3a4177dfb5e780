"""What a docstring says under which label."""

from __future__ import annotations

from bench.catalog.notes import LABELS, Notes, all_labels, read_notes

DOCSTRING = """Count: how often each word has come.

Time: none.  State: one count a word; it grows
with the number of words.  Output: every word,
``k`` a batch.  Order: none.  Empty batches: written: all of them.  Late data: no such thing.

Restart: nothing is lost.
"""


def test_labels_and_what_stands_before_them():
    notes = read_notes(DOCSTRING)
    assert notes.summary == "Count: how often each word has come."
    assert list(notes.labels) == [*LABELS, "Restart"]
    assert notes.labels["State"] == "one count a word; it grows with the number of words."
    assert notes.labels["Empty batches"] == "written: all of them."
    assert notes.labels["Restart"] == "nothing is lost."


def test_a_docstring_of_labels_alone():
    notes = read_notes("Time: none.  State: none.")
    assert notes == Notes("", {"Time": "none.", "State": "none."})


def test_a_docstring_without_labels():
    assert read_notes("Does this.\n\nAnd that: it is so.") == Notes(
        "Does this. And that: it is so."
    )


def test_no_docstring():
    assert read_notes(None) == Notes()


def test_labels_of_both_sides_in_one_order():
    left, right = read_notes("Late data: x.  Time: y."), read_notes("State: none.  Restart: z.")
    assert all_labels(left, right) == ["Time", "State", "Late data", "Restart"]
