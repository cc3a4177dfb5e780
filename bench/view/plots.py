"""``run.plot``: the plots of a report in a notebook, on axes of the user's own or on new ones.

Matplotlib's settings are left as they are: what is drawn on given axes takes the user's style, and
figures of their own have that of the report.  Never pyplot.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bench.errors import UsageError, unknown

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from bench.plots.plot import Plot
    from bench.summary.source import Source


class Plots:
    """The plots a run has data for, by name: ``run.plot.quantiles(ax=ax, trigger="1s")``.

    ``dir(run.plot)`` and ``run.plot.names`` list them.
    """

    def __init__(self, run: Source) -> None:
        self._run = run

    @property
    def names(self) -> list[str]:
        """Names of the plots that the run has data for, in the report's order."""
        from bench.report.plots import plots_of

        return [_name(plot.stem) for plot in plots_of(self._run)]

    def __getattr__(self, name: str) -> OnePlot:
        from bench.report.plots import PLOTS, plots_of

        if name.startswith("_"):
            raise AttributeError(name)
        there = plots_of(self._run)
        known = {_name(plot.stem): plot for plot in (*PLOTS, *there)}
        if name not in known:
            raise AttributeError(unknown("plot", name, known))
        if known[name] not in there:
            raise UsageError(f"plot {name}: this run has no data for it; see run.plot.names")
        return OnePlot(self._run, known[name])

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.names]

    def __repr__(self) -> str:
        return f"plots: {', '.join(self.names) or 'none, as no trial is ok'}"


class OnePlot:
    """One plot of a run: call it for axes, or take the whole :meth:`figure` of the report."""

    def __init__(self, run: Source, plot: Plot) -> None:
        self._run, self._plot = run, plot
        self.__doc__ = f"{plot.title}. {plot.reading}"

    def __call__(self, ax: Axes | None = None, **where: str | float) -> Axes:
        """Draw it on ``ax``, by default the axes of a new figure, and return the axes.

        ``where`` chooses the cell, by the names of axes (``trigger="500ms", cores=2``), and
        ``arm`` one arm beside the baseline; it is needed as far as the run has several.

        :raises UsageError: the run has no such cell, or more than one.
        """
        from bench.view.on_axes import draw_on

        if ax is not None:
            draw_on(ax, self._run, self._plot, where, styled=False)
            return ax
        from matplotlib.figure import Figure

        from bench.plots.style import styled

        with styled():
            figure = Figure(figsize=(6.4, 4.0), layout="constrained")
            ax = figure.subplots()
            draw_on(ax, self._run, self._plot, where, styled=True)
        _shown(figure)
        return ax

    def figure(self) -> Figure:
        """The plot as the report has it, with a panel for each of its cells."""
        from bench.plots.style import styled

        with styled():
            return _shown(self._plot.figure(self._run))

    def table(self) -> Mapping[str, list[str]]:
        """The numbers that are drawn, as the report prints them: column to cells."""
        grid = self._plot.table(self._run)
        columns = zip(*grid.rows, strict=True) if grid.rows else [()] * len(grid.heading)
        return {name: list(cells) for name, cells in zip(grid.heading, columns, strict=True)}

    def __repr__(self) -> str:
        return f"{self._plot.title}: call it for axes, .figure() for all panels"


def _name(stem: str) -> str:
    return stem.replace("-", "_")


def _shown(figure: Figure) -> Figure:
    """Let a notebook show a figure that no pyplot knows of."""

    def png() -> bytes:
        from io import BytesIO

        from matplotlib.backends.backend_agg import FigureCanvasAgg

        from bench.plots.style import styled

        FigureCanvasAgg(figure)
        buffer = BytesIO()
        with styled():
            figure.savefig(buffer, format="png", dpi=120)
        return buffer.getvalue()

    extra: Any = figure
    extra._repr_png_ = png
    return figure
