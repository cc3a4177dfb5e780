"""Fault timeline: how old the oldest new result was, by when it came out, with the fault marked.

While nothing comes out the curve has a gap, as long as the outage; after it the first results are
as old as the outage was long, and the curve falls back as fast as the backlog goes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from bench.contract import BatchRecord
from bench.document import text
from bench.document.parts import Grid
from bench.experiments.faults.document import fault_sides
from bench.load.timing.stored import schedules_of
from bench.measure.first_seen import first_seen
from bench.plots.grid import (
    arm_legend,
    brief,
    figure_title,
    named,
    note,
    panel_titles,
    shown_of,
    trials_of,
)
from bench.plots.plot import Plot
from bench.plots.style import MUTED, SHADE, look
from bench.plots.timeline import chosen_round
from bench.results.schema import FaultSeen, TrialResult
from bench.summary.source import Source
from bench.summary.summary import CellSummary

MAX_CELLS = 8


@dataclass(frozen=True)
class Course:
    """``at_s``: when something new came out, seconds since the fault; ``age_s``: its oldest."""

    at_s: NDArray[np.float64]
    age_s: NDArray[np.float64]
    fault: FaultSeen


def course(result: TrialResult) -> Course | None:
    """The course of one trial; ``None`` without a fault or without batches."""
    if result.fault is None or result.load is None or not result.batches:
        return None
    schedules, t0 = schedules_of(result.load.schedule), result.load.t0
    sent = [0] * len(schedules)
    batches = [BatchRecord.from_dict(batch.model_dump()) for batch in result.batches]
    for batch in batches:
        for stream, first, count in batch.ranges:
            sent[stream] = max(sent[stream], first + count)
    shown = [batch for batch in first_seen(batches, sent).batches if batch.records]
    ages = [
        batch.visible
        - t0
        - min(float(schedules[stream].times(first, 1)[0]) for stream, first, _n in batch.ranges)
        for batch in shown
    ]
    at = [batch.visible - result.fault.struck_at for batch in shown]
    return Course(np.array(at), np.array(ages), result.fault)


def faults_figure(run: Source) -> Figure:
    """A panel a cell with a fault, all arms in it; call it within ``style.styled()``."""
    cells = _cells(run)[:MAX_CELLS]
    figure = Figure(figsize=(7.6, 2.3 * len(cells) + 1.1), layout="constrained")
    grid = figure.subplots(len(cells), 1, squeeze=False)[:, 0]
    for ax, title, summary in zip(grid, panel_titles(cells), cells, strict=True):
        trials = chosen_round(trials_of(run, summary))
        ax.set_title(brief(title))
        ax.set_ylabel("age of the oldest (s)")
        silent = []
        for position, arm in enumerate(run.arms):
            found = course(trials[arm]) if arm in trials else None
            if found is None:
                silent.append(f"{brief(arm, 30)}: {_why(trials.get(arm))}")
                continue
            _draw(ax, found, position)
            if not found.fault.came_back:
                silent.append(f"{brief(arm, 30)}: did not come back")
        note(ax, silent)
        ax.set_ylim(bottom=0)
    grid[-1].set_xlabel("since the fault (s)")
    figure_title(figure, "New results around the fault, one trial of each arm", run)
    how = "A mark is a batch with new results. Line: the fault. Shaded: until its cause was over."
    arm_legend(figure, run.arms, how + shown_of(run, len(run.summaries)), lines=True)
    return figure


def _draw(ax: Axes, found: Course, position: int) -> None:
    style = look(position)
    ax.plot(
        found.at_s,
        found.age_s,
        color=style.colour,
        linestyle=style.dashes,
        linewidth=1.0,
        marker=style.marker,
        markersize=3.0,
    )
    ended = found.fault.ended_at
    if ended is not None:
        ax.axvspan(0.0, max(ended - found.fault.struck_at, 0.0), color=SHADE, linewidth=0)
    ax.axvline(0.0, color=MUTED, linewidth=1.2)


def _why(result: TrialResult | None) -> str:
    return "not run" if result is None else result.status


def _cells(run: Source) -> list[CellSummary]:
    found: dict[int, CellSummary] = {}
    for side in fault_sides(run):
        if any(result.fault is not None for result in side.trials):
            found.setdefault(id(side.summary), side.summary)
    return list(found.values())


def faults_table(run: Source) -> Grid:
    """Of every trial that is drawn or could be: what it shows."""
    rows = []
    cells = _cells(run)
    for title, summary in zip(panel_titles(cells), cells, strict=True):
        for arm, result in chosen_round(trials_of(run, summary)).items():
            found = course(result)
            if found is None:
                continue
            after = found.age_s[found.at_s > 0]
            rows.append(
                (
                    title,
                    text.plain(arm),
                    str(result.trial.number),
                    text.seconds(found.fault.outage_s),
                    text.seconds(found.fault.backlog_gone_s),
                    text.seconds(float(after.max()) if len(after) else None),
                    "yes" if found.fault.came_back else "no",
                )
            )
    heading = ("cell", "arm", "trial", "outage", "backlog gone", "oldest", "came back")
    return Grid(heading, tuple(rows), frozenset({"cell", "arm", "came back"}))


def faults_words(run: Source) -> str:
    """The outage of each arm in some cells."""
    said = [f"{row[1]} {row[3]} at {row[0]}" for row in faults_table(run).rows]
    return f"Age of new results around the fault, one trial of each arm. Outage: {named(said)}."


PLOT = Plot(
    stem="faults",
    title="Fault timeline",
    reading="One mark a batch with new results: how old the oldest of them was. A gap is time in "
    "which a user saw nothing new. The line is the fault, the shade lasts until its cause is over.",
    applies=lambda run: bool(_cells(run)),
    figure=faults_figure,
    table=faults_table,
    words=faults_words,
)
