"""``report.md`` of a capacity run, and the files beside it."""

from __future__ import annotations

from collections.abc import Sequence

from bench.document import text
from bench.document.table import markdown_table
from bench.experiments.capacity import text as words
from bench.experiments.capacity.findings import CapacityReport
from bench.experiments.capacity.scaling import scaling_sentences
from bench.summary import conduct, notes
from bench.summary.command import again
from bench.summary.facts import facts_list
from bench.summary.source import Source


def capacity_markdown(
    run: Source, report: CapacityReport, images: Sequence[tuple[str, str]] = ()
) -> str:
    """The report as Markdown; ``images`` are title and file name of each plot."""
    md = text.markdown
    blocks = [
        f"# {md('Capacity of ' + ', '.join(report.arms))}",
        md(words.question(report)),
        _list([*words.answers(report), *scaling_sentences(report)]),
        "## What holds",
        md(words.context(report)) + ".",
        markdown_table(words.table(report)),
        *[f"![{md(name)}]({file})" for name, file in images],
        "## Why no more",
        _list([*words.reasons(report), *words.notes(report)]),
        _list(notes.completeness(run)),
    ]
    if any(one.points for one in report.found):
        blocks += ["## Latency by rate", markdown_table(words.curve(report))]
    load = notes.work(run)
    blocks += [
        "## How to read it",
        _list([*([f"{load[0].upper()}{load[1:]}."] if load else []), *words.reading(report)]),
    ]
    sides = notes.sides(run)
    blocks += ["## What was compared", _list(sides)] if sides else []
    stops = [line for line in conduct.conduct(run) if line.startswith("Resumed")]
    blocks += [_list(stops)]
    blocks += ["## Where and how", facts_list(run), "To run it again:"]
    blocks += [text.code_block(again(run.info.command))]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _list(items: Sequence[str]) -> str:
    return "\n".join(f"- {text.markdown(item)}" for item in items)
