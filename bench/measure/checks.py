"""The validity checks of a trial, and the status that follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.measure.conservation import Account
from bench.measure.saturation import BacklogJudgement
from bench.measure.settle import TREND_Z
from bench.measure.thresholds import THRESHOLDS, Threshold
from bench.results.schema import NOT_MEASURED, STATUSES, Ageing, Check, Status


@dataclass(frozen=True, kw_only=True)
class Measurements:
    """What the checks look at; ``None`` means that it was not measured, and is told as that.

    ``*_share`` are 0 to 1, ``*_s`` seconds, ``*_p99_s`` over the measured cohort.

    - ``drained``: everything sent was processed before the stream was stopped, as far as the
      trial waited for it; without it, records after the last one read are backlog, not loss
    - ``delivered_share``: delivered / offered; ``negative_share``: of the cohort's gross latencies
    - ``generator_cpu_share``: of all CPUs of the engine where the generator runs on them too, and
      of its own one with ``generator_apart``
    - ``witnessed``: the console was read, so that its stamps are missed where there are none
    - ``clock_step_s``: change of (wall - monotonic clock) over the trial
    - ``steal_share``, ``throttled_share``, ``*_pressure_share``, ``foreign_cpu_share``: of the
      measured window; ``load_average_per_cpu``: before the first trial, as later ones see our own
    - ``shared``: the user says that others may use this machine meanwhile
    """

    trigger_s: float
    window_intervals: float | None = None
    measured_batches: int | None = None
    failed_batches: int | None = None
    cohort_visible_share: float | None = None
    records: int | None = None
    witnessed: bool = False
    negative_share: float | None = None
    range_breaks: int | None = None
    account: Account | None = None
    drained: bool = True
    backlog: BacklogJudgement | None = None
    ageing: Ageing | None = None
    p99_s: float | None = None
    phases_outside_share: float | None = None
    witness_p50_s: float | None = None
    starved_p99_s: float | None = None
    blocked_p99_s: float | None = None
    delivered_share: float | None = None
    generator_cpu_share: float | None = None
    generator_apart: bool = False
    clock_step_s: float | None = None
    steal_share: float | None = None
    throttled_share: float | None = None
    memory_pressure_share: float | None = None
    io_pressure_share: float | None = None
    foreign_cpu_share: float | None = None
    load_average_per_cpu: float | None = None
    shared: bool = False


def run_checks(m: Measurements) -> list[Check]:
    """Every check of ``THRESHOLDS``, in its order."""
    slope = m.backlog.slope if m.backlog else None
    values: dict[str, float | None] = {
        "failed_batches": m.failed_batches,
        "starved_lag": m.starved_p99_s,
        "delivered_load": None if m.delivered_share is None else abs(1 - m.delivered_share),
        "generator_cpu": None if m.generator_apart else m.generator_cpu_share,
        "generator_own_cpu": m.generator_cpu_share if m.generator_apart else None,
        "window_intervals": _off_whole(m.window_intervals),
        "contiguous_ranges": m.range_breaks,
        "conservation_records": _records_off(m),
        "conservation_bytes": _bytes_off(m),
        "negative_latency": m.negative_share,
        "clock_step": None if m.clock_step_s is None else abs(m.clock_step_s),
        "witness": None if m.witness_p50_s is None else abs(m.witness_p50_s),
        "cohort_visible": m.cohort_visible_share,
        "saturation": slope.low if slope else None,
        "measured_batches": m.measured_batches,
        "warmup_settled": _moved(m),
        "backlog_slope": slope.high if slope else None,
        "phases": m.phases_outside_share,
        "due_records": m.records,
        "tail_records": m.records,
        "steal": m.steal_share,
        "throttled": m.throttled_share,
        "memory_pressure": m.memory_pressure_share,
        "io_pressure": m.io_pressure_share,
        "foreign_cpu": m.foreign_cpu_share,
        "load_average": m.load_average_per_cpu,
    }
    # More than a number decides these; the number is shown beside the ground.
    decided: dict[str, tuple[bool, str] | None] = {
        "delivered_load": _blocked(m),
        "saturation": _judged(m.backlog, {"holds", "between"}),
        "backlog_slope": _judged(m.backlog, {"holds"}),
        "warmup_settled": _settled(m),
        "foreign_cpu": _others(m),
        "witness": _unseen(m),
    }
    return [
        _check(limit, values[name], m.trigger_s, decided.get(name))
        for name, limit in THRESHOLDS.items()
    ]


def status_of(checks: Sequence[Check], failures: Sequence[str] = ()) -> tuple[Status, list[str]]:
    """Status of a trial and the sentences for it.

    The worst counts: ``failed`` (``failures``, sentences of whoever ran it, or a failed batch),
    then ``invalid`` (the figures cannot be trusted), ``saturated`` (they can, and the engine did
    not keep up), ``unsettled`` (too early or too short to tell), ``ok``.  An invalid trial is never
    called saturated: a starved generator or a lost record takes the ground from any statement
    about the engine.  The reasons are those of that status; what is less bad is often only its
    consequence, and stays readable in the checks.  Warnings do not change the status.
    """
    found: dict[Status, list[str]] = {"failed": list(failures)} if failures else {}
    for check in checks:
        limit = THRESHOLDS.get(check.name)
        status = limit.on_failure if limit else "invalid"
        if not check.passed and status is not None:
            found.setdefault(status, []).append(check.message)
    for status in STATUSES:
        if status in found:
            return status, found[status]
    return "ok", []


def _check(
    limit: Threshold, value: float | None, trigger_s: float, decided: tuple[bool, str] | None
) -> Check:
    allowed = limit.for_trigger(trigger_s)
    said: str
    if decided is None and value is None:
        passed, said = True, NOT_MEASURED
    elif decided is None:
        assert value is not None
        passed = value >= allowed if limit.at_least else value <= allowed
        bound = "at least" if limit.at_least else "at most"
        said = f"{_text(value, limit)}, allowed {bound} {_text(allowed, limit)}"
    else:
        passed, said = decided
    message = f"{limit.meaning}: {said}" + ("" if passed else f"; {limit.next_step}")
    return Check(
        name=limit.name,
        value=None if value is None else float(value),
        threshold=allowed,
        passed=passed,
        message=message,
    )


def _text(value: float, limit: Threshold) -> str:
    if limit.unit == "s":
        return f"{value * 1000:.3g} ms"
    if limit.unit == "share":
        return f"{value * 100:.4g}%"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.3g}"


def _off_whole(intervals: float | None) -> float | None:
    return None if intervals is None else abs(intervals - max(1, round(intervals)))


def _records_off(m: Measurements) -> float | None:
    a = m.account
    if a is None:
        return None
    unprocessed = 0 if a.processed_records is None else a.received_records - a.processed_records
    lost = a.missing if m.drained else a.holes
    return lost + a.duplicated + abs(unprocessed)


def _bytes_off(m: Measurements) -> float | None:
    a = m.account
    if a is None or a.processed_bytes is None or (a.unread and not m.drained):
        return None
    return abs(a.sent_bytes - a.processed_bytes)


def _moved(m: Measurements) -> float | None:
    if m.ageing is None or not m.p99_s:
        return None
    return abs(m.ageing.change_s) / m.p99_s


def _blocked(m: Measurements) -> tuple[bool, str] | None:
    """The excuse of a generator whose socket was full; ``None`` leaves it to the number."""
    if m.blocked_p99_s is None or m.delivered_share is None:
        return None
    if m.blocked_p99_s <= THRESHOLDS["starved_lag"].for_trigger(m.trigger_s):
        return None
    return True, (
        f"{m.delivered_share:.2%} was delivered, the socket being full for {m.blocked_p99_s:.3g} s "
        "(p99): the engine's doing"
    )


def _unseen(m: Measurements) -> tuple[bool, str] | None:
    if m.witness_p50_s is not None or not (m.witnessed and m.measured_batches):
        return None
    return False, f"none of {m.measured_batches} measured batches was seen on the console"


def _judged(judgement: BacklogJudgement | None, good: set[str]) -> tuple[bool, str] | None:
    return None if judgement is None else (judgement.verdict in good, judgement.reason)


def _settled(m: Measurements) -> tuple[bool, str] | None:
    moved = _moved(m)
    if moved is None or m.ageing is None:
        return None
    large = moved >= THRESHOLDS["warmup_settled"].threshold and abs(m.ageing.z) > TREND_Z
    return not large, f"tick to visible changed by {m.ageing.change_s * 1000:+.0f} ms, {moved:.0%}"


def _others(m: Measurements) -> tuple[bool, str] | None:
    """The word of a user who measures on a shared machine on purpose."""
    if not m.shared or m.foreign_cpu_share is None:
        return None
    return True, f"{m.foreign_cpu_share:.0%}; the machine is shared on purpose (SPARKBENCH_SHARED)"
