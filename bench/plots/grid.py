"""Small multiples: which cells get a panel, and the words around the panels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from textwrap import wrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bench.document import text
from bench.plots.style import MUTED, PAPER, look
from bench.results.schema import TrialResult
from bench.summary.axes import split_axes
from bench.summary.source import Source
from bench.summary.summary import CellSummary

#: Panels of a figure with one panel a cell, and how many stand side by side.
MAX_PANELS = 12
_COLUMNS = 3

#: Letters of a title, bold and of 11 points, to the inch: 11 on the average, less some room.
_TITLE_LETTERS_IN = 9.5


def cell_panels(count: int, *, height: float = 2.7) -> tuple[Figure, list[Axes], int]:
    """A figure with ``count`` panels, those panels, and how many are in a row."""
    columns = min(count, 2 if count == 4 else _COLUMNS)
    rows = math.ceil(count / columns)
    width = 3.4 * columns if columns > 1 else 6.0
    figure = Figure(figsize=(width + 0.4, height * rows + 1.1), layout="constrained")
    axes = list(figure.subplots(rows, columns, squeeze=False).flatten())
    for ax in axes[count:]:
        ax.set_visible(False)
    return figure, axes[:count], columns


def panel_titles(summaries: Sequence[CellSummary]) -> list[str]:
    """A title a cell, naming only what differs between cells."""
    varying, common = split_axes(summaries)
    return [text.cell_text(summary.cell, varying or common) for summary in summaries]


def figure_title(figure: Figure, what: str, run: Source) -> None:
    """What is drawn, and what all cells share; on several lines where one is too narrow."""
    varying, common = split_axes(run.summaries)
    shared = text.cell_text(run.summaries[0].cell, common) if varying and common else ""
    words = title_text(what, shared, figure.get_figwidth())
    figure.suptitle(words, x=0.01, ha="left", fontsize=11, fontweight="bold")


def title_text(what: str, shared: str, width_in: float) -> str:
    """Lines that fit into a figure of that width (inches)."""
    most = int(width_in * _TITLE_LETTERS_IN)
    words = f"{what} ({shared})" if shared else what
    if len(words) <= most:
        return words
    return "\n".join([*wrap(what, most), *wrap(f"({shared})" if shared else "", most)])


def brief(words: str, most: int = 56) -> str:
    """Words that fit into a picture; the tables have them in full."""
    line = text.plain(words)
    return line if len(line) <= most else f"{line[: most - 1]}…"


def arm_legend(figure: Figure, arms: Sequence[str], how: str, *, lines: bool) -> None:
    """One entry an arm, in the look it has in every panel; above them ``how`` to read the plot."""
    handles = []
    for position, arm in enumerate(arms):
        style = look(position)
        handles.append(
            Line2D(
                [],
                [],
                color=style.colour,
                marker=style.marker,
                linestyle=style.dashes if lines else "none",
                label=brief(arm),
            )
        )
    figure.legend(
        handles=handles,
        loc="outside lower left",
        ncols=min(len(arms), 3),
        title=how,
        title_fontsize=8,
        alignment="left",
    )


def shown_of(run: Source, shown: int) -> str:
    """Words for the cells that got no panel; empty when all have one."""
    total = len(run.summaries)
    return f" First {shown} of {total} cells; cells.csv has all." if shown < total else ""


def note(ax: Axes, lines: Sequence[str]) -> None:
    """Words in a panel for what is not drawn in it, and why."""
    if lines:
        ax.text(
            0.03,
            0.97,
            "\n".join(lines),
            transform=ax.transAxes,
            va="top",
            parse_math=False,
            fontsize=8,
            color=MUTED,
            bbox={"facecolor": PAPER, "edgecolor": "none", "alpha": 0.8, "pad": 2},
        )


def trials_of(run: Source, summary: CellSummary) -> dict[str, list[TrialResult]]:
    """The trials of one cell by arm, in the run's order of arms."""
    found: dict[str, list[TrialResult]] = {arm: [] for arm in run.arms}
    for result in run.results:
        if _same(result.trial.cell, summary.cell):
            found.setdefault(result.trial.arm, []).append(result)
    return found


def _same(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    return dict(one) == dict(other)


def middle(values: Iterable[float | None]) -> float | None:
    """The median of those that are there, ``None`` of none."""
    found = [value for value in values if value is not None]
    return median(found) if found else None


def named(items: Sequence[str], most: int = 4) -> str:
    """Some of many, in words: joined by semicolons, the rest counted."""
    more = len(items) - most
    return "; ".join(items[:most]) + (f"; and {more} more" if more > 0 else "")
