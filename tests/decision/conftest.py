"""What the tests of decisions share."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs" / "decide.md"


@pytest.fixture
def docs():
    """docs/decide.md."""
    return DOCS.read_text()


@pytest.fixture
def table_of_docs(docs):
    """The rule as the table in docs/decide.md has it: in use, variants, others, answer."""
    (part,) = re.findall(r"<!-- rule:begin -->\n(.*?)<!-- rule:end -->", docs, re.DOTALL)
    rows = [
        [cell.strip(" *`") for cell in line.strip("|").split("|")]
        for line in part.strip().splitlines()
    ]
    return rows[2:]
