"""What the words sound like."""

import pytest

from bench.stats.metrics import METRICS
from bench.stats.sentence import change_sentence, sentence
from bench.stats.verdict import Verdict, Word


def verdict(word: Word, key: str = "e2e_p99", **rest) -> Verdict:
    metric = METRICS[key]
    given = {"level": 0.95, "threshold": 1.05, "n": 5, **rest}
    return Verdict(word, metric.key, metric.better, **given)


def say(found: Verdict) -> str:
    return sentence(found, "DStream", "Structured Streaming")


def test_a_difference():
    assert say(verdict("slower", ratio=1.8, low=1.6, high=2.0)) == (
        "Structured Streaming is 1.8 times as late at p99 here, between 1.6 and 2.0, "
        "and this is not noise."
    )


def test_a_ratio_below_one_is_turned_round():
    assert say(verdict("faster", ratio=0.5, low=0.4, high=0.625)) == (
        "DStream is 2.0 times as late at p99 here, between 1.6 and 2.5, and this is not noise."
    )


def test_inconclusive_with_a_way_out():
    found = verdict("inconclusive", ratio=1.1, low=0.96, high=1.26, rounds_needed=9)
    assert say(found) == (
        "Cannot tell yet: by estimate Structured Streaming is 1.10 times as late at p99 here, "
        "between 0.96 and 1.26; about 4 more rounds would do."
    )


def test_inconclusive_without():
    found = verdict("inconclusive", ratio=1.05, low=0.9, high=1.2, reasons=("too close",))
    assert say(found).startswith("Cannot tell: by estimate")
    assert say(found).endswith("(too close).")


def test_within_noise():
    assert say(verdict("within noise", ratio=1.0, low=0.98, high=1.03)) == (
        "Structured Streaming and DStream are equally late at p99 here: "
        "the ratio is between 0.98 and 1.03, within the noise of 1.05."
    )


def test_not_enough_rounds_counts_them():
    found = verdict("not enough rounds", n=3, ratio=1.8, rounds_needed=4, reasons=("3 count",))
    assert say(found) == (
        "Cannot tell yet: 3 count; 1 more round would do. "
        "As a mere estimate, Structured Streaming is 1.8 times as late at p99 here."
    )


def test_unranked_gives_its_reason():
    found = verdict("unranked", reasons=("dstream was saturated in 5 of 5 rounds",))
    assert say(found) == (
        "No verdict on end-to-end latency, p99 here: dstream was saturated in 5 of 5 rounds."
    )


@pytest.mark.parametrize("key", METRICS)
@pytest.mark.parametrize("word", ["faster", "slower", "within noise", "inconclusive"])
def test_every_metric_has_words_for_every_case(key, word):
    text = say(verdict(word, key, ratio=2.0, low=1.5, high=3.0, rounds_needed=7))
    assert text.endswith(".")
    assert "{" not in text
    assert "Structured Streaming" in text


def test_names_keep_their_case_and_the_default_ones_begin_a_sentence():
    found = verdict("slower", ratio=1.8, low=1.6, high=2.0)
    assert sentence(found, "dstream", "structured").startswith("structured is 1.8")
    assert sentence(found).startswith("The contender is 1.8")


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (1.61, 1.99, "between 1.6 and 2.0"),
        (1.66, 1.92, "between 1.6 and 2.0"),  # outwards, never inwards
        (2.3, 4.1, "between 2.3 and 4.1"),  # 2.3 * 10 is a little less than 23
        (1.004, 1.2, "between 1.004 and 1.200"),  # stays above 1
        (1.0503, 1.2, "between 1.0503 and 1.2000"),  # stays above the threshold
    ],
)
def test_bounds_are_rounded_outwards_and_cross_nothing(low, high, shown):
    assert shown in say(verdict("slower", ratio=(low + high) / 2, low=low, high=high))


def test_two_runs():
    found = verdict("regression", ratio=1.3, low=1.2, high=1.41)
    assert change_sentence(found, "structured") == (
        "structured now is 1.3 times as late at p99 in this cell, between 1.2 and 1.5, "
        "and this is not noise."
    )
