"""What every plot of a report consists of, drawn or told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.figure import Figure

from bench.document.parts import Grid
from bench.summary.source import Source


@dataclass(frozen=True)
class Plot:
    """One kind of plot; all functions are pure, and take any run.

    ``applies`` says whether the run has data for it: only then may the others be called.
    ``figure`` is called within ``style.styled()``.  ``table`` holds the numbers that are drawn,
    ``words`` says in a sentence or two what is to be seen, ``reading`` how to read the plot.
    ``stem`` names its files and anchors.
    """

    stem: str
    title: str
    reading: str
    applies: Callable[[Source], bool]
    figure: Callable[[Source], Figure]
    table: Callable[[Source], Grid]
    words: Callable[[Source], str]
