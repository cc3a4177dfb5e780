"""A pair in Markdown, for the migration guide and for other documents.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bench.catalog.align import align, unified
from bench.catalog.entry import APIS, Entry, bounds, default


def page(entry: Entry, called: str | None = None) -> str:
    """A job's page; ``called`` is how a user names it, by default as the catalogue does."""
    info = entry.info
    parts = [
        f"# {info.name}: {info.title}",
        *_facts(entry),
        "## From one API to the other",
        difference(entry),
        *scala(entry),
        "## Semantics",
        semantics(entry),
    ]
    if info.params:
        parts += ["## Parameters", parameters(entry)]
    parts += ["## Try it", code_block(commands(called or info.name, entry.arms()))]
    return "\n\n".join(parts) + "\n"


def difference(entry: Entry) -> str:
    """Both sides as one listing, ``-`` what only the DStream side has."""
    left, right = (entry.sides[engine] for engine in APIS)
    listing = [f"--- {left.path}", f"+++ {right.path}"]
    listing += [mark + line for mark, line in unified(align(left.code, right.code))]
    return code_block(listing, "diff")


def scala(entry: Entry) -> list[str]:
    """The sides that are written in Scala too, each under a heading."""
    parts = []
    for engine, side in entry.sides.items():
        if side.scala:
            parts += [
                f"## {APIS[engine]} in Scala",
                f"`{side.scala_path}`, which `{engine}:path=jvm` runs:",
                code_block(side.scala, "scala"),
            ]
    return parts


def semantics(entry: Entry) -> str:
    """A table of the notes of both sides."""
    rows = [(label, *(texts.get(engine, "") for engine in APIS)) for label, texts in entry.notes()]
    return table(("", *APIS.values()), rows)


def parameters(entry: Entry) -> str:
    """A table of the job's parameters."""
    rows = [
        (f"`{param.name}`", default(param), bounds(param), param.help)
        for param in entry.info.params
    ]
    return table(("parameter", "default", "values", "meaning"), rows)


def commands(name: str, arms: Sequence[str] = ()) -> list[str]:
    """What to type to see a job, prove it and measure it; without ``arms``, the usual two."""
    return [
        f"sparkbench run structured --job {name}",
        f"sparkbench verify --job {name}",
        f"sparkbench compare {''.join(f'{arm} ' for arm in arms)}--job {name} --quick",
    ]


def inputs(count: int) -> str:
    """How many streams a job reads, in words."""
    return "1 stream" if count == 1 else f"{count} streams" if count else "any number of streams"


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose cells are prose; bars and line ends within them are taken care of."""
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def code_block(lines: Iterable[str], language: str = "") -> str:
    """A fenced block whose fence is longer than any run of backticks within."""
    text = "\n".join(lines)
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def prose(text: str) -> str:
    """A docstring's sentences as Markdown: its double backticks are single ones there."""
    return re.sub(r"``([^`]+)``", r"`\1`", text)


def _facts(entry: Entry) -> list[str]:
    info = entry.info
    summaries = {engine: side.notes.summary for engine, side in entry.sides.items()}
    said = list(dict.fromkeys(summaries.values()))
    if len(said) == 1:
        head = [prose(said[0])]
    else:
        head = [f"**{APIS[engine]}**: {prose(text)}" for engine, text in summaries.items()]
    streams = f"{inputs(info.inputs)} of lines"
    keys = f", {info.keys:,} keys" if info.keys else ""
    paths = "; ".join(
        f"{APIS[engine]} on the {' and '.join(entry.paths(engine))} path" for engine in entry.sides
    )
    facts = f"Group {info.group}. Reads {streams} (`{info.lines}`{keys}). Runs as {paths}."
    return [*(text for text in head if text), facts]


def _cell(text: str) -> str:
    return " ".join(prose(text).split()).replace("|", "\\|")
