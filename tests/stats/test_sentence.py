"""What the words sound like."""

from dataclasses import replace

import pytest

from bench.stats.metrics import METRICS
from bench.stats.sentence import break_even, look, sentence
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


@pytest.mark.parametrize("ratio", [1.003, 0.998])
def test_an_estimate_of_one_names_nobody_as_later(ratio):
    found = verdict("not enough rounds", n=1, ratio=ratio, rounds_needed=2, reasons=("1 count",))
    assert "estimate, Structured Streaming and DStream are equally late at p99 here" in say(found)


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
    said = sentence(found, "structured before", "structured now", "in this cell")
    assert said == (
        "structured now is 1.3 times as late at p99 in this cell, between 1.2 and 1.5, "
        "and this is not noise."
    )


def launched(word: Word, key: str = "e2e_p99", **rest) -> Verdict:
    return verdict(word, key, **{"by_launch": True, "looks": 3, "n": 2, **rest})


def test_who_is_sooner_by_how_much_and_on_what_it_rests():
    assert say(launched("faster", ratio=0.73, low=0.681, high=0.789)) == (
        "Structured Streaming is sooner here: its p99 is 0.73 of DStream's, "
        "between 0.68 and 0.79 (95% over up to 3 looks; 2 rounds, 4 JVMs)."
    )


def test_the_sooner_one_is_the_subject_whichever_it_is():
    found = launched("slower", ratio=1.6, low=1.25, high=2.0, looks=0, n=5)
    assert say(found) == (
        "DStream is sooner here: its p99 is 0.62 of Structured Streaming's, "
        "between 0.50 and 0.80 (95%; 5 rounds, 10 JVMs)."
    )
    assert sentence(found).startswith("The baseline is sooner here: its p99 is 0.62 of the cont")


def test_within_noise_by_launches_says_on_what_it_rests():
    assert say(launched("within noise", ratio=1.0, low=0.98, high=1.03, n=3)) == (
        "Structured Streaming and DStream are equally late at p99 here: the ratio is between 0.98 "
        "and 1.03, within the noise of 1.05 (95% over up to 3 looks; 3 rounds, 6 JVMs)."
    )


@pytest.mark.parametrize(
    ("key", "start"),
    [
        ("e2e_p50", "Structured Streaming is sooner here: its p50 is 0.50 of"),
        ("net_p99", "Structured Streaming is sooner here: its p99 net of the wait for the trigger"),
        ("batch_p50", "DStream takes 2.0 times as long for the median batch here"),
        ("throughput", "DStream"),
        ("cpu_per_million", "DStream"),
    ],
)
def test_only_latency_is_sooner(key, start):
    text = say(launched("faster", key, ratio=0.5, low=0.4, high=0.625))
    assert text.startswith(start)
    assert text.endswith(" (95% over up to 3 looks; 2 rounds, 4 JVMs).")
    assert ("is sooner" in text) == ("sooner" in start)
    assert ("not noise" in text) == ("sooner" not in start)


