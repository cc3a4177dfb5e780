"""CSV that neither a spreadsheet nor a terminal obeys."""

from __future__ import annotations

import csv
import io
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.document.csv_text import csv_text


def cells(frame):
    return list(csv.reader(io.StringIO(csv_text(frame))))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|x", "'+cmd|x"),
        ("-x", "'-x"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'=1"),
        ("-1", "-1"),
        ("-1.5e-3", "-1.5e-3"),
        ("+5", "+5"),
        ("plain", "plain"),
        ("a\x1b[2J", "a [2J"),
        (-1.5, "-1.5"),
        (7, "7"),
    ],
)
def test_what_is_shown_for_a_value(value, shown):
    assert cells(pd.DataFrame({"a": [value, "text"]}))[1] == [shown]


@given(st.text(), st.text(min_size=1))
def test_no_cell_or_heading_begins_a_formula(value, name):
    for row in cells(pd.DataFrame({name: [value, 1]})):
        for cell in row:
            assert not re.match(r"[=@\t\r]|[+-](?!\d)", cell)
            assert not re.search(r"[\x00-\x1f\x7f-\x9f]", cell)
