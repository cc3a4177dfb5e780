"""The list of runs, and the list of a run's trials: one line each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bench.document import text
from bench.document.table import Grid
from bench.experiments.capacity.findings import capacity_report
from bench.experiments.capacity.text import answer as capacity_answer
from bench.results.schema import TrialResult
from bench.summary.axes import split_axes
from bench.summary.source import Source
from bench.summary.summary import Comparison

#: What a status looks like; any other is a warning.
STATUS_STYLES = {"ok": "", "unsupported": "dim", "failed": "bold red", "invalid": "bold red"}


def runs_grid(runs: Sequence[tuple[str, Source]]) -> Grid:
    """Name, start, trials, arms and answer of each run, in the order given."""
    rows = tuple(
        (
            text.plain(name),
            text.when(run.info.started_at).removesuffix(" UTC"),
            state(run),
            f"{_arms(run.arms)}: {answer(run)}",
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


def answer(run: Source) -> str:
    """The run in a few words: ratio and verdict, or why there is none."""
    comparisons = [c for summary in run.summaries for c in summary.comparisons]
    if not run.results:
        return "no trial ended"
    capacity = capacity_report(run)
    if capacity is not None:
        return capacity_answer(capacity)
    if not comparisons:
        return _figures(run)
    if len(comparisons) == 1:
        return _one(comparisons[0])
    ranked = [c for c in comparisons if c.ratio is not None]
    words = Counter(_word(c) for c in comparisons)
    told = ", ".join(f"{count} {word}" for word, count in words.most_common())
    ratios = [c.ratio for c in ranked if c.ratio is not None]
    span = f"{text.ratio(min(ratios))} to {text.ratio(max(ratios))}; " if ratios else ""
    return f"{span}{told}"


def _one(comparison: Comparison) -> str:
    if comparison.ratio is None:
        return text.plain(comparison.reason or "no ratio")
    ratio = text.ratio(comparison.ratio, estimate=comparison.estimate)
    return ratio if comparison.estimate else f"{ratio} {_word(comparison)}"


def _word(comparison: Comparison) -> str:
    if comparison.ratio is None:
        return "unranked"
    return "estimates" if comparison.verdict is None else comparison.verdict.word


def _figures(run: Source) -> str:
    """Of a run with one arm: its p99, or what its trials ended as."""
    arms = [arm for summary in run.summaries for arm in summary.arms]
    p99 = [a.figures.p99_s for a in arms if a.ranked and a.figures.p99_s is not None]
    if len(p99) != len(arms):
        return ", ".join(sorted({arm.status or "not run" for arm in arms}))
    if len(p99) == 1:
        return f"p99 {text.seconds(p99[0])}"
    return f"p99 {text.seconds(min(p99))} to {text.seconds(max(p99))}"


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
