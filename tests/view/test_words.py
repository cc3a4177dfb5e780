"""Words: times, sparklines, results."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.view.words import figure, result_words, sparkline, spell, trial_words

SPEC = build_plan(["null"], around=Surroundings(2)).round_trials(1)[0]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (228, "3 min 48 s"), (7500, "2 h 5 min")],
)
def test_lengths_of_time(seconds, words):
    assert spell(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.0123, "12.3 ms"), (0.412, "412 ms"), (0.9996, "1 s"), (1.042, "1.04 s"), (5000, "5000 s")],
)
def test_measured_times(seconds, words):
    assert figure(seconds) == words


@given(st.lists(st.floats(-1, 1e6), max_size=100), st.integers(1, 50))
def test_a_sparkline_has_one_bar_a_value_and_is_highest_at_the_maximum(values, width):
    line = sparkline(values, width)
    shown = values[-width:]
    assert len(line) == len(shown)
    if shown and max(shown) > 0:
        assert line[shown.index(max(shown))] == "█"


def test_trials_and_results(result_of):
    assert trial_words(SPEC) == "null  trigger 1s, cores 2, rate 1000  round 1"
    assert result_words(result_of(SPEC)) == "ok"
    bad = result_of(SPEC, "failed", ["the JVM ended"])
    assert result_words(bad) == "failed: the JVM ended"
