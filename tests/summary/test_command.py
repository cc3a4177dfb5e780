"""The command of a run, given once more."""

from __future__ import annotations

import shlex

from hypothesis import given
from hypothesis import strategies as st

from bench.summary.command import again, without

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


def test_a_run_is_made_again_into_another_directory():
    assert again("sparkbench compare --out runs/a --rate 5") == "sparkbench compare --rate 5"
    assert again("sparkbench compare --rate 5 --out='my runs/a'") == "sparkbench compare --rate 5"
    assert again("sparkbench compare --out") == "sparkbench compare"


def test_flags_take_no_value_with_them():
    line = without("sparkbench compare --quick --rate 5", "--rounds", flags=("--quick",))
    assert line == "sparkbench compare --rate 5"


def test_what_is_no_line_of_words_stays():
    assert again("sparkbench compare 'half --out x") == "sparkbench compare 'half --out x"


@given(st.lists(WORDS.filter(lambda word: not word.startswith("--out")), max_size=8))
def test_all_other_words_come_through(words):
    assert shlex.split(again(shlex.join(words))) == words
