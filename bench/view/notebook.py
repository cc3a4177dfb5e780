"""A run as a notebook shows it: the question, the answer, the table, and what to mind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.document.parts import Heading, Line, Part, bullets
from bench.experiments.compare.causes import cause_lines
from bench.experiments.compare.document import cells_grid
from bench.experiments.registry import experiment_of
from bench.report.html.page import render_parts
from bench.summary import conduct, notes
from bench.summary.rows import table_rows

if TYPE_CHECKING:
    from bench.summary.source import Source

#: Answers that are also said in a sentence each.
_SENTENCES = 3


def run_html(run: Source) -> str:
    """The run as a fragment of HTML without a style: it fits a light notebook and a dark one."""
    rows = table_rows(run.summaries)
    title = experiment_of(run).question()
    context = ". ".join(part for part in (notes.work(run), rows.common) if part)
    found = [note.sentence() for note in notes.status_notes(run.summaries)]
    parts: list[Part] = [
        Heading(f"Estimate. {title}" if notes.is_estimate(run) else title),
        Line(f"{context}." if context else ""),
        cells_grid(rows) if rows.cells else Line("No trial has ended yet."),
        *(Line(said) for said in (*notes.answers(run, most=_SENTENCES), *cause_lines(run))),
        *bullets([*notes.sides(run), *found, *notes.completeness(run), *conduct.conduct(run)]),
    ]
    if rows.cells:
        parts += [Heading("How to read it"), *bullets(notes.reading(run))]
    return render_parts([*parts, Line(run.place or "", "dim")])
