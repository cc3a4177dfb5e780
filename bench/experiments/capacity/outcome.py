"""What one trial of a capacity search says of its rate.  Pure.

A rate holds when the backlog does (``bench.measure.saturation``, whose verdict the trial's checks
carry), p99 keeps the bound, and nothing was lost or processed twice.  Checks that void a trial in a
comparison need not void it here: a generator that shares the engine's CPUs takes something from the
engine, so a rate that held in spite of it holds; only a rate that did not may be its doing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bench.plan.arms import in_batches

if TYPE_CHECKING:
    from bench.results.schema import Check, TrialResult

Word = Literal[
    "holds",
    "saturated",
    "slow",
    "lost",
    "between",
    "generator",
    "invalid",
    "failed",
    "unsupported",
]

#: What each word means, for people, as a reason why an arm stopped there.
MEANING: dict[Word, str] = {
    "holds": "holds",
    "saturated": "backlog grows",
    "slow": "p99 bound",
    "lost": "records lost",
    "between": "not steady",
    "generator": "generator limit",
    "invalid": "trial invalid",
    "failed": "trial failed",
    "unsupported": "unsupported",
}

#: Disturbances of which a rate that held all the same is told, and no more.
_NOTED = ("starved_lag", "generator_cpu", "generator_own_cpu", "warmup_settled")

#: Checks without which the figures of a trial cannot be believed.
_BELIEVED = ("window_intervals", "negative_latency", "clock_step", "witness")

_LOST = ("contiguous_ranges", "conservation_records", "conservation_bytes")

#: An engine that takes in less than this share of what was delivered is not held up by the
#: generator.
_KEEPS_UP = 0.98


@dataclass(frozen=True)
class Outcome:
    """What a trial says of its rate, why, and what was noted besides.

    ``busy_share`` is the median batch time as a share of the trigger interval, ``None`` where
    there is no trigger or no batch, and in real-time mode.
    """

    word: Word
    reason: str = ""
    busy_share: float | None = None
    notes: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the rate held."""
        return self.word == "holds"


def outcome_of(result: TrialResult, bound_s: float) -> Outcome:
    """Judge a trial; ``bound_s`` is the p99 it must keep."""
    if result.status in ("unsupported", "failed"):
        word: Word = "unsupported" if result.status == "unsupported" else "failed"
        return Outcome(word, _first(result.reasons))
    checks = {check.name: check for check in result.checks}
    word, reason = _judge(result, checks, bound_s)
    trigger_s = result.trial.trigger_s
    # Row by row, a batch or epoch is as long as it was told to be, however idle.
    timed = trigger_s > 0 and in_batches(result.trial.arm)
    busy = result.batch_s.p50 / trigger_s if result.batch_s and timed else None
    notes = tuple(c.message for name in _NOTED if (c := _missed(checks, name)) is not None)
    return Outcome(word, reason, busy, notes)


def _judge(result: TrialResult, checks: dict[str, Check], bound_s: float) -> tuple[Word, str]:
    if result.load is None or (result.latency_s is None and result.status != "saturated"):
        return "invalid", "no latency was measured"
    lost = next((c for name in _LOST if (c := _missed(checks, name))), None)
    if lost is not None:
        return "lost", _plain(lost)
    short = _missed(checks, "delivered_load")
    seen = result.throughput_per_s or 0.0
    if short is not None and seen >= _KEEPS_UP * result.load.delivered_per_s:
        return "generator", _plain(short)
    grows = _missed(checks, "saturation") or _missed(checks, "cohort_visible")
    if grows is not None or result.status == "saturated":
        return "saturated", _plain(grows) if grows else _first(result.reasons)
    unbelieved = next((c for name in _BELIEVED if (c := _missed(checks, name))), None)
    if unbelieved is not None:
        return "invalid", _plain(unbelieved)
    assert result.latency_s is not None
    p99_s = result.latency_s.gross.p99
    starved_s = result.load.starved_s.p99
    if p99_s > bound_s:
        said = f"p99 is {p99_s:.3g} s, allowed at most {bound_s:.3g} s"
        if _missed(checks, "starved_lag") and p99_s - starved_s <= bound_s:
            return "generator", f"{said}; the generator was late by {starved_s:.3g} s of it"
        return "slow", said
    unclear = _missed(checks, "measured_batches") or _missed(checks, "backlog_slope")
    if unclear is not None:
        return "between", _plain(unclear)
    return "holds", ""


def _missed(checks: dict[str, Check], name: str) -> Check | None:
    check = checks.get(name)
    return check if check is not None and not check.passed else None


def _plain(check: Check) -> str:
    """The message without its advice, which is for comparisons; of the backlog, the verdict."""
    said = check.message.partition("; ")[0]
    return said.partition(": ")[2] if check.name in ("saturation", "backlog_slope") else said


def _first(reasons: list[str]) -> str:
    return reasons[0] if reasons else "no reason was recorded"
