"""Requests of a checkpoint, by the batches that made them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bench.child.requests import KINDS
from bench.measure.requests import BIN_S, asked_between, asked_of_batches
from bench.results.schema import REQUESTS


def one(at, kind="creates", count=1):
    return at, [count if name == kind else 0 for name in REQUESTS]


def test_child_and_reader_count_the_same_kinds_in_the_same_order():
    assert KINDS == REQUESTS


@given(
    period=st.floats(0.2, 5),
    batches=st.integers(3, 30),
    per_batch=st.integers(0, 5),
    delay=st.floats(0.02, 0.18),
    phase=st.floats(0, 1),
)
def test_every_batch_s_own_are_counted_wherever_the_window_begins(
    period, batches, per_batch, delay, phase
):
    """A window that cuts batches in two gives as many a batch as each of them made."""
    starts = [1000 + n * period for n in range(batches + 4)]
    bins = [one(at + delay, count=per_batch) for at in starts]
    bins += [one(at + 0.001, "renames") for at in starts]
    begin = 1000 + (1 + phase) * period
    found = asked_of_batches(bins, starts, begin, begin + batches * period)
    assert found is not None
    assert found.creates == per_batch * found.batches
    assert found.renames == found.batches
    assert found.lists == 0
    assert abs(found.batches - batches) <= 1
    assert (
        found.length_s == starts[1] - starts[0]
        or abs(found.length_s - found.batches * period) < 1e-6
    )


def test_the_last_batch_has_what_it_asked_for_when_none_comes_after_it():
    found = asked_of_batches([one(10.5), one(12.9)], [10.0, 11.0, 12.0], 9.5, 12.5)
    assert found is not None
    assert (found.batches, found.creates, found.length_s) == (3, 2, 2.5)


def test_without_a_batch_in_the_window_nothing_is_said():
    assert asked_of_batches([one(5.0)], [1.0], 2.0, 9.0) is None


def test_idle_requests_belong_to_nobody():
    bins = [one(1.0), one(4.0, "deletes"), one(9.0)]
    found = asked_between(bins, [4.0], 2.0, 8.0)
    assert (found.batches, found.deletes, found.creates, found.length_s) == (1, 1, 0, 6.0)
    # What is added up over 10 ms may have come at their end.
    assert asked_between([one(2.0 - BIN_S / 2)], [], 2.0, 8.0).creates == 1


def test_what_stores_charge():
    found = asked_between([one(1.0, kind) for kind in REQUESTS], [], 0.0, 2.0)
    assert found.charged == 3
