"""The rule: a table of cases, and what holds for every one."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.decision.rule import Stand, choose

MEETS, MISSES, OPEN = Stand("meets"), Stand("misses"), Stand("unknown")
GUESS, BAD_GUESS = Stand("meets", firm=False), Stand("misses", firm=False)

CASES = [
    # in use, variants, other engines, answer, ground
    (MEETS, [], [], "stay", "in use meets"),
    (MEETS, [], [MEETS], "stay", "in use meets"),
    (MEETS, [OPEN], [MEETS, OPEN], "stay", "in use meets"),
    (GUESS, [], [MEETS], "stay", "in use meets"),
    (OPEN, [], [], "measure more", "in use unknown"),
    (OPEN, [MEETS], [MEETS], "measure more", "in use unknown"),
    (MISSES, [MEETS], [MEETS], "tune first", "variant meets"),
    (MISSES, [GUESS], [], "tune first", "variant meets"),
    (MISSES, [MISSES, MEETS], [], "tune first", "variant meets"),
    (MISSES, [OPEN], [MEETS], "measure more", "variant unknown"),
    (MISSES, [], [MEETS], "migrate", "other meets"),
    (MISSES, [MISSES], [MISSES, MEETS], "migrate", "other meets"),
    (MISSES, [], [OPEN, MEETS], "migrate", "other meets"),
    (MISSES, [], [GUESS], "measure more", "other meets by estimate"),
    (BAD_GUESS, [], [MEETS], "measure more", "other meets by estimate"),
    (MISSES, [], [OPEN], "measure more", "other unknown"),
    (MISSES, [], [MISSES], "tune first", "nothing meets"),
    (MISSES, [], [], "tune first", "nothing meets"),
]


@pytest.mark.parametrize(("in_use", "variants", "others", "answer", "ground"), CASES)
def test_the_table(in_use, variants, others, answer, ground):
    choice = choose(in_use, variants, others)
    assert (choice.answer, choice.ground) == (answer, ground)


def test_the_documented_table_is_the_rule(table_of_docs):
    """docs/decide.md has a row for each line of the rule, in words that can be played through."""
    words = {"meets": [MEETS], "misses": [MISSES], "unknown": [OPEN], "any": [MEETS, MISSES, OPEN]}
    assert {row[-1] for row in table_of_docs} == {"stay", "migrate", "tune first", "measure more"}
    seen = 0
    for in_use, variants, others, answer in table_of_docs:
        # What a word leaves open is whatever the rows above it have not taken.
        for one, two, three in product(words[in_use], words[variants], words[others]):
            assert choose(one, [two], [three]).answer == answer
            seen += 1
    assert seen == 27, "every combination is in one row, and in one only"


stands = st.builds(Stand, st.sampled_from(["meets", "misses", "unknown"]), st.booleans())
some = st.lists(stands, max_size=4)


@given(stands, some, some, st.randoms())
def test_the_order_of_arms_does_not_matter(in_use, variants, others, random):
    found = choose(in_use, variants, others)
    random.shuffle(variants)
    random.shuffle(others)
    assert choose(in_use, variants, others) == found


@given(stands, some, some)
def test_nothing_is_advised_without_its_ground(in_use, variants, others):
    answer = choose(in_use, variants, others).answer
    assert (answer == "stay") == (in_use.word == "meets")
    if answer == "migrate":
        assert in_use == MISSES
        assert MEETS in others
        assert all(stand.word == "misses" for stand in variants)
    if answer == "tune first":
        assert in_use.word == "misses"
    if "unknown" not in {stand.word for stand in (in_use, *variants, *others)} and all(
        stand.firm for stand in (in_use, *others)
    ):
        assert answer != "measure more"


@given(stands, some, some)
def test_learning_what_is_unknown_can_only_end_the_measuring(in_use, variants, others):
    """Where nothing is open, more of the same words does not change the answer."""
    found = choose(in_use, variants, others)
    assert choose(in_use, variants * 2, others * 2) == found
