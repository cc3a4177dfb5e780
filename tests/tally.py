"""What the harness was put through in this session and how it ended; printed as a table."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence

from tests.long import LONG as LONG

KILLS = int(os.environ.get("SPARKBENCH_KILLS", "20" if LONG else "1"))
SEED = int(os.environ.get("SPARKBENCH_KILLS_SEED", "1"))

_SEEN: Counter[tuple[str, str]] = Counter()


def survived(mechanism: str, outcome: str, times: int = 1) -> None:
    """Note that the harness was put through ``mechanism`` and how that ended, in a few words.

    Called after the test has looked: no process left behind, nothing stored lost, no traceback.
    """
    _SEEN[mechanism, outcome] += times


def seen() -> list[tuple[str, str, int]]:
    """All that was noted here, for the process that a worker answers to."""
    return [(mechanism, outcome, times) for (mechanism, outcome), times in _SEEN.items()]


def take(noted: Sequence[tuple[str, str, int]]) -> None:
    """Note what a worker has noted (:func:`seen`)."""
    for mechanism, outcome, times in noted:
        survived(mechanism, outcome, times)


def table() -> str:
    """A Markdown table, a row a mechanism; empty when there was none."""
    if not _SEEN:
        return ""
    lines = ["| what happened | times | how it ended |", "|:--|--:|:--|"]
    for mechanism in sorted({mechanism for mechanism, _outcome in _SEEN}):
        outcomes = {what: n for (which, what), n in _SEEN.items() if which == mechanism}
        total = sum(outcomes.values())
        told = "; ".join(
            f"{n} times {what}" if len(outcomes) > 1 else what
            for what, n in sorted(outcomes.items(), key=lambda item: -item[1])
        )
        lines.append(f"| {mechanism} | {total:,} | {told} |")
    return "\n".join(lines)
