"""From a stream that was struck to a stored result: everything from what its sink noted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bench.contract import BatchRecord
from bench.measure.checks import Measurements, run_checks, status_of
from bench.measure.conservation import conserve
from bench.measure.fault import Strike, fault_seen
from bench.measure.first_seen import first_seen, ranges_of_numbers
from bench.measure.parts import measure
from bench.plan.spec import TrialSpec
from bench.results.schema import TrialResult
from bench.trial.faulted import PER_STREAM, Struck
from bench.trial.measured import Observed
from bench.trial.result import (
    Around,
    generator_share,
    load_before,
    stored_batches,
    stored_load,
    trial_info,
)


def faulted_result(spec: TrialSpec, seen: Observed, struck: Struck, around: Around) -> TrialResult:
    """The result; what the fault did is a finding, whatever it is, and makes no trial invalid."""
    assert seen.stop is not None
    assert seen.lag is not None
    window, sent = seen.window, seen.stop.sent_records
    batches = noted_batches(struck, seen.batches)
    first = first_seen(batches, sent)
    parts = measure(
        first.batches,
        seen.schedules,
        window,
        sent_records=sent,
        sent_bytes=sum(seen.stop.sent_bytes),
        drained=seen.drained,
    )
    due_at = window.t0 + struck.strikes_s
    fault = fault_seen(
        first,
        seen.schedules,
        window,
        Strike(
            kind=struck.fault.kind,
            due_at=due_at,
            records=tuple(s.count_before(struck.strikes_s) for s in seen.schedules),
            injected_at=struck.injected_at,
            ended_at=struck.ended_at,
            load_ended_at=struck.load_ended_at,
            ended_by=struck.ended_by,
            ends=tuple(struck.ends),
        ),
    )
    checks = run_checks(
        replace(
            unstruck(parts.measurements),
            starved_p99_s=seen.lag.starved_s.p99,
            generator_cpu_share=generator_share(seen, spec, around.generator_apart),
            generator_apart=around.generator_apart,
            clock_step_s=seen.machine.clock_step_s if seen.machine else None,
            steal_share=seen.machine.steal_share if seen.machine else None,
            throttled_share=seen.machine.throttled_share if seen.machine else None,
            memory_pressure_share=seen.machine.memory_pressure_share if seen.machine else None,
            load_average_per_cpu=load_before(around.environment),
        )
    )
    status, reasons = status_of(checks)
    raw = replace(seen, batches=batches)
    return TrialResult(
        trial=trial_info(spec),
        status=status,
        reasons=reasons,
        batches=stored_batches(
            raw, [batch.visible < window.t0 + window.start_s for batch in batches]
        ),
        window_s=(window.t0 + window.start_s, window.t0 + window.end_s),
        load=stored_load(seen),
        latency_s=parts.latency_s,
        batch_s=parts.batch_s,
        throughput_per_s=parts.throughput_per_s,
        backlog=parts.backlog,
        conservation=conserve(batches, sent, sum(seen.stop.sent_bytes)).stored(),
        checks=checks,
        fault=fault,
        **around.costs(),
        environment=around.environment,
    )


def unstruck(m: Measurements) -> Measurements:
    """What the checks may look at: not at what a fault is there to bring about."""
    return replace(
        m,
        failed_batches=None,
        measured_batches=None,
        cohort_visible_share=None,
        negative_share=m.negative_share,
        range_breaks=None,
        account=None,
        backlog=None,
        ageing=None,
        phases_outside_share=None,
    )


def noted_batches(struck: Struck, told: Sequence[BatchRecord]) -> list[BatchRecord]:
    """The batches that the sink has noted, with the times that the engine has told of them.

    A batch may be noted twice, told of once or not at all: an event counts for the note nearest in
    time.  Of one that nobody told of, only the moment of its visibility is known.
    """
    by_id: dict[int, list[BatchRecord]] = {}
    for batch in told:
        by_id.setdefault(batch.batch_id, []).append(batch)
    found = []
    for entry in struck.entries:
        visible = entry.visible_us / 1e6
        near = min(
            by_id.get(entry.batch_id, ()),
            key=lambda batch: abs(batch.visible - visible),
            default=None,
        )
        known = near is not None and near.started <= visible <= near.finished + 1.0
        found.append(
            BatchRecord(
                batch_id=entry.batch_id,
                ranges=ranges_of_numbers(np.array(entry.numbers, dtype=np.int64), PER_STREAM),
                planned_start=near.planned_start if near and known else visible,
                started=near.started if near and known else visible,
                visible=visible,
                finished=max(near.finished, visible) if near and known else visible,
                phases=dict(near.phases) if near and known else {},
                processed_records=len(entry.numbers),
            )
        )
    return found
