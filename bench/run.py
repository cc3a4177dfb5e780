"""A run as a Python object: its trials, batches and cells as data frames, and its report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bench.results.locate import resolve_run
from bench.results.schema import RunInfo, TrialResult
from bench.results.store import RunStore

if TYPE_CHECKING:
    import pandas as pd

    from bench.decision import DecisionView
    from bench.experiments.experiment import Experiment
    from bench.summary.summary import CellSummary
    from bench.view.plots import Plots


class Run:
    """The results of a run, finished or not; read once, so later trials need a new :meth:`load`.

    ``path`` is the run directory (``None`` when it is not stored), ``info`` its ``run.json``,
    ``results`` the trials by number, ``problems`` a sentence for each file that was skipped.
    """

    def __init__(
        self,
        path: Path | None,
        info: RunInfo,
        results: Sequence[TrialResult],
        problems: Sequence[str] = (),
    ) -> None:
        self.path = path
        self.info = info
        self.results = list(results)
        self.problems = list(problems)

    @classmethod
    def load(cls, path: str | Path = "last") -> Run:
        """Read a run: a directory, the name of one in ``runs/``, or ``last``.

        :raises UsageError: there is no such run, or it cannot be read.
        """
        store = RunStore.open(resolve_run(path))
        return cls.from_store(store)

    @classmethod
    def from_store(cls, store: RunStore) -> Run:
        """The run as it stands on disk now."""
        results, problems = store.read_trials()
        return cls(store.path, store.info, results, problems)

    @property
    def place(self) -> str | None:
        """The run directory as text."""
        return str(self.path) if self.path is not None else None

    @cached_property
    def arms(self) -> tuple[str, ...]:
        """All arms as planned, the baseline first."""
        from bench.summary.cells import arm_order

        planned = [str(arm["text"]) for arm in self.info.plan.get("arms", ())]
        return arm_order(self.results, planned)

    @cached_property
    def summaries(self) -> tuple[CellSummary, ...]:
        """One summary a cell: each arm's figures, its ratio to the baseline and the verdict."""
        from bench.plan.kind import kind_of
        from bench.stats.rule import by_launch
        from bench.summary.cells import summarise_cells
        from bench.summary.verdicts import run_judge, run_metric

        if kind_of(self.info.plan) in ("capacity", "demand"):
            # Trials of one cell have little in common there: no arm is compared with another.
            found = summarise_cells(self.results, self.arms)
            return tuple(replace(summary, comparisons=()) for summary in found)
        return summarise_cells(
            self.results,
            self.arms,
            estimate=self.info.estimate,
            metric=run_metric(self.info),
            judge=run_judge(self.info),
            replaced=by_launch(self.info.plan.get("settings", {})),
        )

    @cached_property
    def trials(self) -> pd.DataFrame:
        """One row a trial; seconds, records, bytes.  See ``bench.results.frames``."""
        from bench.results.frames import trials_frame

        return trials_frame(self.results)

    @cached_property
    def batches(self) -> pd.DataFrame:
        """One row a batch; join on ``number`` with :attr:`trials`."""
        from bench.results.frames import batches_frame

        return batches_frame(self.results)

    @cached_property
    def cells(self) -> pd.DataFrame:
        """One row a cell and arm; figures of arms that are not ranked are missing."""
        from bench.summary.frame import cells_frame

        return cells_frame(self.summaries)

    def capacity(self, *, curve: bool = False) -> pd.DataFrame:
        """Of a capacity run, one row a cell and arm: the rate that holds and the next that did not.

        With ``curve`` one row a rate instead: the latency by rate, up to the knee.

        :raises UsageError: the run did not search for capacity.
        """
        from bench.errors import UsageError
        from bench.experiments.capacity.findings import capacity_report
        from bench.experiments.capacity.frame import capacity_frame, curve_frame

        report = capacity_report(self)
        if report is None:
            raise UsageError(
                f"{self.place or 'this run'}: not a search for capacity; "
                "`sparkbench capacity` makes one."
            )
        return curve_frame(report) if curve else capacity_frame(report)

    @cached_property
    def plot(self) -> Plots:
        """The report's plots: ``run.plot.quantiles(ax=ax)``, ``dir(run.plot)`` lists them."""
        from bench.view.plots import Plots

        return Plots(self)

    def markdown(self) -> str:
        """The report as Markdown, without plots."""
        from bench.document.markdown import markdown

        return markdown(self.experiment.document())

    @cached_property
    def experiment(self) -> Experiment:
        """What a run of this kind can be asked."""
        from bench.experiments.registry import make_experiment

        return make_experiment(self)

    def write_report(
        self, directory: str | Path | None = None, *, decisions: Sequence[DecisionView] = ()
    ) -> list[Path]:
        """Write index.html, report.md, cells.csv and the plots, by default into ``report/``.

        ``decisions`` (``bench.decision.decision_view``) become sections of the page.  The paths,
        the page first.

        :raises UsageError: the run is not stored and no directory was given.
        """
        from bench.errors import UsageError
        from bench.report.bundle import write_report
        from bench.results.files import make_folder

        if directory is None:
            if self.path is None:
                raise UsageError("this run is not stored: say where its report shall go.")
            directory = RunStore(self.path, self.info).report_dir
        return write_report(self, make_folder(Path(directory)), decisions)

    def _repr_html_(self) -> str:
        """What a notebook shows of the run."""
        from bench.view.notebook import run_html

        return run_html(self)

    def __repr__(self) -> str:
        """The run's place, arms and how many trials it has."""
        done = f"{len(self.results)} of {self.info.planned_trials} trials"
        return f"Run({self.place or self.info.run_id!r}: {' against '.join(self.arms)}, {done})"
