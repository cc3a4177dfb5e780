"""A run as a notebook shows it: the question, the answer, the table, and what to mind.

Plain HTML with hardly a style, so that it fits a light notebook and a dark one; everything that
came from a user is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

from bench.document import text
from bench.experiments.compare.causes import cause_lines
from bench.experiments.registry import experiment_of
from bench.summary import conduct, notes
from bench.summary.rows import Rows, table_rows

if TYPE_CHECKING:
    from bench.summary.source import Source

#: Answers that are also said in a sentence each.
_SENTENCES = 3

_FIGURES = ("p50", "p99", "batch", "rec/s", "status", "ratio")
_LEFT = frozenset({"arm", "status"})


def run_html(run: Source) -> str:
    """The run as a fragment of HTML."""
    rows = table_rows(run.summaries)
    title = experiment_of(run).question()
    if notes.is_estimate(run):
        title = f"Estimate. {title}"
    context = ". ".join(part for part in (notes.work(run), rows.common) if part)
    found = [note.sentence() for note in notes.status_notes(run.summaries)]
    mind = [*notes.sides(run), *found, *notes.completeness(run), *conduct.conduct(run)]
    blocks = [
        f"<p><strong>{_said(title)}</strong></p>",
        f"<p>{_said(context)}.</p>" if context else "",
        _table(rows) if rows.cells else "<p>No trial has ended yet.</p>",
        *(f"<p>{_said(answer)}</p>" for answer in notes.answers(run, most=_SENTENCES)),
        *(f"<p>{_said(words)}</p>" for words in cause_lines(run)),
        _list(mind),
        _details("How to read it", notes.reading(run)) if rows.cells else "",
        f"<p><small>{_said(run.place)}</small></p>" if run.place is not None else "",
    ]
    return f"<div>{''.join(block for block in blocks if block)}</div>"


def _table(rows: Rows) -> str:
    heading = [*rows.axes, "arm", *_FIGURES]
    lines = [
        _row("th", heading, heading),
        *(
            _row(
                "td",
                heading,
                [*cell.values, arm.arm, *arm.figures, arm.status, " ".join(arm.answer)],
            )
            for cell in rows.cells
            for arm in cell.arms
        ),
    ]
    return f"<table><thead>{lines[0]}</thead><tbody>{''.join(lines[1:])}</tbody></table>"


def _row(kind: str, heading: Sequence[str], values: Sequence[str]) -> str:
    cells = "".join(
        f'<{kind} style="text-align: {"left" if name in _LEFT else "right"}">'
        f"{_said(value)}</{kind}>"
        for name, value in zip(heading, values, strict=True)
    )
    return f"<tr>{cells}</tr>"


def _list(items: Iterable[str]) -> str:
    listed = "".join(f"<li>{_said(item)}</li>" for item in items)
    return f"<ul>{listed}</ul>" if listed else ""


def _details(title: str, items: Iterable[str]) -> str:
    return f"<details><summary>{_said(title)}</summary>{_list(items)}</details>"


def _said(words: str) -> str:
    return escape(text.plain(words))
