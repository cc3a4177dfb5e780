"""Data frames as CSV that a terminal and a spreadsheet take for text.

Spreadsheets run what begins with ``=``, ``+``, ``-`` or ``@`` as a formula, and terminals obey
control characters.  So a string that begins so gets an apostrophe before it, which spreadsheets
take for "this is text", and control characters become spaces.  Numbers stay as they are, those in
strings as well.  JSON and Parquet hold every string exactly.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bench.document.text import plain

if TYPE_CHECKING:
    import pandas as pd

_FORMULA = re.compile(r"[=+\-@]")
_NUMBER = re.compile(r"[-+]?\d[\d.]*(?:[eE][-+]?\d+)?")


def csv_text(frame: pd.DataFrame, float_format: str | None = None) -> str:
    """The frame with a header line; every line ends with a newline alone."""
    strings = [name for name in frame.columns if frame[name].dtype == object]
    shown = frame.assign(**{name: frame[name].map(_literal) for name in strings})
    text: str = shown.rename(columns=_literal).to_csv(
        index=False, lineterminator="\n", float_format=float_format
    )
    return text


def _literal(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = plain(value)
    starts = _FORMULA.match(text) is not None and _NUMBER.fullmatch(text) is None
    return f"'{text}" if starts else text
