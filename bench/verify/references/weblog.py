"""Web server log: how often each status was answered in each minute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bench.plan.spec import Arm
from bench.verify.references.records import answers
from bench.verify.references.rows import Batches, Row, last_rows


def expected(inputs: Sequence[Sequence[str]], params: Mapping[str, Any]) -> list[Row]:
    """Rows of ``minute_ms``, ``status``, ``count``, ``alert``."""
    counts = Counter((a.at_ms // 60_000 * 60_000, a.status) for a in answers(inputs[0]))
    return [
        (minute, status, count, _alert(status, count, params["alert_errors"]))
        for (minute, status), count in counts.items()
    ]


def _alert(status: int, count: int, too_many: int) -> str:
    return "alert" if status >= 500 and count >= too_many else ""


def normalise(arm: Arm, batches: Batches) -> list[Row]:
    """The last row of each minute and status."""
    return last_rows(batches, 2)
