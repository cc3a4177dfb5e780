"""What can be said at a glance of how far a run may be trusted; each badge in words and a sign."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bench.plan.kind import kind_of
from bench.results.schema import NOT_MEASURED, STATUSES, TrialResult
from bench.stats.metrics import METRICS
from bench.summary import notes
from bench.summary.order import order_of
from bench.summary.source import Source
from bench.summary.verdicts import run_metric, run_rule

Kind = Literal["good", "warn", "bad", "info"]

#: Checks of the load: whether what was offered is what was sent, and in time.
_LOAD = ("starved_lag", "delivered_load", "generator_cpu", "generator_own_cpu")

#: Of these two a trial has one: a generator with a CPU of its own, or one that shares.
_EITHER = {"generator_cpu", "generator_own_cpu"}

#: Statuses that say something of an arm or of the plan, and nothing against the run.
_FINDINGS = ("saturated", "unsettled", "unsupported")


@dataclass(frozen=True)
class Badge:
    """A few words, and a sentence that tells more."""

    kind: Kind
    label: str
    detail: str


def badges(run: Source) -> list[Badge]:
    """The badges of a run, what speaks against it first."""
    found = [
        *_completeness(run),
        *_trials(run.results),
        *_rounds(run),
        *_conservation(run.results),
        *_load(run.results),
        *_drift(run),
        *_warnings(run.results),
        *_code(run),
    ]
    return sorted(found, key=lambda badge: ("bad", "warn", "good", "info").index(badge.kind))


def _completeness(run: Source) -> list[Badge]:
    found = []
    done, planned = len(run.results), run.info.planned_trials
    if run.info.finished_at is None:
        detail = f"{done} of {planned} planned trials have ended."
        found.append(Badge("warn", "not finished", detail))
    if run.problems:
        detail = f"{len(run.problems)} stored files could not be read and were skipped."
        found.append(Badge("bad", "files damaged", detail))
    if why := notes.why_estimate(run):
        found.append(Badge("warn", "estimate", f"{why} Decide nothing by it."))
    return found


def _trials(results: Sequence[TrialResult]) -> list[Badge]:
    if not results:
        return []
    counts = Counter(result.status for result in results)
    told = ", ".join(f"{counts[status]} {status}" for status in STATUSES if counts[status])
    if set(counts) == {"ok"}:
        label = f"{_many(len(results), 'trial')} valid"
        return [Badge("good", label, f"No check gave ground to void one.{_untold(results)}")]
    bad = not set(counts) <= {"ok", *_FINDINGS}
    detail = f"Of {len(results)} trials: {told}."
    return [Badge("bad" if bad else "warn", told, detail)]


def _untold(results: Sequence[TrialResult]) -> str:
    """The checks that said nothing, as a sentence: they are not among those that passed."""
    seen = Counter(
        check.name
        for result in results
        for check in result.checks
        if check.answer == NOT_MEASURED and check.name not in _EITHER
    )
    if not seen:
        return ""
    told = ", ".join(f"{name} in {_many(count, 'trial')}" for name, count in seen.most_common())
    return f" Not measured: {told}."


def _rounds(run: Source) -> list[Badge]:
    comparisons = [c for summary in run.summaries for c in summary.comparisons]
    if not comparisons or kind_of(run.info.plan) in ("soak", "tune"):
        return []
    ranked = [c.rounds for c in comparisons if c.ratio is not None]
    least = run_rule(run.info, len(comparisons)).minimum
    needed = f"A verdict needs at least {_many(least, 'round')} of both arms."
    if not ranked:
        return [Badge("warn", "no ratio", needed)]
    rounds = min(ranked)
    if rounds >= least:
        label = f"{_many(rounds, 'round')}, random order"
        return [Badge("good", label, f"At least {least} are needed for a verdict here.")]
    return [Badge("warn", f"{_many(rounds, 'round')} of both arms", needed)]


def _conservation(results: Sequence[TrialResult]) -> list[Badge]:
    found = [result.conservation for result in results if result.conservation is not None]
    if not found:
        return []
    wrong = sum(bool(one.missing or one.duplicated) for one in found)
    if wrong:
        detail = f"Records were missing or repeated in {_many(wrong, 'trial')}."
        return [Badge("bad", "records lost or repeated", detail)]
    sent = sum(one.sent_records for one in found)
    return [Badge("good", "no record lost", f"{sent:,} sent, each seen exactly once.")]


def _load(results: Sequence[TrialResult]) -> list[Badge]:
    checks = [check for result in results for check in result.checks if check.name in _LOAD]
    if not checks:
        return []
    failed = {check.name for check in checks if not check.passed}
    told = {check.name for check in checks if check.answer == "passed"}
    untold = {check.name for check in checks} - told - failed
    if not failed and untold - (_EITHER if told & _EITHER else set()):
        detail = f"Not measured in any trial: {', '.join(sorted(untold))}."
        return [Badge("warn", "load not measured", detail)]
    if failed:
        detail = f"Not passed in some trial: {', '.join(sorted(failed))}."
        return [Badge("warn", "load not as offered", detail)]
    return [Badge("good", "load sent as planned", "In time, in full, by a generator with room.")]


def _drift(run: Source) -> list[Badge]:
    if not run.arms:
        return []
    drift = order_of(run.results, run.arms, METRICS[run_metric(run.info)]).trend
    if drift is None:
        return []
    if drift.found:
        return [Badge("warn", "drift over the rounds", "Ratios are within rounds, so they stand.")]
    return [Badge("good", "no drift", f"Over {drift.rounds} rounds.")]


def _warnings(results: Sequence[TrialResult]) -> list[Badge]:
    """Checks that changed no status: noise on the machine, rough tails."""
    seen = Counter(
        check.name
        for result in results
        if result.status == "ok"
        for check in result.checks
        if not check.passed
    )
    if not seen:
        return []
    told = ", ".join(f"{name} in {_many(count, 'trial')}" for name, count in seen.most_common())
    return [Badge("warn", "warnings", f"Noted, and no ground to void a trial: {told}.")]


def _code(run: Source) -> list[Badge]:
    if not run.info.git.get("dirty"):
        return []
    return [Badge("info", "local changes", "The code was not that of its commit.")]


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" + ("" if count == 1 else "s")
