"""``report.md`` of a comparison: the table and its notes, fit for a repository or an issue."""

from __future__ import annotations

from collections.abc import Sequence

from bench.document.parts import Grid, Heading, Image, Line, Part, Quote, bullets
from bench.experiments.compare.causes import cause_lines
from bench.experiments.faults.document import fault_parts
from bench.experiments.soak.document import soak_parts
from bench.experiments.soak.periodic import periodic_parts
from bench.summary import conduct, notes
from bench.summary.facts import run_again
from bench.summary.rows import Rows, table_rows
from bench.summary.settings import settings_lines
from bench.summary.source import Source
from bench.summary.spent import parts

#: Cells for which the answer is also said in a sentence each.
_SENTENCES = 6


def comparison_document(run: Source, question: str, images: Sequence[Image] = ()) -> list[Part]:
    """The report; ``images`` lie beside it."""
    title = " against ".join(run.arms[:2]) if len(run.arms) == 2 else ", ".join(run.arms)
    found: list[Part] = [Heading(title or "sparkbench run", 1), Line(question)]
    if why := notes.why_estimate(run):
        found.append(Quote("Estimate.", why.replace("--quick", "`--quick`")))
    found += bullets([*notes.answers(run, most=_SENTENCES), *notes.lowest(run), *cause_lines(run)])
    found.append(Heading("Results"))
    rows = table_rows(run.summaries)
    context = ". ".join(part for part in (notes.work(run), rows.common) if part)
    found += [Line(f"{context}.")] if context else []
    found.append(cells_grid(rows) if rows.cells else Line("No trial has ended yet."))
    found += [*fault_parts(run), *soak_parts(run), *periodic_parts(run)]
    status = [note.sentence() for note in notes.status_notes(run.summaries)]
    found += [*bullets([*status, *notes.completeness(run)]), *images]
    found += [Heading("What was compared"), *bullets(notes.sides(run))]
    changed = settings_lines(run)
    found += [Heading("Settings that are not Spark's own"), *bullets(changed)] if changed else []
    went = conduct.conduct(run)
    found += [Heading("How the run went"), *bullets(went)] if went else []
    found += [Heading("How to read it"), *bullets(notes.reading(run)), *time_table(run)]
    return [*found, *run_again(run)]


def time_table(run: Source) -> list[Part]:
    """Where the wall time went, phase by phase; nothing for runs that kept no account."""
    found = parts(run.info, run.results)
    if not found:
        return []
    rows = [(one.words, f"{one.seconds:.1f}", f"{one.share:.0%}", one.bar()) for one in found]
    grid = Grid(("phase", "seconds", "share", ""), tuple(rows), frozenset({"phase", ""}))
    return [Heading("Where the time went"), grid]


def cells_grid(rows: Rows) -> Grid:
    """A row an arm in a cell."""
    heading = (*rows.axes, "arm", "p50", "p99", "batch", "rec/s", "status", "ratio")
    lines = tuple(
        (*cell.values, arm.arm, *arm.figures, arm.status, " ".join(arm.answer))
        for cell in rows.cells
        for arm in cell.arms
    )
    return Grid(heading, lines, frozenset({"arm", "status"}))
