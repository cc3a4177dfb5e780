"""A pair as a Markdown document, for the migration guide and for other documents.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bench.catalog.align import align, unified
from bench.catalog.entry import APIS, Entry, bounds, default
from bench.document.markdown import markdown
from bench.document.parts import Code, Grid, Heading, Line, Part


def page(entry: Entry, called: str | None = None) -> str:
    """A job's page; ``called`` is how a user names it, by default as the catalogue does."""
    info = entry.info
    left, right = (entry.sides[engine] for engine in APIS)
    listing = [mark + line for mark, line in unified(align(left.code, right.code))]
    parts: list[Part] = [
        Heading(f"{info.name}: {info.title}", 1),
        *_facts(entry),
        Heading("From one API to the other"),
        _code([f"--- {left.path}", f"+++ {right.path}", *listing], "diff"),
    ]
    for engine, side in entry.sides.items():
        if side.scala:
            parts += [
                Heading(f"{APIS[engine]} in Scala"),
                Line(f"`{side.scala_path}`, which `{engine}:path=jvm` runs:"),
                _code(side.scala, "scala"),
            ]
    notes = ((label, *(texts.get(api, "") for api in APIS)) for label, texts in entry.notes())
    parts += [Heading("Semantics"), table(("", *APIS.values()), notes)]
    if info.params:
        params = ((f"`{one.name}`", default(one), bounds(one), one.help) for one in info.params)
        heading = ("parameter", "default", "values", "meaning")
        parts += [Heading("Parameters"), table(heading, params)]
    parts += [Heading("Try it"), _code(commands(called or info.name, entry.arms()))]
    return markdown(parts, prose)


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


def table(heading: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Grid:
    """A table of prose."""
    return Grid(heading, tuple(rows), frozenset(heading))


def prose(text: str) -> str:
    """Sentences of the catalogue, which are Markdown but for the double backticks of docstrings.

    Bars and line ends would end a table's cell.
    """
    return " ".join(re.sub(r"``([^`]+)``", r"`\1`", text).split()).replace("|", "\\|")


def _code(lines: Iterable[str], language: str = "") -> Code:
    return Code("\n".join(lines), language)


def _facts(entry: Entry) -> list[Line]:
    info = entry.info
    said = {engine: side.notes.summary for engine, side in entry.sides.items()}
    head = [f"**{APIS[engine]}**: {text}" for engine, text in said.items()]
    if len(set(said.values())) == 1:
        head = list(set(said.values()))
    streams = f"{inputs(info.inputs)} of lines"
    keys = f", {info.keys:,} keys" if info.keys else ""
    paths = "; ".join(
        f"{APIS[engine]} on the {' and '.join(entry.paths(engine))} path" for engine in entry.sides
    )
    facts = f"Group {info.group}. Reads {streams} (`{info.lines}`{keys}). Runs as {paths}."
    return [*map(Line, head), Line(facts)]
