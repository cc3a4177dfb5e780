"""The list of runs, and the list of a run's trials: one line each."""

from __future__ import annotations

from collections.abc import Sequence

from bench.document import text
from bench.document.parts import Grid
from bench.experiments.registry import experiment_of
from bench.results.schema import TrialResult
from bench.summary.axes import split_axes
from bench.summary.source import Source

#: What a status looks like; any other is a warning.
STATUS_STYLES = {"ok": "", "unsupported": "dim", "failed": "bold red", "invalid": "bold red"}


def runs_grid(runs: Sequence[tuple[str, Source]]) -> Grid:
    """Name, start, trials, arms and answer of each run, in the order given."""
    rows = tuple(
        (
            text.plain(name),
            text.when(run.info.started_at).removesuffix(" UTC"),
            state(run),
            f"{_arms(run.arms)}: {experiment_of(run).few_words()}",
        )
        for name, run in runs
    )
    heading = ("run", "started (UTC)", "trials", "answer")
    return Grid(heading, rows, frozenset({"run", "answer"}), wrap=True)


def trials_grid(run: Source) -> Grid:
    """One row a trial: number, round, arm, the axes that vary, status and headline figures."""
    axes, _common = split_axes(run.summaries)
    heading = ("trial", "round", "arm", *map(text.axis_name, axes), "status")
    rows = tuple(
        (
            str(result.trial.number),
            result.trial.purpose or str(result.trial.round),
            text.plain(result.trial.arm),
            *(
                text.axis_value(axis, result.trial.cell[axis])
                if axis in result.trial.cell
                else text.NONE
                for axis in axes
            ),
            result.status,
            *_headline(result),
        )
        for result in run.results
    )
    styles = tuple(STATUS_STYLES.get(result.status, "yellow") for result in run.results)
    figures = ("p50", "p99", "batch", "rec/s")
    return Grid((*heading, *figures), rows, frozenset({"arm", "status"}), styles)


def state(run: Source) -> str:
    """How many trials ended, and of how many where that is not all."""
    done = len(run.results)
    return str(done) if run.info.finished_at is not None else f"{done}/{run.info.planned_trials}"


def _arms(arms: Sequence[str]) -> str:
    return text.plain(" ".join(arms)) or text.NONE


def _headline(result: TrialResult) -> tuple[str, str, str, str]:
    gross = result.latency_s.gross if result.latency_s else None
    return (
        text.seconds(gross.p50 if gross else None),
        text.seconds(gross.p99 if gross else None),
        text.seconds(result.batch_s.p50 if result.batch_s else None),
        text.quantity(result.throughput_per_s),
    )
