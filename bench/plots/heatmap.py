"""Trigger by cores: where an arm is ahead of the baseline and where behind, one field a cell."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from bench.document import text
from bench.document.parts import Grid
from bench.plots.grid import brief, named
from bench.plots.plot import Plot
from bench.plots.style import AXIS, INK, PAPER, SHADE
from bench.stats.metrics import METRICS
from bench.summary.axes import split_axes
from bench.summary.source import Source
from bench.summary.summary import CellSummary
from bench.summary.verdicts import run_metric

MAX_PANELS = 6
_X, _Y = "trigger_s", "cores"

#: From better to worse, darkest where the difference is largest; blue and orange stay apart in
#: every common kind of colour vision.  Each with the colour of the words on it.
_BETTER = (("#dbe9f4", "#101418"), ("#9dc6e0", "#101418"), ("#2b6f9f", "#fefefe"))
_WORSE = (("#fbe3d0", "#101418"), ("#f4b183", "#101418"), ("#a04f06", "#fefefe"))
#: In the colours of the page, as most fields of many runs are alike.
_EQUAL = (SHADE, INK)

#: Ratios, either way, from which the next darker shade is used.
_STEPS = (1.05, 1.25, 2.0)


@dataclass(frozen=True)
class Field:
    """One cell: its ratio (or value, of a run with one arm) in words, and its shade."""

    x: float | int | str
    y: float | int | str
    words: tuple[str, ...]
    fill: str
    ink: str


@dataclass(frozen=True)
class Panel:
    """The fields of one arm at one point of all other axes."""

    title: str
    fields: tuple[Field, ...]


def panels_of(run: Source) -> list[Panel]:
    """One panel an arm (beside the baseline) and point of the other axes."""
    varying, _common = split_axes(run.summaries)
    if not {_X, _Y} <= set(varying):
        return []
    rest = [axis for axis in varying if axis not in (_X, _Y)]
    groups: dict[str, list[CellSummary]] = {}
    for summary in run.summaries:
        where = text.cell_text(summary.cell, rest) if rest else ""
        groups.setdefault(where, []).append(summary)
    panels = []
    for where, summaries in groups.items():
        for arm in run.arms[1:] or run.arms:
            fields = tuple(_field(run, summary, arm) for summary in summaries)
            name = f"{arm} / {run.arms[0]}" if len(run.arms) > 1 else arm
            panels.append(Panel(f"{text.plain(name)}{', ' if where else ''}{where}", fields))
    return panels


def _field(run: Source, summary: CellSummary, arm: str) -> Field:
    x, y = summary.cell[_X], summary.cell[_Y]
    comparison = next((c for c in summary.comparisons if c.arm == arm), None)
    if comparison is None:
        one = next(a for a in summary.arms if a.arm == arm)
        words = text.seconds(one.figures.p99_s) if one.ranked else one.status or "not run"
        return Field(x, y, (words,), *_EQUAL)
    if comparison.ratio is None:
        bad = [a for a in summary.arms if a.arm in (arm, comparison.baseline) and not a.ranked]
        words_of = tuple(f"{brief(_short(a.arm), 12)}: {a.status or 'not run'}" for a in bad[:2])
        return Field(x, y, words_of or ("no ratio",), PAPER, INK)
    said = [text.ratio(comparison.ratio, estimate=comparison.estimate)]
    if comparison.verdict is not None and not comparison.estimate:
        said.append(comparison.verdict.word)
    lower_is_better = METRICS[comparison.metric].better == "lower"
    fill, ink = shade(comparison.ratio if lower_is_better else 1 / comparison.ratio)
    return Field(x, y, tuple(said), fill, ink)


def shade(ratio: float) -> tuple[str, str]:
    """Colour of a field and of the words on it; below 1 is better."""
    size = max(ratio, 1 / ratio)
    if size < _STEPS[0]:
        return _EQUAL
    side = _BETTER if ratio < 1 else _WORSE
    return side[sum(size >= step for step in _STEPS) - 1]


def heatmap_figure(run: Source) -> Figure:
    """At most :data:`MAX_PANELS` panels; call it within ``style.styled()``."""
    found = panels_of(run)
    shown = found[:MAX_PANELS]
    columns = min(len(shown), 2)
    rows = math.ceil(len(shown) / columns)
    wide = max(len({field.x for field in panel.fields}) for panel in shown)
    high = max(len({field.y for field in panel.fields}) for panel in shown)
    size = (max(1.15 * wide + 1.2, 3.6) * columns + 0.3, (0.62 * high + 1.0) * rows + 0.8)
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False).flatten()
    for ax, panel in zip(axes, shown, strict=False):
        draw_heatmap(ax, panel)
    for ax in axes[len(shown) :]:
        ax.set_visible(False)
    metric = METRICS[run_metric(run.info)]
    more = f" (first {len(shown)} of {len(found)})" if len(shown) < len(found) else ""
    figure.suptitle(
        f"Trigger by cores: {metric.label}{more}", x=0.01, ha="left", fontsize=11, fontweight="bold"
    )
    return figure


def draw_heatmap(ax: Axes, panel: Panel) -> None:
    """Draw one panel: triggers to the right, cores upwards."""
    xs = _ordered([field.x for field in panel.fields])
    ys = _ordered([field.y for field in panel.fields])
    for field in panel.fields:
        x, y = xs.index(field.x), ys.index(field.y)
        ax.add_patch(
            Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=field.fill, edgecolor=AXIS, linewidth=0.6)
        )
        ax.text(
            x,
            y,
            "\n".join(field.words),
            ha="center",
            va="center",
            fontsize=8.5,
            color=field.ink,
            parse_math=False,
        )
    ax.set_title(brief(panel.title))
    ax.set_xticks(range(len(xs)), [text.axis_value(_X, x) for x in xs])
    ax.set_yticks(range(len(ys)), [text.axis_value(_Y, y) for y in ys])
    ax.set_xlim(-0.5, len(xs) - 0.5)
    ax.set_ylim(-0.5, len(ys) - 0.5)
    ax.set_xlabel("trigger")
    ax.set_ylabel("cores")
    ax.grid(visible=False)
    ax.tick_params(length=0)


def heatmap_table(run: Source) -> Grid:
    """Every field in words."""
    rows = tuple(
        (
            panel.title,
            text.axis_value(_X, field.x),
            text.axis_value(_Y, field.y),
            ", ".join(field.words),
        )
        for panel in panels_of(run)
        for field in panel.fields
    )
    heading = ("of", "trigger", "cores", "found")
    return Grid(heading, rows, frozenset({"of", "found"}))


def heatmap_words(run: Source) -> str:
    """Every field of the first panels, in short."""
    rows = heatmap_table(run).rows
    said = [f"{row[3]} at trigger {row[1]} and {row[2]} cores" for row in rows]
    return f"A field for each trigger interval and number of cores, {rows[0][0]}: {named(said, 6)}."


def _ordered(values: Sequence[float | int | str]) -> list[float | int | str]:
    return sorted(set(values), key=lambda one: (isinstance(one, str), one))


def _short(arm: str) -> str:
    return arm.partition(":")[0]


PLOT = Plot(
    stem="heatmap",
    title="Trigger by cores",
    reading="Blue: better than the baseline, orange: worse, the darker the more; grey: alike. "
    "The words say which differences are no noise.",
    applies=lambda run: bool(panels_of(run)),
    figure=heatmap_figure,
    table=heatmap_table,
    words=heatmap_words,
)
