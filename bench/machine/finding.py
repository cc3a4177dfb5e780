"""One line of the doctor's answer, and the answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from bench.document.parts import Grid

State = Literal["ok", "warn", "bad"]

_STYLES: dict[State, str] = {"ok": "", "warn": "yellow", "bad": "bold red"}


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


def findings_grid(findings: Sequence[Finding]) -> Grid:
    """A row a finding, and below it what to do."""
    rows = [
        (row, _STYLES[one.state])
        for one in findings
        for row in (
            (one.name, one.state, one.value),
            *([("", "", f"-> {one.next_step}")] if one.next_step else []),
        )
    ]
    heading = ("what", "state", "seen")
    styles = tuple(style for _row, style in rows)
    return Grid(heading, tuple(row for row, _style in rows), frozenset(heading), styles, wrap=True)


def exit_code(findings: Iterable[Finding]) -> int:
    """3 when something required is bad, else 0."""
    return 3 if any(finding.state == "bad" for finding in findings) else 0
