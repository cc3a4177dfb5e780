"""Files of users, good and bad."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs" / "own-jobs.md"

PAIR = '''"""Long lines."""


def build_dstream(lines, params):
    return lines


def build_structured(lines, params):
    return lines
'''


@pytest.fixture
def write(tmp_path):
    """Write a job file into a folder of the test's own; its path."""

    def write_file(text: str = PAIR, name: str = "mine.py") -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return write_file


@pytest.fixture(scope="session")
def example() -> str:
    """The example of the documentation."""
    return example_in("python")


def example_in(language: str) -> str:
    """The example of the documentation in a language."""
    pattern = rf"^```{language}\n(.*?)^```"
    (text,) = re.findall(pattern, DOCS.read_text(), re.DOTALL | re.MULTILINE)
    return str(text)
