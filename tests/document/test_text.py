"""Figures and strings as people read them."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.document import text

#: On a busy machine time says nothing about these.
relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0.00 ms"),
        (0.00852, "8.52 ms"),
        (0.0124, "12.4 ms"),
        (0.1239, "124 ms"),
        (0.9996, "1.00 s"),
        (1.239, "1.24 s"),
        (62.0, "62.0 s"),
        (754.4, "754 s"),
        (-0.0004, "-0.40 ms"),
        (None, "-"),
    ],
)
def test_seconds(value, shown):
    assert text.seconds(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.4, "0 s"),
        (12.4, "12 s"),
        (119.4, "119 s"),
        (120.0, "2 min"),
        (7199.0, "120 min"),
        (7200.0, "2 h"),
    ],
)
def test_ages(value, shown):
    assert text.age(value) == shown


@relaxed
@given(st.floats(1e-6, 1e4))
def test_printed_seconds_are_right_to_half_a_percent_or_the_last_digit(value):
    number, unit = text.seconds(value).split()
    read = float(number) / (1000 if unit == "ms" else 1)
    assert read == pytest.approx(value, rel=0.0051, abs=0.0000051)


@pytest.mark.parametrize(
    ("axis", "value", "shown"),
    [
        ("trigger_s", 0.5, "500 ms"),
        ("trigger_s", 90, "90 s"),
        ("rate_per_s", 10000.0, "10,000/s"),
        ("cores", 2, "2"),
        ("cores", 2.0, "2"),
        ("conf.x", "a\x1b[31mb", "a [31mb"),
    ],
)
def test_axis_values(axis, value, shown):
    assert text.axis_value(axis, value) == shown


def test_a_cell_in_words():
    cell: dict[str, str | int | float] = {"rate_per_s": 1000.0, "cores": 1, "conf.a.b": "x"}
    cell["trigger_s"] = 0.5
    assert text.cell_text(cell) == "trigger 500 ms, 1 core, 1,000 records/s, a.b x"
    assert text.cell_text(cell, ["cores"]) == "1 core"
    assert text.cell_text({}) == "the only cell"


def test_ratios():
    assert text.ratio(0.6249) == "0.62x"
    assert text.ratio(1.5, estimate=True) == "~1.50x"
    assert text.ratio(1234.5) == "1,234x"
    # Never 0, which would say that it takes no time.
    assert text.ratio(0.0039) == "0.004x"
    assert text.bounds(0.0031, 0.0052) == "0.003-0.006"
    assert text.bounds(0.005, 191.7) == "0-192"
    assert text.ratio(None) == "-"


@relaxed
@given(st.text())
def test_plain_text_is_one_line_without_control_characters(words):
    shown = text.plain(words)
    assert len(shown.splitlines()) <= 1
    assert "\x1b" not in shown
    assert "\u202e" not in shown


@relaxed
@given(st.text(alphabet="<>&|`*_[]()#\\\n\r\x1b$~ab1. -+="))
def test_markdown_of_a_users_string_starts_nothing(words):
    shown = text.markdown(words)
    assert "<" not in shown
    assert ">" not in shown
    assert "\n" not in shown
    # No special character is left without its backslash.
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]|~$]", shown)
    assert not re.match(r"[#+=-]", shown)
    assert html.unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", shown)) == text.plain(words)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("use `a_b` or *c*", r"use `a_b` or \*c\*"),
        ("a ` alone_", r"a \` alone\_"),
        ("`a|b`", r"\`a\|b\`"),
    ],
)
def test_what_stands_between_backticks_stays_code(words, shown):
    assert text.code_spans(words) == shown


@relaxed
@given(st.text(alphabet="`a \n"))
def test_a_code_block_cannot_be_left(words):
    first, *body, last = text.code_block(words).split("\n")
    assert first == last
    assert set(first) == {"`"}
    assert all(first not in line for line in body)
