"""``report.md``: the same table and notes, fit for a repository, an issue or a CI summary."""

from __future__ import annotations

from collections.abc import Sequence

from bench.document import text
from bench.document.table import Grid, markdown_table
from bench.experiments.faults.document import fault_parts
from bench.experiments.soak.document import soak_parts
from bench.summary import conduct, notes
from bench.summary.command import again
from bench.summary.facts import facts_list
from bench.summary.rows import Rows, table_rows
from bench.summary.settings import settings_lines
from bench.summary.source import Source
from bench.summary.spent import parts

#: Cells for which the answer is also said in a sentence each.
_SENTENCES = 6


def report_markdown(run: Source, images: Sequence[tuple[str, str]] = ()) -> str:
    """The report as Markdown; every string that came from a user is escaped.

    :param images: title and file name of each plot, relative to where the text will stand.
    """
    md = text.markdown
    info = run.info
    title = " against ".join(run.arms[:2]) if len(run.arms) == 2 else ", ".join(run.arms)
    blocks = [f"# {md(title or 'sparkbench run')}", md(notes.question(run))]
    if why := notes.why_estimate(run):
        blocks.append(f"> **Estimate.** {why.replace('--quick', '`--quick`')}")
    blocks.append(_list(notes.answers(run, most=_SENTENCES)))
    blocks.append("## Results")
    rows = table_rows(run.summaries)
    context = ". ".join(part for part in (notes.work(run), rows.common) if part)
    if context:
        blocks.append(md(context) + ".")
    blocks.append(_table(rows) if rows.cells else "No trial has ended yet.")
    for part in (*fault_parts(run), *soak_parts(run)):
        blocks.append(markdown_table(part) if isinstance(part, Grid) else md(part.text))
    found = [note.sentence() for note in notes.status_notes(run.summaries)]
    blocks.append(_list([*found, *notes.completeness(run)]))
    blocks += [f"![{md(name)}]({file})" for name, file in images]
    blocks += ["## What was compared", _list(notes.sides(run))]
    changed = settings_lines(run)
    blocks += ["## Settings that are not Spark's own", _list(changed)] if changed else []
    went = conduct.conduct(run)
    blocks += ["## How the run went", _list(went)] if went else []
    blocks += ["## How to read it", _list(notes.reading(run))]
    blocks += time_table(run)
    blocks += ["## Where and how", facts_list(run)]
    blocks += ["To run it again:", text.code_block(again(info.command))]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _table(rows: Rows) -> str:
    header = [*rows.axes, "arm", "p50", "p99", "batch", "rec/s", "status", "ratio"]
    left = {"arm", "status"}
    lines = [_row(header), _row([":--" if name in left else "--:" for name in header], raw=True)]
    for cell in rows.cells:
        for arm in cell.arms:
            lines.append(
                _row([*cell.values, arm.arm, *arm.figures, arm.status, " ".join(arm.answer)])
            )
    return "\n".join(lines)


def _row(values: Sequence[str], *, raw: bool = False) -> str:
    cells = values if raw else [text.markdown(value) for value in values]
    return "| " + " | ".join(cells) + " |"


def time_table(run: Source) -> list[str]:
    """Where the wall time went, phase by phase, as blocks; none for runs that kept no account."""
    found = parts(run.info, run.results)
    if not found:
        return []
    lines = [_row(["phase", "seconds", "share", ""]), _row([":--", "--:", "--:", ":--"], raw=True)]
    lines += [
        _row([one.words, f"{one.seconds:.1f}", f"{one.share:.0%}", one.bar()]) for one in found
    ]
    return ["## Where the time went", "\n".join(lines)]


def _list(items: Sequence[str]) -> str:
    return "\n".join(f"- {text.markdown(item)}" for item in items)
