"""Durations, rates and counts as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.units import format_duration, parse_count, parse_duration, parse_rate


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("500ms", 0.5), ("1s", 1.0), ("2m", 120.0), ("1h", 3600.0), ("250us", 0.00025), ("0s", 0.0)],
)
def test_durations(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "1", "-1s", "nan", "nans", "infs", "1e999s", "1 s s", "s", "\u0661s"]
)
def test_what_is_no_duration(text):
    with pytest.raises(ValueError, match="duration"):
        parse_duration(text)


@given(st.floats(0, 1e9, allow_nan=False))
def test_formatted_durations_read_back(seconds):
    assert parse_duration(format_duration(seconds)) == seconds


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.5, "500ms"), (1.0, "1s"), (90.0, "90s"), (120.0, "2m"), (0.0015, "1.5ms"), (0.0, "0s")],
)
def test_durations_are_spelled_as_people_do(seconds, text):
    assert format_duration(seconds) == text


@pytest.mark.parametrize(
    ("text", "rate"), [("1000", 1e3), ("10k", 1e4), ("1.5M", 1.5e6), ("0.5", 0.5)]
)
def test_rates(text, rate):
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["0", "-5", "nan", "inf", "1e999", "ten", "", "10kk", "k"])
def test_what_is_no_rate(text):
    with pytest.raises(ValueError, match="rate"):
        parse_rate(text)


@pytest.mark.parametrize(("text", "count"), [("1", 1), ("10k", 10_000), ("0.0011M", 1100)])
def test_counts(text, count):
    assert parse_count(text) == count


@pytest.mark.parametrize("text", ["0", "1.5", "-1", "nan", "inf", "x"])
def test_what_is_no_count(text):
    with pytest.raises(ValueError, match=r"count|whole|small"):
        parse_count(text)


def test_counts_from_a_minimum():
    assert parse_count("0", minimum=0) == 0
    with pytest.raises(ValueError, match="at least 5"):
        parse_count("4", minimum=5)
