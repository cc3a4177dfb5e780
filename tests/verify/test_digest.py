"""The digest: order does not matter, anything else does."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from bench.contract.digest import MODULUS, Digest, digest_of, from_words, record_hash

texts = st.lists(st.text(max_size=8), max_size=30)
some = st.lists(st.text(max_size=8), min_size=1, max_size=30)


@given(texts, st.randoms())
def test_order_and_partition_do_not_matter(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    cut = random.randint(0, len(rows))
    assert digest_of(shuffled[:cut]) + digest_of(shuffled[cut:]) == digest_of(rows)


@given(some, st.data())
def test_a_loss_shows(rows, data):
    gone = data.draw(st.integers(0, len(rows) - 1))
    assert digest_of(rows[:gone] + rows[gone + 1 :]) != digest_of(rows)


@given(some, st.data(), st.integers(1, 4))
def test_a_repetition_shows_however_often(rows, data, times):
    again = data.draw(st.sampled_from(rows))
    assert digest_of(rows + [again] * times) != digest_of(rows)


@given(some, st.data(), st.text(max_size=8))
def test_a_change_shows_where_number_and_size_hide_it(rows, data, other):
    place = data.draw(st.integers(0, len(rows) - 1))
    assume(rows[place] != other)
    changed = digest_of([*rows[:place], other, *rows[place + 1 :]])
    assert changed.total != digest_of(rows).total


@given(some, some)
def test_one_record_replaced_by_a_copy_of_another_shows(rows, others):
    """An exclusive or would be blind for a record that comes twice more."""
    assume(sorted(rows) != sorted(others))
    assert digest_of(rows) != digest_of(others)


@given(texts)
def test_words_summed_apart_give_the_same(rows):
    whole = digest_of(rows)
    hashes = [record_hash(row.encode()) for row in rows]
    words = [sum(h >> shift & 0xFFFFFFFF for h in hashes) for shift in (96, 64, 32, 0)]
    assert from_words(whole.records, whole.size, words) == whole


def test_the_hash_is_the_one_the_engines_compute():
    # sha256("abc"), FIPS 180-4's example, first 16 bytes.
    assert record_hash(b"abc") == 0xBA7816BF8F01CFEA414140DE5DAE2223
    assert digest_of(["abc", "abc"]) == Digest(2, 6, 2 * record_hash(b"abc") % MODULUS)


def test_a_lone_surrogate_is_a_record_like_any_other():
    assert digest_of(["\ud800"]) != digest_of(["?"])
    assert digest_of(["\ud800"]).size == 3
