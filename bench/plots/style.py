"""One look for all plots, whatever the user's matplotlib is set to, and bytes that repeat."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bench.summary.source import Source

#: Okabe and Ito's colours (Color Universal Design, 2008) without the yellow, which is too light
#: for lines: distinct for every common kind of colour vision.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
DASHES: tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (3, 1, 1, 1)), (0, (1, 1)), "-.", "--", ":")

#: Lines around a plot, lines behind it, and words that say less than the others.
AXIS, GRID, MUTED = "#666666", "#d9d9d9", "#444444"
#: What is behind everything, and a plain shade over it.
PAPER, SHADE = "#ffffff", "#ececec"
#: Words.
INK = "#000000"

_RC: dict[str, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9,
    "axes.titlesize": 9.5,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "axes.edgecolor": AXIS,
    "figure.facecolor": "white",
    "legend.frameon": False,
    "hatch.linewidth": 0.6,
    # A dollar sign in a user's string is a dollar sign.
    "text.parse_math": False,
    # A fixed salt makes the ids in an SVG the same every time.
    "svg.hashsalt": "sparkbench",
}


@dataclass(frozen=True)
class Look:
    """How an arm is drawn: colour, marker and dashes all differ, so no one of them is needed."""

    colour: str
    marker: str
    dashes: Any


def look(position: int) -> Look:
    """The look of the arm at ``position`` in the run's order."""
    return Look(
        COLOURS[position % len(COLOURS)],
        MARKERS[position % len(MARKERS)],
        DASHES[position % len(DASHES)],
    )


@contextmanager
def styled() -> Iterator[None]:
    """Matplotlib's defaults and this project's look within the block, the user's settings after."""
    defaults: dict[Any, Any] = {
        key: value
        for key, value in matplotlib.rcParamsDefault.items()
        if not key.startswith("backend") and not key.startswith("date.")
    }
    settings: dict[Any, Any] = {**defaults, **_RC}
    with matplotlib.rc_context(settings):
        yield


def page_svg(make: Callable[[Source], Figure], run: Source) -> str:
    """The SVG of a figure for a page of ours: letters stay text, in the fonts of the reader.

    DejaVu Sans, by whose widths everything is placed, is wider than what most systems show.
    """
    with _figure(make, run) as figure:
        return _page(figure)


def images_and_page(make: Callable[[Source], Figure], run: Source) -> tuple[dict[str, bytes], str]:
    """``png`` and ``svg`` of a figure, and :func:`page_svg` of it, made and laid out once.

    The same run and matplotlib give the same bytes.
    """
    with _figure(make, run) as figure:
        files = {"png": _saved(figure, "png", {"Software": None}), "svg": _svg(figure)}
        return files, _page(figure)


@contextmanager
def _figure(make: Callable[[Source], Figure], run: Source) -> Iterator[Figure]:
    with styled():
        figure = make(run)
        FigureCanvasAgg(figure)
        # The layout is half of the work, and the same in every format: once is enough.
        engine = figure.get_layout_engine()
        if engine is not None:
            engine.execute(figure)
            figure.set_layout_engine(None)
        yield figure


def _page(figure: Figure) -> str:
    with matplotlib.rc_context({"svg.fonttype": "none"}):
        return _svg(figure).decode()


def _svg(figure: Figure) -> bytes:
    return _saved(figure, "svg", {"Date": None, "Creator": "sparkbench"})


def _saved(figure: Figure, kind: str, metadata: dict[str, str | None]) -> bytes:
    buffer = BytesIO()
    figure.savefig(buffer, format=kind, dpi=144, metadata=metadata)
    return buffer.getvalue()
