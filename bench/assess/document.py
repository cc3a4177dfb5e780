"""An assessment as a document (:func:`sections`), and the same in Markdown, HTML and JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
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
from bench.document.markdown import markdown as as_markdown
from bench.document.parts import LEAD, Code, Grid, Heading, Line, Part, Section, bullets

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
_MOST_SHOWN = 8
_LINES = 6


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
    """What stands below the headline, the summary first."""
    parts: list[tuple[str, Sequence[Part]]] = [("Summary", _summary(found))]
    if found.findings:
        parts += [("Risks, in order", bullets(risks(found.findings))), ("Effort", _effort(found))]
    several = len(found.applications) > 1
    for app in found.applications[:_MOST_MEASURED]:
        of = f": {app.name}" if several else ""
        parts.append((f"The measurement to run{of}", _measure(app)))
    for path, group in groupby(found.findings, key=lambda one: one.path):
        parts.append((path, [_by_class(list(group))]))
    left = [*(f"{one.path}: {one.reason}" for one in found.skipped), *found.notes]
    parts.append(("Not read, or not in whole", bullets(left)))
    return [
        Section(f"part-{number}", title, tuple(said))
        for number, (title, said) in enumerate(parts)
        if said
    ]


def document(found: Assessment) -> list[Part]:
    """Everything an assessment says."""
    parts: list[Part] = [Line(headline(found), LEAD)]
    for section in sections(found):
        parts += [Heading(section.title), *section.parts]
    return parts


def _summary(found: Assessment) -> list[Part]:
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
    heading = ("class", "findings", "means")
    left = frozenset({"class", "means"})
    parts: list[Part] = [Grid(heading, tuple(rows), left, wrap=True)] if rows else []
    shown = found.applications[:_MOST_SHOWN]
    for app in shown:
        facts = [*app.facts.items(), ("promises today", app.today), ("promises after", app.after)]
        low, high = app.days
        parts.append(Heading(f"{app.name} ({low:g} to {high:g} person-days)", 3))
        parts.append(Grid(("of it", "what"), tuple(facts), frozenset({"of it", "what"}), wrap=True))
    more = len(found.applications) - len(shown)
    return [*parts, *([Line(f"{more} more applications are in the JSON.", "dim")] if more else [])]


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


def _effort(found: Assessment) -> list[Part]:
    low, high = found.days
    return [Line(f"{low:g} to {high:g} person-days."), Line(effort_rule(), "dim")]


def _measure(app: Application) -> list[Part]:
    parts = bullets([_sentence(why) for why in app.measurement.why])
    for question, command in app.measurement.commands:
        parts += [Line(""), Line(question), Code(command)]
    return [
        *parts,
        Line(""),
        Line("A file for --job with the application's own work (--skeleton FILE writes it):"),
        Code(app.measurement.skeleton.rstrip("\n")),
    ]


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


def markdown(found: Assessment) -> str:
    """A page for a wiki or an issue."""
    return as_markdown([Heading("Assessment", 1), *document(found)], text.code_spans)


def html(found: Assessment) -> str:
    """A page of its own in the look of the report."""
    from bench.report.html.page import render_plain

    return render_plain(
        title="Assessment of an application on DStreams",
        lead=headline(found),
        sections=sections(found),
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
