"""All measures of one trial from its batches, schedules and window, in one call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.measure.backlog import backlog, sample_backlog
from bench.measure.checks import Measurements
from bench.measure.cohort import (
    Window,
    cohort_records,
    cohort_visible_share,
    measured_batches,
)
from bench.measure.conservation import Account, conserve
from bench.measure.inputs import BatchLike, ScheduleLike
from bench.measure.latency import latency
from bench.measure.phases import mean_phases, phases_outside_share
from bench.measure.ranges import range_breaks
from bench.measure.saturation import BacklogJudgement, judge_backlog
from bench.measure.settle import ageing, warmup_flags
from bench.measure.throughput import batch_time, offered_per_s, throughput_per_s
from bench.results.schema import Ageing, Backlog, BatchTime, Latency


@dataclass(frozen=True)
class Parts:
    """What a trial's batches tell; the fields of ``TrialResult`` under their names there.

    ``warmup`` has one flag a batch.  ``measurements`` holds what the checks need of it; add what
    only the trial knows with ``dataclasses.replace`` and pass it to ``checks.run_checks``.
    """

    latency_s: Latency | None
    batch_s: BatchTime | None
    throughput_per_s: float | None
    offered_per_s: float
    backlog: Backlog | None
    judgement: BacklogJudgement
    account: Account
    ageing: Ageing | None
    warmup: list[bool]
    measurements: Measurements
    mean_phases_s: dict[str, float] = field(default_factory=dict)


def measure(
    batches: Sequence[BatchLike],
    schedules: Sequence[ScheduleLike],
    window: Window,
    *,
    sent_records: Sequence[int],
    sent_bytes: int,
    drained: bool = True,
    heap_trend: bool | None = None,
) -> Parts:
    """Measure one stream.

    ``batches``: all of the measured stream, warm-up and tail included, in batch order.
    ``sent_records``: one number a stream.  Raises ``ValueError`` for a range of a stream without a
    schedule.
    """
    measured = measured_batches(batches, schedules, window)
    failed = sum(b.failure is not None for b in batches)
    visible_share = cohort_visible_share(batches, schedules, window)
    samples = sample_backlog(batches, schedules, window)
    one_by_one = any(batch.chunks for batch in batches)
    judgement = judge_backlog(
        samples,
        window,
        cohort_visible=visible_share >= 1,
        failed_batches=failed,
        heap_trend=heap_trend,
    )
    offered = offered_per_s(schedules, window)
    latency_s = latency(batches, schedules, window)
    account = conserve(batches, sent_records, sent_bytes)
    aged = ageing(batches, schedules, window)
    return Parts(
        latency_s=latency_s,
        batch_s=batch_time(batches, schedules, window),
        throughput_per_s=throughput_per_s(batches, window),
        offered_per_s=offered,
        backlog=backlog(samples, offered),
        judgement=judgement,
        account=account,
        ageing=aged,
        warmup=warmup_flags(batches, schedules, window),
        mean_phases_s=mean_phases(measured),
        measurements=Measurements(
            trigger_s=window.trigger_s,
            window_intervals=window.intervals,
            # Where records become visible one by one a batch is no step of the backlog.
            measured_batches=len(samples.at_s) if one_by_one else len(measured),
            failed_batches=failed,
            cohort_visible_share=visible_share,
            records=cohort_records(schedules, window),
            negative_share=latency_s.gross.negative / latency_s.gross.n if latency_s else None,
            range_breaks=len(range_breaks(batches)),
            account=account,
            drained=drained,
            backlog=judgement,
            ageing=aged,
            p99_s=latency_s.gross.p99 if latency_s else None,
            phases_outside_share=phases_outside_share(measured),
        ),
    )
