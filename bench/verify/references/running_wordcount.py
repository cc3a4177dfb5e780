"""Running word count: the last count of each word is the number of times it came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bench.plan.spec import Arm
from bench.verify.references.rows import Batches, Row, last_rows


def expected(inputs: Sequence[Sequence[str]], params: Mapping[str, Any]) -> list[Row]:
    """Rows of ``word``, ``count``."""
    words = (word for line in inputs[0] for word in line.split(" ") if word)
    return list(Counter(words).items())


def normalise(arm: Arm, batches: Batches) -> list[Row]:
    """The last row of each word: a DStream writes all words each time, the other what changed."""
    return last_rows(batches, 1)
