"""What a decision takes from an assessment, and what it refuses to."""

from __future__ import annotations

import pytest

from bench.decision.assessed import assessed_parts, assessed_sentences, read_assessed
from bench.document.markdown import markdown

GOOD = {
    "kind": "assessment",
    "form": 1,
    "headline": "Two findings.",
    "effort": {"low_days": 1, "high_days": 4.5},
    "risks": ["Has no counterpart: slice", "<b>", *map(str, range(9))],
}


def test_effort_and_the_first_risks_are_quoted_as_not_weighed():
    first, *risks = assessed_sentences(read_assessed(GOOD))
    assert "1 to 4.5 person-days" in first
    assert "does not weigh it" in first
    assert risks == ["Has no counterpart: slice", "<b>", "0", "1", "2"]
    assert "<b>" not in markdown(assessed_parts(read_assessed(GOOD)))


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "run"},
        {"form": 2},
        {"effort": None},
        {"effort": {}},
        {"effort": {"low_days": "1", "high_days": 2}},
        {"effort": {"low_days": float("nan"), "high_days": 2}},
        {"risks": "many"},
    ],
    ids=str,
)
def test_anything_else_is_refused_in_words_that_name_it(change):
    with pytest.raises(ValueError, match="assessment"):
        read_assessed(GOOD | change)


@pytest.mark.parametrize("data", [None, [], "text", 3])
def test_what_is_no_object_is_refused(data):
    with pytest.raises(ValueError, match="not an assessment"):
        read_assessed(data)
