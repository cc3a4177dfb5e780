"""docs/decide.md quotes what the code does."""

from __future__ import annotations

from typing import get_args

from bench.decision.reading import FAR, LEAST
from bench.decision.rule import Answer


def test_numbers_and_words(docs):
    assert f"by a factor of {FAR:g}" in docs
    assert LEAST == 3
    assert "From three rounds on" in docs
    for answer in get_args(Answer):
        assert answer in docs
