"""Where the time goes: the mean batch of each arm, its phases stacked.

Means, unlike quantiles, add up: the length of a bar is the mean time from the trigger's tick to the
end of the batch, as far as the engine tells its phases.  In real-time mode it is the pause between
two batches, as a record is held up by nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from bench.contract import PHASES
from bench.document import text
from bench.document.parts import Grid
from bench.measure.phases import mean_phases
from bench.plan.arms import mode_of
from bench.plots.data import measured
from bench.plots.grid import brief, figure_title, named, panel_titles, shown_of, trials_of
from bench.plots.plot import Plot
from bench.plots.style import AXIS, COLOURS, PAPER
from bench.results.schema import TrialResult
from bench.summary.loads import pauses_s
from bench.summary.source import Source

MAX_CELLS = 10

#: Bars that are told in words.
_TOLD = 4

#: Colour and hatch of each phase; "wait" is nobody's work and stands back.
_LOOKS = {
    "wait": ("#d9d9d9", ""),
    "scheduling": (COLOURS[5], "//"),
    "planning": (COLOURS[3], ".."),
    "log": (COLOURS[2], "xx"),
    "execution": (COLOURS[0], ""),
    "commit": (COLOURS[1], "\\\\"),
    "other": (COLOURS[4], "--"),
}
_FURTHER = (COLOURS[6], "++")

#: A cell in words, an arm, and its mean seconds by phase.
Bar = tuple[str, str, Mapping[str, float]]


def phases_figure(run: Source) -> Figure:
    """A bar a cell and arm, at most :data:`MAX_CELLS` cells; within ``style.styled()``."""
    bars = bars_of(run)
    shown = len({cell for cell, _arm, _parts in bars})
    figure = Figure(figsize=(8.6, 0.34 * len(bars) + 0.3 * shown + 1.4), layout="constrained")
    ax = figure.subplots()
    handles = draw_phases(ax, bars)
    ax.set_xlabel("mean seconds a batch, from the trigger's tick")
    figure_title(figure, "Where the time goes", run)
    figure.legend(
        handles=handles,
        loc="outside lower left",
        ncols=len(handles),
        title=shown_of(run, shown).strip() or None,
        title_fontsize=8,
        alignment="left",
        handlelength=1.4,
        columnspacing=1.2,
    )
    return figure


def bars_of(run: Source) -> list[Bar]:
    """The bars of the first :data:`MAX_CELLS` cells, from the top down."""
    bars: list[Bar] = []
    cells: set[str] = set()
    for cell, arm, parts in _phases(run):
        cells.add(cell)
        if len(cells) > MAX_CELLS:
            break
        bars.append((cell, arm, parts))
    return bars


def draw_phases(ax: Axes, bars: Sequence[Bar]) -> list[Patch]:
    """Draw the bars, those of a cell together; returns what a legend names, a patch a phase."""
    names = _names(parts for _cell, _arm, parts in bars)
    several = len({cell for cell, _arm, _parts in bars}) > 1
    places, ticks, y = [], [], 0.0
    before = None
    for cell, arm, parts in bars:
        y += 0.0 if before is None else 1.0
        if cell != before:
            y += 0.9
            if several:
                ax.text(
                    0, y - 0.75, brief(cell, 90), fontsize=8.5, fontweight="bold", parse_math=False
                )
            before = cell
        left = 0.0
        for name in names:
            colour, hatch = _LOOKS.get(name, _FURTHER)
            width = parts.get(name, 0.0)
            ax.barh(y, width, 0.72, left, color=colour, hatch=hatch, edgecolor=PAPER, linewidth=0.4)
            left += width
        ax.text(left, y, f" {text.seconds(left)}", va="center", fontsize=8)
        places.append(y)
        ticks.append(brief(arm, 42))
    ax.set_yticks(places, ticks, parse_math=False)
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=False, axis="y")
    ax.set_ylim(max(places, default=0.0) + 0.7, -0.2)
    ax.margins(x=0.12)
    ax.set_xlim(left=0)
    return [
        Patch(
            facecolor=_LOOKS.get(name, _FURTHER)[0],
            hatch=_LOOKS.get(name, _FURTHER)[1],
            edgecolor=PAPER if name != "wait" else AXIS,
            linewidth=0.4,
            label=name,
        )
        for name in names
    ]


def phases_table(run: Source) -> Grid:
    """Mean time of each phase, of every cell and arm."""
    found = list(_phases(run))
    names = _names(parts for _cell, _arm, parts in found)
    rows = tuple(
        (
            cell,
            text.plain(arm),
            *(text.seconds(parts.get(name, 0.0)) for name in names),
            text.seconds(sum(parts.values())),
        )
        for cell, arm, parts in found
    )
    return Grid(("cell", "arm", *names, "sum"), rows, frozenset({"cell", "arm"}))


def phases_words(run: Source) -> str:
    """The longest phase of each arm in some cells."""
    said = []
    for cell, arm, parts in islice(_phases(run), _TOLD):
        name = max(parts, key=lambda one: parts[one])
        share = parts[name] / (sum(parts.values()) or 1.0)
        said.append(f"{text.plain(arm)} at {cell}: {name}, {share:.0%}")
    return f"Mean time of a batch by phase, stacked. The longest phase: {named(said)}."


def _phases(run: Source) -> Iterator[Bar]:
    """Cell, arm and the mean over its trials; only of those whose trials were measured."""
    for title, summary in zip(panel_titles(run.summaries), run.summaries, strict=True):
        for arm, trials in trials_of(run, summary).items():
            means = [mean for result in trials if (mean := _mean(result))]
            if means:
                names = _names(means)
                mean_of = {n: sum(one.get(n, 0.0) for one in means) / len(means) for n in names}
                yield title, f"{arm}, its pause" if mode_of(arm) == "realtime" else arm, mean_of


def _mean(result: TrialResult) -> dict[str, float]:
    # The batches of a saturated trial grow without end: their mean says how long it went on.
    if result.status not in ("ok", "unsettled"):
        return {}
    batches = [batch for batch in measured(result) if batch.phases]
    if not batches:
        return {}
    pauses = pauses_s(result)
    return _pause(mean_phases(batches), pauses) if pauses else mean_phases(batches)


def _pause(parts: Mapping[str, float], pauses: Sequence[float]) -> dict[str, float]:
    """The pause between two batches, where records come out one by one while a batch executes.

    What Spark does not tell of it is the end of the tasks before and the start of the next.
    """
    told = {name: spent for name, spent in parts.items() if name != "execution"}
    rest = sum(pauses) / len(pauses) - sum(told.values())
    return {**told, "scheduling": told.get("scheduling", 0.0) + max(0.0, rest)}


def _names(parts: Iterable[Mapping[str, float]]) -> list[str]:
    """Phases that took any time, in stacking order."""
    seen = {name for one in parts for name, value in one.items() if value > 0}
    return [*(n for n in PHASES if n in seen), *sorted(seen - set(PHASES))]


PLOT = Plot(
    stem="phases",
    title="Where the time goes",
    reading="The mean measured batch of the trials that kept up, its phases stacked. Which part of "
    "each engine's work a phase covers stands in docs/measuring.md.",
    applies=lambda run: any(_mean(result) for result in run.results),
    figure=phases_figure,
    table=phases_table,
    words=phases_words,
)
