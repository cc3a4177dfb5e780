"""How the run itself went, in sentences: its order, its outliers, its stops, its time."""

from __future__ import annotations

from collections.abc import Sequence

from bench.document import text
from bench.results.schema import RunInfo, TrialResult
from bench.stats.metrics import METRICS, Metric
from bench.summary.axes import split_axes
from bench.summary.order import Order, Outlier, order_of
from bench.summary.source import Source
from bench.summary.spent import parts, rest_words, wall_s
from bench.summary.summary import Cell
from bench.summary.verdicts import run_metric

#: Outliers named one by one; the rest is counted.
_MOST_OUTLIERS = 3


def conduct(run: Source) -> list[str]:
    """What a reader of the verdicts should know of the run: order, disturbances, stops."""
    metric = METRICS[run_metric(run.info)]
    if not run.arms:
        return []
    found = order_of(run.results, run.arms, metric)
    varying, _common = split_axes(run.summaries)
    lost = [
        f"{comparison.arm}{_at(summary.cell, varying)}: {reason}"
        for summary in run.summaries
        for comparison in summary.comparisons
        if comparison.ratio is not None and comparison.verdict is not None
        for reason in comparison.verdict.reasons
        if reason.startswith("rounds left out")
    ]
    return [*_order(found, metric), *lost, *_outliers(found, metric, varying), *_stops(run)]


def time_share(info: RunInfo, results: Sequence[TrialResult]) -> str | None:
    """How much of the wall time went into measured windows; ``None`` before the first trial."""
    if not results:
        return None
    measured = sum(r.window_s[1] - r.window_s[0] for r in results if r.window_s is not None)
    wall = wall_s(info, results)
    share = measured / wall if wall > 0 else 0.0
    rest = rest_words(parts(info, results)) or "the rest is starting, warming up and ending"
    return f"Measured windows: {_long(measured)} of {_long(wall)} wall time ({share:.0%}); {rest}."


def _order(found: Order, metric: Metric) -> list[str]:
    said = []
    drift = found.trend
    if drift is not None:
        change = f"{metric.label} changed by {drift.change_per_round:+.1%} a round"
        said.append(
            f"Drift over {drift.rounds} rounds: {change} (p = {_p(drift.p)}). Ratios are taken "
            "within rounds in random order, so they stand; find out what changed on this machine."
            if drift.found
            else f"No drift over {drift.rounds} rounds (p = {_p(drift.p)})."
        )
    for arm, effect in found.positions.items():
        if effect.found:
            said.append(
                f"Position matters: what runs second in a round, {arm} or the baseline, has "
                f"{effect.ratio:.2f} times the {metric.label} (p = {_p(effect.p)}). The order is "
                "random and balanced, so the ratio stands."
            )
    return said


def _outliers(found: Order, metric: Metric, varying: Sequence[str]) -> list[str]:
    shown = [_outlier(one, metric, varying) for one in found.outliers[:_MOST_OUTLIERS]]
    more = len(found.outliers) - len(shown)
    if more <= 0:
        return shown
    return [*shown, f"{more} more outlier{'' if more == 1 else 's'}, kept too."]


def _outlier(one: Outlier, metric: Metric, varying: Sequence[str]) -> str:
    def figure(value: float) -> str:
        return text.seconds(value) if metric.unit == "s" else text.quantity(value)

    return (
        f"Outlier, kept: trial {one.number} ({one.arm}{_at(one.cell, varying)}, round {one.round}) "
        f"has {figure(one.value)} where the median is {figure(one.median)}."
    )


def _stops(run: Source) -> list[str]:
    info = run.info
    lines = []
    if info.plan.get("settings", {}).get("until") is not None and info.finished_at is not None:
        verdicts = [c.verdict for summary in run.summaries for c in summary.comparisons]
        widths = [v.high / v.ratio - 1 for v in verdicts if v and v.high and v.ratio]
        goal = float(info.plan["settings"]["until"])
        if widths:
            reached = max(widths) <= goal * (1 + 1e-9)
            lines.append(
                f"--until {goal:.3g}: the widest interval is the ratio times and over "
                f"{1 + max(widths):.3f}"
                + ("." if reached else "; the budget was spent before it was narrow enough.")
            )
    judged = any(c.verdict for summary in run.summaries for c in summary.comparisons)
    if judged and any(part.replanned for part in info.parts):
        lines.append(
            "The plan was changed on the way, in sight of the figures: the intervals are those "
            "that stay valid then, and wider."
        )
    elif judged and info.finished_at is None:
        lines.append(
            "Stopped before its planned end: the intervals are those that stay valid whenever one "
            "stops, and wider."
        )
    lines += [f"Resumed with --force: {why}." for part in info.parts for why in part.forced]
    return lines


def _at(cell: Cell, varying: Sequence[str]) -> str:
    return f" at {text.cell_text(cell, varying)}" if varying else ""


def _p(value: float) -> str:
    return f"{value:.2g}" if value >= 0.001 else "below 0.001"


def _long(seconds: float) -> str:
    whole = round(seconds)
    if whole < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{whole} s"
    return f"{whole // 60} min {whole % 60} s"
