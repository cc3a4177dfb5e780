"""One summary a cell: each arm over its rounds, and each arm against the baseline.

The trial is the replicate: a figure of an arm is the median of its trials' figures, and a ratio is
the geometric mean of the ratios within a round (the mean of the log-ratios, methodology rule 16).
A cell is ranked only where both sides are ``ok`` in every round, but for the few rounds that a
disturbance from outside may take out, and for an arm at its limit (``bench.stats.outcome``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean, median

from bench.document.text import cell_order
from bench.results.schema import STATUSES, Status, TrialResult
from bench.stats.metrics import HEADLINE, METRICS
from bench.stats.outcome import DISTURBED, UNSETTLED, is_at_limit, too_many_lost
from bench.stats.verdict import Verdict
from bench.summary.summary import (
    ArmSummary,
    CellSummary,
    Comparison,
    Figures,
    Judge,
)

#: Paired rounds below which a ratio is called an estimate when nothing else has judged it.
FEW_ROUNDS = 5

#: Statuses whose measured figures mean something, ranked or not.
_MEASURED: frozenset[Status] = frozenset({"ok", "unsettled", "saturated"})


def arm_order(results: Iterable[TrialResult], planned: Sequence[str] = ()) -> tuple[str, ...]:
    """All arms: the planned ones in their order, then any other by first appearance."""
    seen = (result.trial.arm for result in sorted(results, key=lambda r: r.trial.number))
    return tuple(dict.fromkeys([*planned, *seen]))


def summarise_cells(
    results: Sequence[TrialResult],
    arms: Sequence[str] | None = None,
    *,
    estimate: bool = False,
    metric: str = HEADLINE,
    judge: Judge | None = None,
    replaced: bool = False,
) -> tuple[CellSummary, ...]:
    """Summarise every cell that has a trial, in the order of the cells' axis values.

    :param arms: all arms, the baseline first; by default those seen.
    :param estimate: the run says that its figures are estimates.
    :param judge: gives interval and verdict (``bench.summary.verdicts.run_judge``); without one
        there is neither.
    :param replaced: rounds that were disturbed, or in which an arm crashed once, were made again.
    """
    order = tuple(arms) if arms is not None else arm_order(results)
    groups: dict[tuple[tuple[str, str | int | float], ...], dict[str, list[TrialResult]]] = {}
    for result in results:
        key = tuple(sorted(result.trial.cell.items()))
        groups.setdefault(key, {}).setdefault(result.trial.arm, []).append(result)
    judged = len(groups) * max(len(order) - 1, 1)
    return tuple(
        _cell(by_arm, order, estimate, metric, judge, judged, replaced)
        for _key, by_arm in sorted(groups.items(), key=lambda item: cell_order(item[0]))
    )


def worst(statuses: Iterable[Status]) -> Status | None:
    """The worst of several statuses, ``None`` of none."""
    return min(statuses, key=STATUSES.index, default=None)


def log_ratios(
    arm: Sequence[TrialResult],
    baseline: Sequence[TrialResult],
    metric: str = HEADLINE,
    *,
    at_limit: bool = False,
) -> tuple[float, ...]:
    """The natural logarithm of arm / baseline in each round that measured both, by round.

    ``at_limit``: trials that are so (``bench.stats.outcome.is_at_limit``) count too.
    """
    pairs = tuple(_by_round(trials, metric, at_limit) for trials in (arm, baseline))
    return tuple(
        math.log(pairs[0][number] / pairs[1][number])
        for number in sorted(pairs[0].keys() & pairs[1].keys())
    )


def _by_round(trials: Sequence[TrialResult], metric: str, at_limit: bool) -> dict[int, float]:
    values: dict[int, float] = {}
    for result in trials:
        value = METRICS[metric].read(result)
        counts = result.status == "ok" or (at_limit and is_at_limit(result))
        if counts and value is not None and value > 0:
            values[result.trial.round] = value
    return values


def _cell(
    by_arm: Mapping[str, Sequence[TrialResult]],
    order: Sequence[str],
    estimate: bool,
    metric: str,
    judge: Judge | None,
    judged: int,
    replaced: bool,
) -> CellSummary:
    summaries = tuple(_arm(arm, by_arm.get(arm, ()), replaced) for arm in order)
    cell = next(iter(by_arm.values()))[0].trial.cell
    comparisons = tuple(
        _compare(
            side,
            summaries[0],
            log_ratios(
                by_arm.get(side.arm, ()), by_arm.get(order[0], ()), metric, at_limit=replaced
            ),
            estimate,
            metric,
            judge(by_arm.get(order[0], ()), by_arm.get(side.arm, ()), judged) if judge else None,
        )
        for side in summaries[1:]
    )
    return CellSummary(cell, summaries, comparisons)


def _arm(arm: str, trials: Sequence[TrialResult], replaced: bool) -> ArmSummary:
    status = _status(trials, replaced)
    reasons = (reason for r in trials if r.status == status != "ok" for reason in r.reasons)
    counting = _MEASURED if status != "ok" else {"ok"}
    measured = [result for result in trials if result.status in counting]

    def middle(metric: str) -> float | None:
        values = [value for r in measured if (value := METRICS[metric].read(r)) is not None]
        return median(values) if values else None

    return ArmSummary(
        arm=arm,
        engine=trials[0].trial.engine if trials else arm.partition(":")[0],
        path=_joined(result.trial.path for result in trials),
        guarantee=_joined(result.trial.guarantee for result in trials),
        status=status,
        reasons=tuple(dict.fromkeys(reasons)),
        rounds=len({result.trial.round for result in trials}),
        rounds_ok=len({result.trial.round for result in trials if result.status == "ok"}),
        figures=Figures(
            p50_s=middle("e2e_p50"),
            p99_s=middle("e2e_p99"),
            net_p99_s=middle("net_p99"),
            batch_p50_s=middle("batch_p50"),
            throughput_per_s=middle("throughput"),
        ),
        at_limit=replaced
        and status == UNSETTLED
        and all(is_at_limit(result) for result in trials if result.status == UNSETTLED),
    )


def _status(trials: Sequence[TrialResult], replaced: bool) -> Status | None:
    statuses = [result.status for result in trials]
    if replaced and statuses.count("failed") == 1 and len(statuses) > 1:
        statuses.remove("failed")
    if "ok" in statuses and set(statuses) <= {"ok", DISTURBED}:
        lost = statuses.count(DISTURBED)
        return DISTURBED if not replaced and too_many_lost(lost, len(statuses)) else "ok"
    return worst(statuses)


def _compare(
    side: ArmSummary,
    baseline: ArmSummary,
    logs: tuple[float, ...],
    estimate: bool,
    metric: str,
    verdict: Verdict | None,
) -> Comparison:
    reason = _unranked(side, baseline)
    if reason is None and not logs:
        reason = "no round measured both sides"
    if reason is None and verdict is not None and verdict.word == "unranked":
        reason = "; ".join(verdict.reasons)
    if verdict is None:
        guess = estimate or len(logs) < FEW_ROUNDS
    else:
        # --quick too can meet every rule; then its figures are no mere estimates.
        guess = verdict.word == "not enough rounds"
    return Comparison(
        baseline=baseline.arm,
        arm=side.arm,
        metric=metric,
        log_ratios=logs,
        ratio=math.exp(fmean(logs)) if reason is None else None,
        estimate=reason is None and guess,
        verdict=verdict,
        reason=reason,
    )


def _unranked(side: ArmSummary, baseline: ArmSummary) -> str | None:
    bad = [arm for arm in (baseline, side) if not arm.ranked]
    if not bad:
        return None
    said = " and ".join(f"{arm.arm} is {arm.status or 'not run yet'}" for arm in bad)
    if len(bad) == 1 and bad[0].status == "saturated":
        kept_up = side if bad[0] is baseline else baseline
        return f"{said}, where {kept_up.arm} keeps up"
    return said


def _joined(values: Iterable[str]) -> str:
    return "/".join(dict.fromkeys(values))
