"""The one place that turns what happened in a run into an exit code."""

from __future__ import annotations

from collections.abc import Iterable

DONE = 0
GATE_FAILED = 1
USAGE = 2
ENVIRONMENT = 3
BAD_TRIALS = 4
INTERRUPTED = 130

#: Statuses that make a run end with :data:`BAD_TRIALS`; all others are findings.
BAD_STATUSES = frozenset({"failed", "invalid"})


def exit_code(
    statuses: Iterable[str],
    *,
    interrupted: bool = False,
    environment: bool = False,
    gate_failed: bool = False,
) -> int:
    """Exit code of a run whose trials ended with ``statuses`` (of those that stand).

    Precedence: interrupted, environment, failed or invalid trials, failed gate.
    """
    if interrupted:
        return INTERRUPTED
    if environment:
        return ENVIRONMENT
    if not BAD_STATUSES.isdisjoint(statuses):
        return BAD_TRIALS
    return GATE_FAILED if gate_failed else DONE
