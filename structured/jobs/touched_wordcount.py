"""Running word count by ``mapWithState``: each word as it comes, with its count up to then.

Time: none.  State: one count a word, kept for ever; it grows with the number of words.  Output:
the words a batch touched, each once with its new count (update mode).  Order: none.  Empty batches:
nothing is written.  Late data: no such thing.  Choice: an aggregation, which does what most
functions of ``mapWithState`` do; ``transformWithState`` (4.0) is for those that it cannot express.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .running_wordcount import build as count_words

PATHS = ("jvm",)
OUTPUT_MODE = "update"
EVEN_ROWS = True


def build(lines: Any, params: Mapping[str, Any]) -> Any:
    """Rows of ``word``, ``count``."""
    return count_words(lines, params)
