"""An assessment as a document, and that document for a terminal, in Markdown, HTML and JSON.

One function says what stands in it (:func:`sections`); what follows lays it out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from bench._version import __version__
from bench.assess.assessment import (
    ASK_DAYS,
    BASE_DAYS,
    DAYS,
    Application,
    Assessment,
    risks,
)
from bench.assess.findings import Finding
from bench.catalog.operations import BROKEN, CHANGES, MECHANICAL, NONE, REDESIGN, SEMANTICS
from bench.document import text
from bench.document.parts import Part
from bench.document.parts import Section as PageSection
from bench.document.table import CODE, Bullets, Grid, Line, markdown_table

#: Classes in words.
WORDS = {
    MECHANICAL: "mechanical",
    SEMANTICS: "semantics change",
    REDESIGN: "redesign",
    NONE: "no counterpart",
    BROKEN: "already broken",
}
_STYLES = {MECHANICAL: "dim", SEMANTICS: "", REDESIGN: "yellow", NONE: "yellow", BROKEN: "red"}

#: The version of the JSON's form.
FORM = 1

#: Applications whose measurement is shown in a document; JSON has all.
_MOST_MEASURED = 3
_LINES = 6


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it."""

    title: str
    parts: tuple[Line | Grid, ...]


def headline(found: Assessment) -> str:
    """What there is and what it takes, in a sentence."""
    if not found.findings:
        return f"No DStream code was found in the {_files(found.read)} read."
    counts, (low, high) = found.counts, found.days
    apps = len(found.applications)
    parts = [f"{counts[change]} {WORDS[change]}" for change in CHANGES if counts[change]]
    asks = f"; {counts['ask']} to be checked" if counts["ask"] else ""
    return (
        f"{len(found.findings)} findings in {_files(found.read)}"
        + (f", {apps} applications" if apps > 1 else "")
        + f": {', '.join(parts)}{asks}. An estimate by rule: {low:g} to {high:g} person-days."
    )


def sections(found: Assessment) -> list[Section]:
    """Everything an assessment says, the summary first."""
    made = [Section("Summary", tuple(_summary(found)))]
    if found.findings:
        made.append(
            Section("Risks, in order", tuple(Line(f"- {one}") for one in risks(found.findings)))
        )
        made.append(Section("Effort", tuple(_effort(found))))
    measured = found.applications[:_MOST_MEASURED]
    for app in measured:
        title = "The measurement to run" + (f": {app.name}" if len(found.applications) > 1 else "")
        made.append(Section(title, tuple(_measure(app))))
    for path, group in groupby(found.findings, key=lambda one: one.path):
        made.append(Section(path, (_by_class(list(group)),)))
    if found.skipped or found.notes:
        lines = [Line(f"- {one.path}: {one.reason}") for one in found.skipped]
        lines += [Line(f"- {note}") for note in found.notes]
        made.append(Section("Not read, or not in whole", tuple(lines)))
    return made


def _summary(found: Assessment) -> list[Line | Grid]:
    counts = found.counts
    rows = [
        (WORDS[change], str(counts[change]), _MEANING[change])
        for change in reversed(CHANGES)
        if counts[change]
    ]
    if counts["ask"]:
        rows.append(
            ("to be checked", str(counts["ask"]), "depends on what the source does not say")
        )
    parts: list[Line | Grid] = [Line(headline(found), "bold")]
    if rows:
        parts.append(
            Grid(
                ("class", "findings", "means"),
                tuple(rows),
                frozenset({"class", "means"}),
                wrap=True,
            )
        )
    shown = found.applications if len(found.applications) <= 8 else found.applications[:8]
    for app in shown:
        facts = [*app.facts.items(), ("promises today", app.today), ("promises after", app.after)]
        parts.append(Line(""))
        parts.append(Line(f"{app.name} ({app.days[0]:g} to {app.days[1]:g} person-days)", "bold"))
        parts.append(Grid(("of it", "what"), tuple(facts), frozenset({"of it", "what"}), wrap=True))
    if len(found.applications) > len(shown):
        parts.append(
            Line(
                f"{len(found.applications) - len(shown)} more applications are in the JSON.", "dim"
            )
        )
    return parts


