"""Lines beside each other: none is lost, none is made up, equal ones meet."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bench.catalog.align import CHANGED, LEFT, RIGHT, SAME, align, unified

LINES = st.lists(st.sampled_from(["", "a", "    b = 1", "    b = 2", "def f(x):", "return x"]))


@given(LINES, LINES)
def test_both_texts_can_be_read_from_the_pairs(left, right):
    found = align(left, right)
    assert [pair.left for pair in found if pair.left is not None] == left
    assert [pair.right for pair in found if pair.right is not None] == right
    assert all(pair.mark in (SAME, CHANGED, LEFT, RIGHT) for pair in found)


@given(LINES, LINES)
def test_both_texts_can_be_read_from_the_listing(left, right):
    listing = list(unified(align(left, right)))
    assert [line for mark, line in listing if mark != "+"] == left
    assert [line for mark, line in listing if mark != "-"] == right


@given(LINES)
def test_equal_texts_have_no_mark(lines):
    assert all(pair.mark == SAME for pair in align(lines, lines))


def test_like_lines_stand_beside_each_other():
    left = ["def build(lines):", "    one = lines.map(f)", "    return one.count()"]
    right = ["def build(lines):", "    import that", "    return one.groupBy().count()"]
    marks = [(pair.mark, pair.left, pair.right) for pair in align(left, right)]
    assert (CHANGED, left[2], right[2]) in marks
    assert (LEFT, left[1], None) in marks
    assert (RIGHT, None, right[1]) in marks


def test_removed_lines_stand_before_added_ones():
    left, right = ["a", "x", "b"], ["a", "y", "z", "b"]
    listing = list(unified(align(left, right)))
    assert listing == [(" ", "a"), ("-", "x"), ("+", "y"), ("+", "z"), (" ", "b")]


def test_a_long_change_takes_no_long_time():
    left, right = [f"left {i}" for i in range(400)], [f"right {i}" for i in range(400)]
    assert len(align(left, right)) == 800
