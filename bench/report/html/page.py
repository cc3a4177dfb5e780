"""``index.html``: a run as one page, made from its results alone."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from bench._version import __version__
from bench.decision.view import DecisionView, decision_parts
from bench.document import text
from bench.document.parts import Part, Section
from bench.experiments.registry import experiment_of
from bench.report.html import trials
from bench.report.html.badges import Badge, badges
from bench.report.html.blocks import Block, blocks, table
from bench.report.html.cells import Table, cells_table
from bench.report.html.data import page_data
from bench.report.html.intervals import HEIGHT, WIDTH
from bench.report.html.svg import inline_svg
from bench.report.plots import Drawn
from bench.summary import conduct, notes
from bench.summary.command import again
from bench.summary.facts import run_facts
from bench.summary.loads import slot_words
from bench.summary.settings import settings_lines
from bench.summary.source import Source
from bench.summary.spent import Part as Phase
from bench.summary.spent import parts as spent_on

#: Cells for which the answer is also said in a sentence each.
_SENTENCES = 4

#: Arms shown on the first screen; a run with more (a search for settings) names the first ones.
MOST_SIDES = 4

_UNIT = re.compile(r"(\d) (ms|s|cores?|rounds?|cells|trials?)\b")

_SIGNS = {"good": "✓", "warn": "!", "bad": "✕", "info": "i"}


@dataclass(frozen=True)
class Figure:
    """A plot in the page: its SVG, or why there is none, and its numbers."""

    stem: str
    title: str
    reading: str
    svg: Markup | None
    problem: str
    table: list[Block]


@dataclass(frozen=True)
class Side:
    """One arm: its place in the run's order, and name and value of each fact."""

    position: int
    arm: str
    baseline: bool
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Shown:
    """A section as the template takes it."""

    anchor: str
    title: str
    blocks: list[Block]


@dataclass(frozen=True)
class Page:
    """Everything the template lays out; strings are not escaped yet, but for ``Markup``."""

    title: str
    date: str
    question: str
    answers: Sequence[str]
    each: Sequence[str]
    badges: Sequence[Badge]
    sides: Sequence[Side]
    facts: Mapping[str, str]
    spent: Sequence[Phase]
    command: str
    contents: Sequence[tuple[str, str]]
    sections: Sequence[Shown]
    table: Table | None
    plots: Sequence[Figure]
    method: Sequence[tuple[str, Sequence[str]]]
    groups: Sequence[trials.Group]
    trials_said: str
    open_groups: bool
    version: str
    data: Markup


def render_page(run: Source, drawn: Sequence[Drawn], decisions: Sequence[DecisionView] = ()) -> str:
    """The page.

    :param drawn: the plots (``bench.report.plots``).
    :param decisions: what to say of loads and targets, each a section of its own.
    """
    return _rendered(
        "page.html",
        page=make_page(run, drawn, decisions),
        signs=_SIGNS,
        width=WIDTH,
        height=HEIGHT,
        middle=HEIGHT // 2,
    )


def render_plain(title: str, lead: str, sections: Sequence[Section], footer: str) -> str:
    """A page of sections alone, in the look of the report; the template escapes every string."""
    return _rendered(
        "plain.html",
        title=text.plain(title),
        lead=text.plain(lead),
        sections=shown_sections(sections),
        footer=text.plain(footer),
        version=__version__,
    )


def render_parts(parts: Sequence[Part]) -> str:
    """Parts alone and without a style, for a page that is not ours."""
    template: Any = _environment().get_template("parts.html").module
    return f"<div>{template.blocks(blocks(parts))}</div>"


def _rendered(template: str, **words: Any) -> str:
    script = _file("page.js")
    return (
        _environment()
        .get_template(template)
        .render(
            style=Markup(_file("page.css")),
            script=Markup(script),
            policy=_policy(script),
            **words,
        )
    )