_MEANING = {
    MECHANICAL: "written otherwise, means the same",
    SEMANTICS: "has a counterpart with other results, or at other times",
    REDESIGN: "what it did has to be thought out anew",
    NONE: "nothing takes its place",
    BROKEN: "does not work today, or not on the installed Spark",
}


def effort_rule() -> str:
    """The rule of the estimate, in a sentence."""
    parts = [
        f"{first:g} for each kind of call called '{WORDS[change]}', {more:g} for each further place"
        for change, (first, more) in DAYS.items()
    ]
    return (
        f"A rule, not a measurement. Person-days: {BASE_DAYS:g} an application for dual run, "
        f"cut-over and way back; {'; '.join(parts)}; {ASK_DAYS:g} for each finding to be checked. "
        "The range is half of that to twice of it. What it cannot see: tests, operations, what "
        "the team knows."
    )


def _effort(found: Assessment) -> list[Line | Grid]:
    low, high = found.days
    return [Line(f"{low:g} to {high:g} person-days."), Line(effort_rule(), "dim")]


def _measure(app: Application) -> list[Line | Grid]:
    parts: list[Line | Grid] = [Line(f"- {_sentence(why)}") for why in app.measurement.why]
    for question, command in app.measurement.commands:
        parts += [Line(""), Line(question), Line(command, CODE)]
    parts += [
        Line(""),
        Line("A file for --job with the application's own work (--skeleton FILE writes it):"),
        Line(app.measurement.skeleton.rstrip("\n"), CODE),
    ]
    return parts


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _by_class(found: Sequence[Finding]) -> Grid:
    """The findings of a file, the worst class first, equal calls in one row."""
    order = {change: number for number, change in enumerate(reversed(CHANGES))}
    kinds: dict[tuple[str, str, str, str, bool], list[Finding]] = {}
    for one in found:
        kinds.setdefault((one.change, one.rule, one.call, one.difference, one.sure), []).append(one)
    ranked = sorted(kinds.values(), key=lambda group: (order[group[0].change], group[0].line))
    rows, styles = [], []
    for group in ranked:
        one = group[0]
        rows.append(
            (
                _places(group),
                one.call,
                WORDS[one.change] if one.sure else "to be checked",
                _said(one),
            )
        )
        styles.append(_STYLES[one.change])
    heading = ("line", "call", "class", "what")
    return Grid(heading, tuple(rows), frozenset(heading), tuple(styles), wrap=True)


def _places(group: Sequence[Finding]) -> str:
    places = list(dict.fromkeys(one.place for one in group))
    more = f" +{len(places) - _LINES}" if len(places) > _LINES else ""
    return ", ".join(places[:_LINES]) + more


def _said(one: Finding) -> str:
    shown = f" (sparkbench migrate {one.shown[0]})" if one.shown else ""
    if one.rule.startswith("fault."):
        return f"{_sentence(one.difference)} Instead: {one.instead}."
    return f"{one.instead}: {one.difference}{shown}."


def _files(count: int) -> str:
    return f"{count} file" + ("s" if count != 1 else "")


# --- layouts --------------------------------------------------------------------------------------


def terminal(found: Assessment) -> list[Line | Grid]:
    """Lines and tables for a terminal."""
    parts: list[Line | Grid] = []
    for section in sections(found):
        parts += [Line("")] if parts else []
        parts += [Line(section.title, "bold")] if section.title != "Summary" else []
        parts += [
            Line(_plain(part.text), part.style)
            if isinstance(part, Line) and part.style != CODE
            else part
            if isinstance(part, Line)
            else Grid(
                part.heading,
                tuple(tuple(map(_plain, row)) for row in part.rows),
                part.left,
                part.styles,
                part.wrap,
            )
            for part in section.parts
        ]
    return parts


