"""Comparing: any loss, repetition, change, and where it is promised any swap, is found."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from bench.contract import BatchRecord
from bench.contract.digest import digest_of
from bench.verify.compare import NOTHING, differences, digest_differences, row_differences

rows = st.lists(st.text("ab\0\ufffd", max_size=3), min_size=1, max_size=25)


def batch(number, first, count):
    return BatchRecord(number, ((0, first, count),), 0.0, 0.0, 0.0, 0.0, {})


@st.composite
def runs(draw):
    """Expected rows, cut into batches of consecutive records, as an honest engine writes them."""
    expected = draw(rows)
    cuts = sorted(draw(st.lists(st.integers(0, len(expected)), max_size=4)))
    ends = [0, *cuts, len(expected)]
    batches, got = [], {}
    for number, (start, end) in enumerate(pairwise(ends)):
        batches.append(batch(number, start, end - start))
        got[number] = expected[start:end]
    return expected, got, batches


def digests(got):
    return {number: digest_of(part) for number, part in got.items()}


def found(expected, got, batches, ordered=True):
    return row_differences(expected, got, batches, ordered=ordered)


@given(runs(), st.randoms())
def test_honest_output_has_no_differences(run, random):
    expected, got, batches = run
    assert found(expected, got, batches) == []
    assert digest_differences(expected, digests(got), batches) == []
    for part in got.values():
        random.shuffle(part)
    random.shuffle(batches)
    assert found(expected, got, batches, ordered=False) == []
    assert digest_differences(expected, digests(got), batches) == []


@given(runs(), st.data(), st.booleans())
def test_a_loss_is_found_at_its_place(run, data, ordered):
    expected, got, batches = run
    place = data.draw(st.integers(0, len(expected) - 1))
    number = next(b.batch_id for b in batches if 0 <= place - b.ranges[0][1] < b.ranges[0][2])
    first = batches[number].ranges[0][1]
    lost = got[number].pop(place - first)
    (difference,) = found(expected, got, batches, ordered)
    assert (difference.expected, difference.got) == (lost, NOTHING)
    assert difference.batch_id == number
    assert expected[difference.position] == lost
    (digest,) = digest_differences(expected, digests(got), batches)
    assert (digest.batch_id, digest.position) == (number, first)


@given(runs(), st.data(), st.booleans())
def test_a_repetition_is_found(run, data, ordered):
    expected, got, batches = run
    number = data.draw(st.sampled_from(sorted(got)))
    again = data.draw(st.sampled_from(expected))
    got[number].insert(data.draw(st.integers(0, len(got[number]))), again)
    (difference,) = found(expected, got, batches, ordered)
    assert (difference.expected, difference.got, difference.batch_id) == (NOTHING, again, number)
    assert difference.position is None
    assert len(digest_differences(expected, digests(got), batches)) == 1


@given(runs(), st.data(), st.booleans())
def test_a_change_is_found(run, data, ordered):
    expected, got, batches = run
    number = data.draw(st.sampled_from([n for n in got if got[n]]))
    place = data.draw(st.integers(0, len(got[number]) - 1))
    was = got[number][place]
    got[number][place] = was + "!"
    (difference,) = found(expected, got, batches, ordered)
    assert (difference.expected, difference.got) == (was, was + "!")
    if ordered:
        assert difference.position == batches[number].ranges[0][1] + place
    assert len(digest_differences(expected, digests(got), batches)) == 1


@given(runs(), st.data())
def test_a_swap_is_found_where_order_is_promised(run, data):
    expected, got, batches = run
    number = data.draw(st.sampled_from(sorted(got)))
    assume(len(got[number]) > 1)
    place = data.draw(st.integers(0, len(got[number]) - 2))
    one, two = got[number][place : place + 2]
    assume(one != two)
    got[number][place : place + 2] = two, one
    assert len(found(expected, got, batches, ordered=True)) == 2
    assert found(expected, got, batches, ordered=False) == []


@given(runs(), st.data())
def test_a_record_in_the_wrong_batch_is_found_though_all_are_there(run, data):
    expected, got, batches = run
    source, target = (data.draw(st.sampled_from(sorted(got))) for _ in range(2))
    assume(source != target)
    assume(got[source])
    got[target].append(got[source].pop())
    assert found(expected, got, batches, ordered=False) != []
    assert digest_differences(expected, digests(got), batches) != []


@given(runs())
def test_a_batch_that_was_never_reported_is_found(run):
    expected, got, batches = run
    got[99] = ["more"]
    assert any(difference.batch_id == 99 for difference in found(expected, got, batches))
    assert digest_differences(expected, digests(got), batches) != []


@given(runs(), st.data())
def test_what_no_batch_covers_is_missing(run, data):
    expected, got, batches = run
    gone = data.draw(st.sampled_from([b for b in batches if b.records]))
    batches.remove(gone)
    del got[gone.batch_id]
    missing = found(expected, got, batches)
    assert len(missing) == gone.records
    assert {difference.got for difference in missing} == {NOTHING}
    assert digest_differences(expected, digests(got), batches) != []


def test_batches_that_overlap_write_records_twice():
    got = {0: ["a", "b"], 1: ["b", "c"]}
    batches = [batch(0, 0, 2), batch(1, 1, 2)]
    (difference,) = found(["a", "b", "c"], got, batches)
    assert (difference.expected, difference.got) == (NOTHING, "b")
    assert len(digest_differences(["a", "b", "c"], digests(got), batches)) == 1


@given(rows, rows)
def test_without_order_two_runs_differ_exactly_when_their_sorted_rows_do(one, two):
    assert (differences(one, two, ordered=False) == []) == (sorted(one) == sorted(two))
    assert (differences(one, two, ordered=True) == []) == (one == two)
