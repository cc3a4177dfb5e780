"""A row as text: what a job gave, as sinks that know only text write and measure it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .digest import ENCODING, ERRORS

SEPARATOR = ","


def text_of(row: Any) -> str:
    """A row that is text as it is; one of columns joined by commas, as ``concat_ws`` does.

    A column that is ``None`` is left out, true and false are written in lower case.
    """
    if isinstance(row, str):
        return row
    if isinstance(row, (tuple, list)):
        return SEPARATOR.join(_column(value) for value in row if value is not None)
    return _column(row)


def size_of(texts: Iterable[str]) -> int:
    """Summed length as UTF-8, in bytes."""
    return sum(
        len(text) if text.isascii() else len(text.encode(ENCODING, ERRORS)) for text in texts
    )


def _column(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