def make_page(run: Source, drawn: Sequence[Drawn], decisions: Sequence[DecisionView] = ()) -> Page:
    """What the page says, before it is laid out."""
    experiment = experiment_of(run)
    question = experiment.question()
    shown = trials.telling(run)
    cells = cells_table(run) if experiment.compares else None
    extra = [
        Section(f"decision-{n}", f"Decision: {view.answer}", tuple(decision_parts(view)))
        for n, view in enumerate(decisions, 1)
    ]
    sections = shown_sections([*experiment.sections(), *extra])
    figures = [_figure(one) for one in drawn]
    groups = trials.groups(run, shown)
    contents = [
        *((section.anchor, section.title) for section in sections),
        *([("cells", "Cells")] if cells else []),
        *([("plots", "Plots")] if figures else []),
        ("method", "How to read it"),
        *([("trials", "Trials")] if groups else []),
    ]
    command = text.plain(again(run.info.command))
    return Page(
        title=text.plain(f"{question} - sparkbench"),
        date=text.when(run.info.started_at),
        question=text.plain(question),
        answers=[text.plain(answer) for answer in experiment.answers()],
        each=_each(run, compares=experiment.compares),
        badges=badges(run),
        sides=sides(run),
        facts=_facts(run),
        spent=spent_on(run.info, run.results),
        command=command,
        contents=contents,
        sections=sections,
        table=cells,
        plots=figures,
        method=_method(run, compares=experiment.compares),
        groups=groups,
        trials_said=trials.said(run, shown),
        open_groups=trials.opens(run),
        version=run.info.sparkbench,
        data=Markup(page_data(run, shown)),
    )


def shown_sections(sections: Sequence[Section]) -> list[Shown]:
    """Sections with their parts as the templates take them."""
    return [Shown(one.anchor, one.title, blocks(one.parts)) for one in sections]


def _figure(drawn: Drawn) -> Figure:
    plot = drawn.plot
    svg = None
    if drawn.page_svg is not None:
        svg = Markup(inline_svg(drawn.page_svg, f"svg-{plot.stem}", plot.title, drawn.words))
    numbers = [] if drawn.table is None else table(drawn.table, f"{plot.title}: numbers")
    return Figure(plot.stem, plot.title, plot.reading, svg, drawn.problem, numbers)


def sides(run: Source) -> list[Side]:
    """The first arms of a run."""
    found = []
    for position, arm in enumerate(run.arms[:MOST_SIDES]):
        trials = [result.trial for result in run.results if result.trial.arm == arm]
        slots = slot_words(trials)
        facts = (
            ("path", _joined(trial.path for trial in trials)),
            ("guarantee", _joined(trial.guarantee for trial in trials)),
            ("source", _joined(trial.source for trial in trials)),
            ("profile", _joined(trial.profile for trial in trials)),
            ("slots", slots),
        )
        known = tuple((name, value) for name, value in facts if value)
        baseline = position == 0 and len(run.arms) > 1
        found.append(Side(position, text.plain(arm), baseline, known))
    return found


def _joined(values: Iterable[str]) -> str:
    return text.plain("/".join(dict.fromkeys(values)))


def _each(run: Source, *, compares: bool) -> list[str]:
    """The answer of every cell, where the lead is about several of them."""
    if not compares:
        return []
    several = len(run.summaries) > 1
    found = [*(notes.answers(run, most=_SENTENCES) if several else ()), *notes.lowest(run)]
    return [text.plain(answer) for answer in found]


def _facts(run: Source) -> dict[str, str]:
    return {name: text.plain(value) for name, value in run_facts(run).items()}


def _method(run: Source, *, compares: bool) -> list[tuple[str, list[str]]]:
    reading = notes.reading(run) if compares and run.summaries else []
    parts = (
        ("How to read it", reading),
        ("How the run went", conduct.conduct(run) if compares else []),
        ("What was missing", [] if compares else notes.completeness(run)),
        ("What was compared", notes.sides(run)),
        ("Settings that are not Spark's own", settings_lines(run)),
    )
    return [(name, [text.plain(one) for one in lines]) for name, lines in parts if lines]


def _policy(script: str) -> str:
    """Nothing may be loaded, and no script but ours may run, whatever a string might smuggle in."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        "default-src 'none'; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


@cache
def _file(name: str) -> str:
    return (files("bench.report.html") / "templates" / name).read_text(encoding="utf-8")


def _units(words: str) -> str:
    """Keep a number and its unit in one line."""
    return _UNIT.sub("\\1\N{NO-BREAK SPACE}\\2", words)


def _code(words: str) -> Markup:
    """What stands between backticks as code; everything is escaped."""
    parts = words.split("`")
    if len(parts) % 2 == 0:
        return escape(words)
    code = Markup("<code>{}</code>")
    return Markup("").join(code.format(p) if n % 2 else escape(p) for n, p in enumerate(parts))


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("bench.report.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"units": _units, "code": _code}
    return made
