"""One line of the doctor's answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warn", "bad"]


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it is, what was seen, and what to do when it is not right.

    ``warn`` spoils numbers, ``bad`` keeps a run from working at all; ``next_step`` is empty for
    ``ok`` alone.
    """

    name: str
    state: State
    value: str
    next_step: str = ""


def exit_code(findings: Iterable[Finding]) -> int:
    """3 when something required is bad, else 0."""
    return 3 if any(finding.state == "bad" for finding in findings) else 0
