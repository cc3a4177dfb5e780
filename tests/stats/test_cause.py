"""What a difference comes from: the rule over three verdicts, and its words."""

import math

from hypothesis import given
from hypothesis import strategies as st

from bench.stats.cause import Parts
from bench.stats.verdict import Verdict, Word

WORDS: dict[int, Word] = {-1: "faster", 0: "within noise", 1: "slower"}
RATIOS = {-1: 0.7, 0: 1.0, 1: 1.4}


def verdict(side: int | None, ratio: float | None = None) -> Verdict:
    """Below, within the noise, above, or (``None``) not decided."""
    ratio = RATIOS.get(side or 0, 1.0) if ratio is None else ratio
    word: Word = "inconclusive" if side is None else WORDS[side]
    spread = 1.3 if side is None else 1.02
    low, high = ratio / spread, ratio * spread
    return Verdict(word, "e2e_p99", "lower", 0.95, 1.05, 3, ratio, low, high, by_launch=True)


def parts(whole: int | None, python: int | None, api: int | None) -> Parts:
    return Parts(verdict(whole), verdict(python), verdict(api))


def test_one_part_on_the_side_of_the_whole_is_the_cause():
    assert parts(-1, -1, 0).cause == "Python"
    assert parts(-1, 0, -1).cause == "the API"
    assert parts(-1, -1, -1).cause == "both"
    assert parts(1, 0, 1).cause == "the API"


def test_a_part_on_the_other_side_is_no_cause_and_turns_the_verdict():
    found = parts(-1, -1, 1)
    assert found.cause == "Python"
    assert found.turns
    assert found.changes
    assert not parts(-1, 1, -1).turns


def test_without_a_difference():
    assert parts(0, 0, 0).cause == "neither"
    assert parts(0, -1, 1).cause == "cancelled"
    assert parts(0, -1, 0).cause == "unknown"


def test_two_parts_within_the_noise_explain_nothing():
    assert parts(-1, 0, 0).cause == "unknown"


def test_the_sentence_gives_both_parts_with_their_intervals():
    said = parts(-1, -1, 0).sentence("dstream", "dstream:path=jvm", "structured")
    assert said == (
        "The difference here comes from Python, not from the API: p99 of dstream:path=jvm is 0.70 "
        "(0.68 to 0.72) of dstream's, and that of structured 1.00 (0.98 to 1.02, within noise) of "
        "dstream:path=jvm's."
    )
    turned = parts(-1, -1, 1).sentence("dstream", "dstream:path=jvm", "structured", "at 2 cores")
    assert "structured against dstream:path=jvm is the other way round" in turned
    assert "at 2 cores comes from Python" in turned


def test_what_is_not_told_is_said_where_there_is_a_difference_only():
    assert parts(None, -1, 0).sentence("a", "b", "c") == ""
    assert "the API or Python is not told" in parts(-1, None, 0).sentence("a", "b", "c")


def test_a_cause_is_told_though_the_other_part_has_not_decided():
    found = parts(-1, -1, None)
    assert found.cause == "Python at least"
    said = found.sentence("a", "b", "c")
    assert said.startswith("Python makes a difference here; whether the API does too is not told: ")
    assert parts(1, None, 1).cause == "the API at least"
    # On the other side it explains nothing.
    assert parts(-1, 1, None).cause == parts(0, -1, None).cause == "unknown"


SIDE = st.sampled_from([-1, 0, 1])


@given(SIDE, SIDE, SIDE)
def test_either_way_round_it_is_the_same_cause(whole, python, api):
    assert parts(whole, python, api).cause == parts(-whole, -python, -api).cause


@given(SIDE, SIDE, SIDE, st.integers(0, 2))
def test_of_what_has_not_decided_nothing_is_claimed(whole, python, api, which):
    sides: list[int | None] = [whole, python, api]
    sides[which] = None
    cause = parts(*sides).cause
    assert cause == "unknown" or (sides[0] in sides[1:] and cause.endswith("at least"))


@given(
    st.floats(0.3, 3).filter(lambda ratio: abs(math.log(ratio)) > 0.06),
    st.floats(0.3, 3).filter(lambda ratio: abs(math.log(ratio)) > 0.06),
)
def test_a_cause_is_on_the_side_of_the_whole(python, api):
    """Ratios that multiply, all firm: what is named shares the sign of the product."""
    whole = python * api

    def judged(ratio: float) -> Verdict:
        near = abs(math.log(ratio)) <= math.log(1.02)
        return verdict(0 if near else (1 if ratio > 1 else -1), ratio)

    found = Parts(judged(whole), judged(python), judged(api)).cause
    sign = math.log(whole)
    if found == "Python":
        assert math.log(python) * sign > 0 > math.log(api) * sign
    elif found == "the API":
        assert math.log(api) * sign > 0 > math.log(python) * sign
    elif found == "both":
        assert math.log(python) * sign > 0
        assert math.log(api) * sign > 0
