"""A rising heap is told from a level one, and from one that nobody could see."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bench.measure.heap import FEWEST_COLLECTIONS, heap_trend

MIB = 1 << 20


def test_a_rise_with_every_collection_is_a_trend():
    assert heap_trend([(100 + 5 * i) * MIB for i in range(20)]) is True


def test_a_fall_and_a_level_are_none():
    assert heap_trend([(200 - 5 * i) * MIB for i in range(20)]) is False
    assert heap_trend([(100 + i % 2) * MIB for i in range(20)]) is False


@given(st.lists(st.integers(1, 5), max_size=40))
def test_collections_count_not_samples(sizes):
    assert heap_trend([size * 50 * MIB for size in sorted(sizes)]) is None


@given(st.integers(FEWEST_COLLECTIONS, 60), st.integers(1, 4))
def test_repeated_samples_of_a_collection_change_nothing(collections, repeats):
    once = [(100 + 7 * i) * MIB for i in range(collections)]
    often = [sample for sample in once for _ in range(repeats)]
    assert heap_trend(often) == heap_trend(once) is True


def test_a_jvm_that_does_not_tell_is_not_judged():
    assert heap_trend([None] * 30) is None
