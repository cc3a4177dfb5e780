"""A ``diff`` as a document, and as plain data for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.diff.diff import Row, RunDiff
from bench.diff.sides import place
from bench.document import text
from bench.document.markdown import markdown
from bench.document.parts import LEAD, Grid, Heading, Line, Part
from bench.document.text import axis_order
from bench.stats.sentence import sentence
from bench.stats.verdict import Verdict
from bench.summary.source import Source

#: Rows said in a sentence each.
_SENTENCES = 6

#: Words for which the table says enough.
_SILENT = frozenset({"within noise", "not enough rounds"})

_STYLES = {"regression": "bold red", "improvement": "green", "unranked": "yellow"}


def diff_lines(diff: RunDiff, gate: str | None = None) -> list[Part]:
    """The comparison; ``gate`` is the sentence of ``--fail-on``."""
    parts: list[Part] = [Heading(_title(diff))]
    parts += [Line(line) for line in _context(diff)]
    parts += [Line(f"! {line}", "yellow") for line in _warnings(diff)]
    parts.append(_grid(diff))
    parts += [Line(words, _STYLES.get(row.verdict.word, "bold")) for row, words in _answers(diff)]
    parts += [Line(line, "dim") for line in _reading(diff)]
    parts += [Line(f"! {line}") for line in diff.apart]
    if gate is not None:
        parts.append(Line(gate, f"{LEAD} red" if diff.gate_failed else LEAD))
    return parts


def diff_markdown(diff: RunDiff, gate: str | None = None) -> str:
    """The same for a job summary."""
    return markdown(diff_lines(diff, gate))


def gate_sentence(diff: RunDiff) -> str:
    """What ``--fail-on slower`` decides, and why."""
    worse, lost = len(diff.regressions), len(diff.lost)
    rows = len(diff.rows)
    if worse or lost:
        why = []
        if worse:
            why.append(f"{worse} of {rows} got worse beyond the threshold")
        if lost:
            why.append(f"{lost} of {rows} could be ranked before and cannot be now")
        return f"Gate failed: {', '.join(why)}."
    if not diff.judged:
        return "Gate failed: nothing could be judged, see the reasons above."
    open_ = rows - diff.judged
    rest = f"; {open_} of {rows} could not be judged" if open_ else ""
    return f"Gate passed: none of {rows} got worse beyond the threshold{rest}."


def _title(diff: RunDiff) -> str:
    return f"Did it change from {_name(diff.before)} to {_name(diff.after)}?"


def _context(diff: RunDiff) -> list[str]:
    metric = diff.metric
    what = f"ratio to {text.plain(diff.before.arms[0])} of {metric.label}" if diff.ratios else ""
    m = diff.rule.comparisons
    source = " (by A/A runs here)" if diff.learned else ""
    lines = [
        *(
            f"{word}: {_name(run)}, {text.when(run.info.started_at)}, "
            f"Spark {text.plain(run.info.environment.spark or 'unknown')}, "
            f"{len(run.results)} of {run.info.planned_trials} trials"
            for word, run in (("Before", diff.before), ("After", diff.after))
        ),
        f"Metric: {what or metric.label} ({metric.better} is better). Threshold: "
        f"{diff.rule.threshold:g}{source}. {m} comparison{'' if m == 1 else 's'} at once, "
        f"each at {text.level(diff.rule.level)}.",
    ]
    if diff.changes:
        lines.append(f"Changed: {text.plain(', '.join(diff.changes))}.")
    return lines


def _warnings(diff: RunDiff) -> list[str]:
    lines = [f"Compared by --force in spite of: {text.plain(why)}." for why in diff.overridden]
    if diff.before.info.estimate or diff.after.info.estimate:
        lines.append("A run with --quick is an estimate: few rounds and short windows.")
    problems = [*diff.before.problems, *diff.after.problems]
    return lines + [text.plain(problem) for problem in problems]


def _grid(diff: RunDiff) -> Grid:
    axes = sorted({axis for row in diff.rows for axis in row.cell}, key=axis_order)
    heading = (*map(text.axis_name, axes), "arm", "before", "after", "ratio", "interval", "verdict")
    return Grid(
        heading,
        tuple(_cells(diff, row, axes) for row in diff.rows),
        frozenset({"arm", "verdict"}),
        tuple(_STYLES.get(row.verdict.word, "") for row in diff.rows),
    )


def _cells(diff: RunDiff, row: Row, axes: Sequence[str]) -> tuple[str, ...]:
    verdict = row.verdict
    few = verdict.word == "not enough rounds"
    return (
        *(text.axis_value(axis, row.cell[axis]) if axis in row.cell else "" for axis in axes),
        text.plain(row.arm),
        *(_figure(diff, value) for value in (row.before, row.after)),
        text.ratio(verdict.ratio, estimate=few),
        _interval(verdict),
        verdict.word,
    )


def _figure(diff: RunDiff, value: float | None) -> str:
    if diff.ratios:
        return text.ratio(value)
    return text.seconds(value) if diff.metric.unit == "s" else text.quantity(value)


def _interval(verdict: Verdict) -> str:
    if verdict.low is None or verdict.high is None:
        return ""
    return text.bounds(verdict.low, verdict.high)


def _answers(diff: RunDiff) -> list[tuple[Row, str]]:
    """Sentences for what changed, was lost or cannot be told; steady rows speak in the table."""
    rank = {"regression": 0, "unranked": 1, "improvement": 2}
    told = [row for row in diff.rows if row.verdict.word not in _SILENT]
    told.sort(key=lambda row: rank.get(row.verdict.word, 3))
    said = [(row, text.plain(_sentence(diff, row))) for row in told[:_SENTENCES]]
    few = [row for row in diff.rows if row.verdict.word == "not enough rounds"]
    if few:
        least = min(few, key=lambda row: row.verdict.n)
        reason = "; ".join(least.verdict.reasons)
        said.append((least, f"Not enough rounds: {reason}. ~ marks a mere estimate."))
    return said


def _sentence(diff: RunDiff, row: Row) -> str:
    verdict, arm = row.verdict, row.arm
    where = f"at {text.cell_text(row.cell)}" if row.cell else "here"
    if verdict.word == "unranked":
        return f"No verdict on {arm} {where}: {'; '.join(verdict.reasons)}."
    if diff.ratios:
        why = f" ({'; '.join(verdict.reasons)})" if verdict.reasons else ""
        return f"{arm} against {diff.before.arms[0]} {where}: {verdict.word}{why}."
    # A ratio below 1 is turned round: the arm before is then the one that is so many times as late.
    other = "now" if verdict.ratio is not None and verdict.ratio < 1 else "before"
    return sentence(verdict, f"{arm} before", f"{arm} now", f"as {other} {where}")


def _reading(diff: RunDiff) -> list[str]:
    lines = [
        "before, after: geometric mean over the rounds. ratio: after / before, with an interval "
        "that holds for all rows at once; rounds are not paired.",
        "The interval knows how rounds scatter within each run, not how whole days differ.",
    ]
    left = sum(row.verdict.word not in _SILENT for row in diff.rows) - _SENTENCES
    if left > 0:
        lines.insert(0, f"{left} more rows are not said in a sentence.")
    return lines


def _name(run: Source) -> str:
    return text.plain(place(run))


def diff_data(diff: RunDiff, gate: str | None = None) -> dict[str, Any]:
    """The comparison as JSON-ready data; ratios are after / before."""
    return {
        **{name: _side_data(run) for name, run in (("before", diff.before), ("after", diff.after))},
        "metric": diff.metric.key,
        "ratios": diff.ratios,
        "threshold": diff.rule.threshold,
        "comparisons": diff.rule.comparisons,
        "overridden": list(diff.overridden),
        "changes": list(diff.changes),
        "apart": list(diff.apart),
        "cells": [_row_data(row) for row in diff.rows],
        "gate": None if gate is None else {"failed": diff.gate_failed, "sentence": gate},
    }


def _side_data(run: Source) -> dict[str, Any]:
    info = run.info
    return {
        "place": run.place,
        "run_id": info.run_id,
        "started_at": info.started_at,
        "spark": info.environment.spark,
        "cpu": info.environment.cpu,
        "cpus": info.environment.cpus,
        "trials": len(run.results),
        "planned_trials": info.planned_trials,
    }


def _row_data(row: Row) -> dict[str, Any]:
    verdict = row.verdict
    return {
        "cell": dict(row.cell),
        "arm": row.arm,
        "before": row.before,
        "after": row.after,
        **{name: getattr(verdict, name) for name in ("word", "ratio", "low", "high", "level", "n")},
        "reasons": list(verdict.reasons),
    }