def _plain(words: str) -> str:
    return words.replace("`", "")


def markdown(found: Assessment) -> str:
    """A page for a wiki or an issue."""
    blocks = ["# Assessment"]
    for section in sections(found):
        blocks.append(f"## {text.markdown(section.title)}")
        items: list[str] = []
        for part in section.parts:
            if isinstance(part, Line) and part.style != CODE and part.text.startswith("- "):
                items.append(f"- {_code_spans(part.text[2:])}")
                continue
            if items:
                blocks.append("\n".join(items))
                items = []
            if isinstance(part, Grid):
                blocks.append(markdown_table(part))
            elif part.style == CODE:
                blocks.append(_fenced(part.text))
            elif part.text:
                words = _code_spans(part.text)
                blocks.append(f"**{words}**" if part.style == "bold" else words)
        if items:
            blocks.append("\n".join(items))
    return "\n\n".join(blocks) + "\n"


def _code_spans(words: str) -> str:
    """Literal Markdown, but what stands between backticks stays code."""
    pieces = text.plain(words).split("`")
    if len(pieces) % 2 == 0:
        return text.markdown(words)
    return "".join(f"`{p}`" if n % 2 else text.markdown(p) for n, p in enumerate(pieces))


def _fenced(code: str) -> str:
    longest = 2
    run = 0
    for sign in code:
        run = run + 1 if sign == "`" else 0
        longest = max(longest, run)
    fence = "`" * (longest + 1)
    lines = "\n".join(text.code_line(line) for line in code.split("\n"))
    return f"{fence}\n{lines}\n{fence}"


def html(found: Assessment) -> str:
    """A page of its own in the look of the report."""
    from bench.report.html.plain_page import render_plain

    parts = []
    for number, section in enumerate(sections(found)):
        made: list[Part] = []
        for part in section.parts:
            if isinstance(part, Line) and part.style != CODE and part.text.startswith("- "):
                last = made[-1] if made else None
                before = last.items if isinstance(last, Bullets) else ()
                made[len(made) - bool(before) :] = [Bullets((*before, part.text[2:]))]
            elif part != Line(headline(found), "bold"):
                made.append(part)
        parts.append(PageSection(f"part-{number}", section.title, tuple(made)))
    return render_plain(
        title="Assessment of an application on DStreams",
        lead=headline(found),
        sections=parts,
        footer=f"Read as text, with Spark {found.spark} in mind; nothing was run.",
    )


def data(found: Assessment) -> dict[str, Any]:
    """The whole as plain data, for ``decide --assessment`` and other programs."""
    low, high = found.days
    return {
        "kind": "assessment",
        "form": FORM,
        "sparkbench": __version__,
        "spark": found.spark,
        "paths": list(found.paths),
        "read": found.read,
        "headline": headline(found),
        "counts": found.counts,
        "effort": {"low_days": low, "high_days": high, "rule": effort_rule()},
        "risks": risks(found.findings),
        "applications": [_application(app) for app in found.applications],
        "findings": [asdict(one) for one in found.findings],
        "skipped": [asdict(one) for one in found.skipped],
        "notes": list(found.notes),
    }


def _application(app: Application) -> dict[str, Any]:
    return {
        "name": app.name,
        "files": list(app.files),
        "language": app.language,
        "batch_s": app.batch_s,
        "facts": dict(app.facts),
        "today": app.today,
        "after": app.after,
        "effort": {"low_days": app.days[0], "high_days": app.days[1]},
        "job": app.measurement.job,
        "why": list(app.measurement.why),
        "commands": [{"question": q, "command": c} for q, c in app.measurement.commands],
        "skeleton": app.measurement.skeleton,
    }


def json_text(found: Assessment) -> str:
    """:func:`data` as text."""
    return json.dumps(data(found), ensure_ascii=False, allow_nan=False, indent=1)
