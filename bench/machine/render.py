"""The doctor's answer for a terminal and as plain text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.machine.finding import Finding, State

if TYPE_CHECKING:
    from rich.table import Table

_STYLES: dict[State, str] = {"ok": "green", "warn": "yellow", "bad": "bold red"}


def render(findings: Sequence[Finding]) -> Table:
    """A table for rich, one finding a row, the next step under what was seen."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for finding in findings:
        # Text, never markup: values hold paths and command lines, which may hold brackets.
        seen = Text(finding.value)
        if finding.next_step:
            seen.append(f"\n→ {finding.next_step}", style=_STYLES[finding.state])
        table.add_row(Text(finding.name), Text(finding.state, style=_STYLES[finding.state]), seen)
    return table


def plain(findings: Sequence[Finding]) -> str:
    """The same as lines of text for a log or a pipe."""
    width = max((len(finding.name) for finding in findings), default=0)
    lines = []
    for finding in findings:
        lines.append(f"{finding.name:<{width}}  {finding.state:<4}  {finding.value}")
        if finding.next_step:
            lines.append(f"{'':<{width}}        -> {finding.next_step}")
    return "\n".join(lines)
