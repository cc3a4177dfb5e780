"""Words: times, phases, trials, results."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.view.plot import braille
from bench.view.words import figure, phase_words, result_words, spell, trial_words

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


def test_phases():
    assert phase_words("prelude", 3.2, None) == "prelude 3 s"
    assert phase_words("measuring", 12, 30) == "measuring 12 s of 30 s"
    assert phase_words("measuring", 31, 30) == "measuring 31 s", "nothing is 31 s of 30 s"


def dots(lines, column):
    """How many dots are set in one of the columns of dots."""
    masks = (0x47, 0xB8)
    return sum(bin(ord(line[column // 2]) & masks[column % 2]).count("1") for line in lines)


@given(
    st.lists(st.floats(-1, 10), max_size=60),
    st.integers(1, 20),
    st.integers(1, 4),
    st.floats(0.1, 10),
)
def test_a_plot_has_a_column_of_dots_a_value(values, width, height, top):
    lines = braille(values, width, height, top)
    assert [len(line) for line in lines] == [width] * height
    shown = values[-2 * width :]
    empty = 2 * width - len(shown)
    for column in range(2 * width):
        value = shown[column - empty] if column >= empty else 0.0
        high = dots(lines, column)
        assert (high > 0) == (value > 0)
        assert abs(high - min(1.0, max(0.0, value) / top) * 4 * height) <= 1
    if shown and max(shown) >= top:
        assert dots(lines, empty + shown.index(max(shown))) == 4 * height


def test_a_plot_fills_from_below():
    assert braille([1, 1], 1, 2, 2) == ["⠀", "⣿"]
    assert braille([2, 1], 1, 2, 2) == ["⡇", "⣿"]


def test_trials_and_results(result_of):
    assert trial_words(SPEC) == "null  trigger 1s, cores 2, rate 1000  round 1"
    assert result_words(result_of(SPEC)) == "ok"
    bad = result_of(SPEC, "failed", ["the JVM ended"])
    assert result_words(bad) == "failed: the JVM ended"
    late = result_of(SPEC, "invalid", ["send lag 30 ms; end other programs"])
    assert result_words(late) == "invalid: send lag 30 ms"
    assert result_words(bad, "backlog grows: as it is") == "backlog grows: as it is"
