"""What an A/A run says of this machine and of the method, in words and as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bench.document import text
from bench.document.parts import Line
from bench.document.text import cell_order
from bench.plan.cells import cell_key
from bench.plan.kind import arm_of
from bench.results.schema import TrialResult
from bench.stats.aa import NOTICED, CellControl, SelfControl, self_control
from bench.stats.metrics import METRICS, Metric
from bench.stats.outcome import Outcome, outcome_of
from bench.stats.rule import by_launch
from bench.stats.selfcontrol import FalseAlarms
from bench.stats.verdict import Pair
from bench.summary.source import Source
from bench.summary.verdicts import run_metric


@dataclass(frozen=True)
class AAReport:
    """An A/A run judged; ``cells`` names those of ``control``, in the same order."""

    arm: str
    metric: Metric
    cells: tuple[str, ...]
    control: SelfControl


def aa_report(run: Source) -> AAReport | None:
    """The self-control of a run of an arm against itself; ``None`` of any other run."""
    arm = arm_of(run.info.plan)
    if arm is None:
        return None
    metric = METRICS[run_metric(run.info)]
    groups: dict[str, list[TrialResult]] = {}
    for result in run.results:
        groups.setdefault(cell_key(result.trial.cell), []).append(result)
    ordered = sorted(groups.values(), key=lambda trials: cell_order(trials[0].trial.cell.items()))
    control = self_control(
        [_pairs(trials, run.arms, metric) for trials in ordered],
        metric,
        float(run.info.plan.get("settings", {}).get("inject_s", 0.0)),
        by_launch=by_launch(run.info.plan.get("settings", {})),
    )
    names = tuple(text.cell_text(trials[0].trial.cell) for trials in ordered)
    return AAReport(arm, metric, names, control)


def aa_lines(report: AAReport) -> list[Line]:
    """The findings for a terminal."""
    control, metric = report.control, report.metric
    arm = text.plain(report.arm)
    lines = [Line(f"{arm} against itself, by {metric.label}:", "bold")]
    if control.floor is None:
        ranked = any(cell.verdict.word != "unranked" for cell in control.cells)
        remedy = "more --rounds give one" if ranked else "its trials say why, see above"
        why = f"No noise floor: {text.plain(control.why_not)}; {remedy}."
        return [*lines, Line(f"! {why}", "yellow")]
    floor, alarms = control.floor, control.alarms
    off = ", the injected delay taken off," if control.inject_s else ""
    lines += [
        Line(
            f"Noise floor: {floor.floor:.3f}. Identical arms{off} may seem that far apart; "
            f"{_rounds(control.rounds)} have not excluded it."
        ),
        Line(
            f"Scatter: the ratio varies by {floor.spread:.1%} from round to round; "
            f"{_rounds(control.rounds)} resolve {_percent(floor.resolution(control.rounds))}, "
            f"{2 * control.rounds} would resolve {_percent(floor.resolution(2 * control.rounds))}."
        ),
        Line(f"False alarms: {_alarms(alarms)}."),
    ]
    many = len(report.cells) > 1
    for name, cell in zip(report.cells, control.cells, strict=True):
        where = f"At {name}: " if many else ""
        lines += [Line(f"{where}{words}") for words in _cell_words(cell, control, metric)]
    return [*lines, Line(f"Noise threshold: {floor.threshold:.2f} for {arm} here.", "bold")]


def aa_data(report: AAReport) -> dict[str, Any]:
    """The findings as JSON-ready data."""
    control = report.control
    return {
        "arm": report.arm,
        "metric": report.metric.key,
        "inject_s": control.inject_s,
        "rounds": control.rounds,
        "why_not": control.why_not or None,
        "floor": None if control.floor is None else asdict(control.floor),
        "false_alarms": None if control.alarms is None else asdict(control.alarms),
        "cells": [
            {"cell": name, **asdict(cell)}
            for name, cell in zip(report.cells, control.cells, strict=True)
        ],
    }


def _alarms(alarms: FalseAlarms | None) -> str:
    if alarms is None:
        return "these rounds make no whole comparison"
    runs = "1 comparison" if alarms.runs == 1 else f"{alarms.runs} comparisons"
    told = f", {alarms.claims} called it faster or slower" if alarms.claims else ""
    return (
        f"its rounds, as they came, make {runs} by the rule of compare; {alarms.alarms} saw a "
        f"difference that is none{told}. By so few the rate of false alarms is at most "
        f"{alarms.high:.0%}; 5% is the promise, and takes 59 without one to show"
    )


def _pairs(trials: Sequence[TrialResult], arms: Sequence[str], metric: Metric) -> list[Pair]:
    """One pair a round, in their order."""
    sides: dict[str, dict[int, Outcome]] = {arm: {} for arm in arms}
    for result in trials:
        sides.setdefault(result.trial.arm, {})[result.trial.round] = outcome_of(result, metric)
    one, other = (sides[arm] for arm in arms[:2])
    return [Pair(n, one.get(n), other.get(n)) for n in sorted(one.keys() | other.keys())]


def _cell_words(cell: CellControl, control: SelfControl, metric: Metric) -> list[str]:
    verdict = cell.verdict
    if verdict.word == "unranked":
        return [text.plain(f"left out, {'; '.join(verdict.reasons)}.")]
    words = []
    if control.inject_s:
        words += _injected(cell, control)
    elif verdict.excludes_one:
        words.append(
            f"! this run would see a difference of {verdict.low:.3f} to {verdict.high:.3f} between "
            "identical arms; the threshold covers it. Does it come back in another run?"
        )
    if cell.least_seen_s is not None and cell.least_claimed_s is not None:
        words.append(
            f"{NOTICED:.0%} of runs like this would see a delay of "
            f"{text.seconds(cell.least_seen_s)} at {_quantile(metric)}, and call one of "
            f"{text.seconds(cell.least_claimed_s)} slower."
        )
    return words


def _injected(cell: CellControl, control: SelfControl) -> list[str]:
    if cell.shift_s is None or cell.power is None:
        return []
    power = cell.power
    verdict = cell.verdict
    seen = (
        f"seen as {text.seconds(cell.shift_s)}, ratio {verdict.ratio:.3f} "
        f"({verdict.low:.3f} to {verdict.high:.3f})"
        if verdict.ratio and verdict.low and verdict.high
        else f"seen as {text.seconds(cell.shift_s)}"
    )
    needed = cell.rounds_needed
    more = (
        "no 100 rounds would call it slower in 80% of runs"
        if needed is None
        else f"{_rounds(needed)} would call it slower in 80% of runs"
    )
    return [
        f"{text.seconds(control.inject_s)} injected, {seen}.",
        f"Power: {power.seen:.0%} of runs of {_rounds(power.rounds)} would see it, "
        f"{power.beyond_threshold:.0%} would call it slower; {more}.",
    ]


def _quantile(metric: Metric) -> str:
    return metric.path[-1]


def _rounds(count: int) -> str:
    return f"{count} round" + ("" if count == 1 else "s")


def _percent(ratio: float) -> str:
    return f"{ratio - 1:.1%}"