def test_what_is_not_firm_is_said_as_before():
    found = launched("inconclusive", ratio=1.1, low=0.96, high=1.26, rounds_needed=9)
    assert say(found) == say(replace(found, by_launch=False, looks=0))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (
            launched("faster", ratio=0.73, low=0.681, high=0.789),
            "round 2: p99 of structured is 0.73 of dstream's, 0.68 to 0.79: faster, and firm",
        ),
        (
            launched("slower", ratio=1.8, low=1.61, high=1.99, n=3),
            "round 3: p99 of structured is 1.8 of dstream's, 1.6 to 2.0: slower, and firm",
        ),
        (
            launched("within noise", ratio=1.0, low=0.98, high=1.03, n=3),
            "round 3: p99 of structured is 1.00 of dstream's, 0.98 to 1.03: within noise, and firm",
        ),
        (
            launched("inconclusive", ratio=1.1, low=0.96, high=1.26, rounds_needed=3),
            "round 2: p99 of structured is 1.10 of dstream's, 0.96 to 1.26: not firm, "
            "about 1 more round to tell",
        ),
        (
            launched("inconclusive", ratio=1.05, low=0.9, high=1.2),
            "round 2: p99 of structured is 1.05 of dstream's, 0.90 to 1.20: not firm, "
            "too close to the noise threshold to be told in few rounds",
        ),
        (
            launched("not enough rounds", n=1, ratio=0.734),
            "round 1: p99 of structured is about 0.73 of dstream's; an interval needs 2 rounds",
        ),
        (
            launched("unranked", n=1, reasons=("structured was saturated in 1 of 1 rounds",)),
            "round 1: no verdict on p99 of structured: structured was saturated in 1 of 1 rounds",
        ),
        (
            launched("inconclusive", ratio=0.004, low=1e-70, high=1e66, rounds_needed=3),
            "round 2: p99 of structured is 0.004 of dstream's, which the rounds there are do not "
            "bound: not firm, about 1 more round to tell",
        ),
        (
            launched("faster", ratio=0.004, low=6e-5, high=0.28),
            "round 2: p99 of structured is 0.004 of dstream's, 0.28 at most: faster, and firm",
        ),
        (
            launched("slower", ratio=250.0, low=3.6, high=17e3),
            "round 2: p99 of structured is 250.0 of dstream's, 3.6 at least: slower, and firm",
        ),
        (
            launched("faster", "throughput", ratio=2.0, low=1.75, high=2.3),
            "round 2: records visible per second of structured is 2.0 of dstream's, 1.7 to 2.3: "
            "faster, and firm",
        ),
    ],
)
def test_what_a_look_says(found, words):
    assert look(found, "dstream", "structured") == words


@pytest.mark.parametrize(
    ("numbers", "value", "part", "share"),
    [
        # 1.5 s down to 1.05 / 1.25 of it takes 0.24 s, a fifth of 1.2 s after the tick.
        ({"low": 1 / 1.4, "high": 0.8}, 1.5, 1.2, 0.2),
        ({"low": 1.25, "high": 1.4}, 1.5, 1.2, 0.2),
        ({"low": 1.25, "high": 1.4}, 1.5, 0.12, 2.0),
        ({"low": 2.1, "high": 2.5}, 1.0, 0.5, 1.0),
    ],
)
def test_by_what_share_the_later_arm_would_have_to_speed_up(numbers, value, part, share):
    found = launched("slower" if numbers["low"] > 1 else "faster", ratio=1.0, **numbers)
    assert break_even(found, value, part) == pytest.approx(share)
    # Sped up by that share, the bound that is nearest to 1 lies at the threshold.
    nearest = max(numbers["low"], 1 / numbers["high"])
    assert nearest * (value - share * part) / value == pytest.approx(found.threshold)


@pytest.mark.parametrize(
    "found",
    [
        launched("within noise", ratio=1.0, low=0.98, high=1.03),
        launched("inconclusive", ratio=1.2, low=1.1, high=1.3),
        launched("unranked"),
        launched("not enough rounds", ratio=1.8),
    ],
)
def test_without_a_claim_there_is_none_to_fall(found):
    assert break_even(found, 1.5, 1.2) is None


@pytest.mark.parametrize("part", [0.0, -0.1])
def test_without_time_after_the_tick_there_is_nothing_to_lose(part):
    assert break_even(launched("slower", ratio=1.8, low=1.6, high=2.0), 1.5, part) is None


def test_an_interval_that_bounds_nothing_is_not_given_with_its_ends():
    found = verdict("inconclusive", n=2, ratio=2.0, low=0.004, high=310.96, rounds_needed=9)
    said = say(found)
    assert "the 2 rounds there are do not bound it; about 7 more rounds would do." in said
    assert "310" not in said
