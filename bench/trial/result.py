"""From what was observed to a stored result."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bench.contract.masters import is_local
from bench.load.content.kinds import PLAIN
from bench.load.sending.lag import LagReport, Spread
from bench.machine.environment import usable_cores
from bench.measure.checks import run_checks, status_of
from bench.measure.heap import heap_trend
from bench.measure.parts import Parts, measure
from bench.measure.soak import drifts
from bench.measure.throughput import delivered_share
from bench.measure.witness import console_pairs, witness
from bench.plan.arms import choice
from bench.plan.spec import TrialSpec
from bench.results.schema import (
    Batch,
    Check,
    Environment,
    Lag,
    Load,
    Prelude,
    Resources,
    Setting,
    Soak,
    TrialInfo,
    TrialResult,
)
from bench.runtime.shipped import code_digest
from bench.trial.knobs import guarantee_words, profile_settings
from bench.trial.machine import is_shared
from bench.trial.measured import Observed
from bench.trial.setup import chosen_conf, task_slots
from bench.units import format_quantity

_UTF_8 = "UTF-8"


def trial_info(spec: TrialSpec) -> TrialInfo:
    """Which trial it is, for its result."""
    return TrialInfo(
        number=spec.number,
        arm=spec.arm.text,
        engine=spec.arm.engine,
        cell=spec.cell,
        job=spec.job,
        job_params=spec.job_params,
        sink=spec.sink,
        path=spec.path,
        source=choice(spec.arm, "source"),
        guarantee=guarantee_words(spec, chosen_conf(spec)),
        trigger_s=spec.trigger_s,
        cores=spec.cores,
        master=spec.master,
        executors=spec.executors,
        rate_per_s=spec.rate_per_s,
        arrivals=arrivals_text(spec),
        streams=spec.streams,
        payload=payload_text(spec),
        equal=spec.equal,
        slots=task_slots(spec),
        partitions=spec.partitions,
        profile=choice(spec.arm, "profile"),
        profile_conf=profile_settings(spec, task_slots(spec)),
        spark_conf=spec.conf,
        checkpoint=spec.checkpoint,
        round=spec.round,
        slot=spec.slot,
        attempt=spec.attempt,
        seed=spec.seed,
        inject_s=spec.inject_s,
        fault=spec.fault,
        purpose=spec.purpose,
        code_digest=code_digest(),
        job_digest=spec.job_digest,
    )


def arrivals_text(spec: TrialSpec) -> str:
    """How records arrived: a shape, or the file's own timestamps and how many times as fast."""
    if spec.replay_speed is None:
        return spec.arrivals
    return f"replay:speed={format_quantity(spec.replay_speed)}"


def payload_text(spec: TrialSpec) -> str:
    """What the lines were: the replayed file, or their bytes and what else they were given."""
    if spec.replay is not None:
        return spec.replay
    extras = (("spread", spec.payload_spread), ("keys", spec.keys), ("skew", spec.skew))
    given = [f"{name}={format_quantity(value)}" for name, value in extras if value]
    kind = [] if spec.lines == PLAIN else [spec.lines]
    return ",".join([*kind, str(spec.payload_bytes), *given])


@dataclass(frozen=True)
class Around:
    """What a result tells besides what the stream did: of its process and of the machine."""

    prelude: Prelude | None
    generator_apart: bool
    environment: Environment
    startup_s: float
    spent: dict[str, float]
    jvm_age_s: float
    jvm_id: str
    settings: list[Setting]

    def costs(self) -> dict[str, Any]:
        """The fields of a result that say what the trial took, and in which JVM."""
        return {
            "startup_s": self.startup_s,
            "trial_s": sum(self.spent.values()),
            "spent": self.spent,
            "prelude": self.prelude,
            "jvm_age_s": self.jvm_age_s,
            "jvm_id": self.jvm_id,
            "settings": self.settings,
        }


def measured_result(spec: TrialSpec, seen: Observed, around: Around) -> TrialResult:
    """The result of a stream that was carried to its end, with measures, checks and status."""
    assert seen.stop is not None
    assert seen.lag is not None
    assert seen.machine is not None
    window = seen.window
    parts = measure(
        seen.batches,
        seen.schedules,
        window,
        sent_records=seen.stop.sent_records,
        sent_bytes=sum(seen.stop.sent_bytes),
        drained=seen.drained,
        heap_trend=heap_trend(seen.heap_left),
    )
    batches = stored_batches(seen, parts.warmup)
    seen_on_console = witness(console_pairs(batches))
    machine = seen.machine
    ours_s = seen.cpu.total_s + seen.generator_cpu_s
    checks = run_checks(
        replace(
            parts.measurements,
            starved_p99_s=seen.lag.starved_s.p99,
            blocked_p99_s=seen.lag.blocked_s.p99,
            delivered_share=delivered_share(seen.lag.delivered_per_s, seen.lag.offered_per_s),
            generator_cpu_share=generator_share(seen, spec, around.generator_apart),
            generator_apart=around.generator_apart,
            clock_step_s=machine.clock_step_s,
            witness_p50_s=seen_on_console.p50 if seen_on_console else None,
            witnessed=spec.sink == "console" and spec.arm.engine != "null",
            steal_share=machine.steal_share,
            throttled_share=machine.throttled_share,
            memory_pressure_share=machine.memory_pressure_share,
            io_pressure_share=machine.io_pressure_share,
            load_average_per_cpu=load_before(around.environment),
            shared=is_shared(),
            foreign_cpu_share=max(0.0, machine.busy_cpu_s - ours_s) / machine.all_cpu_s
            if machine.all_cpu_s > 0
            else None,
        )
    )
    status, reasons = status_of(checks)
    return TrialResult(
        trial=trial_info(spec),
        status=status,
        reasons=[*reasons, *broken_letters(spec, checks, seen.started, around.settings)],
        batches=batches,
        window_s=(window.t0 + window.start_s, window.t0 + window.end_s),
        load=stored_load(seen),
        latency_s=parts.latency_s,
        ageing=parts.ageing,
        batch_s=parts.batch_s,
        throughput_per_s=parts.throughput_per_s,
        backlog=parts.backlog,
        conservation=parts.account.stored(),
        witness=seen_on_console,
        resources=_resources(seen, parts),
        requests=seen.requests,
        idle=seen.idle,
        checks=checks,
        soak=stored_soak(seen, batches),
        environment=around.environment,
        **around.costs(),
    )


def broken_letters(
    spec: TrialSpec,
    checks: Sequence[Check],
    started: Mapping[str, Any],
    settings: Sequence[Setting],
) -> list[str]:
    """What else may be behind bytes that are not those sent: the charset Java decodes with.

    Spark's own socket source takes the JVM's default one (``TextSocketMicroBatchStream``), which an
    option of the user's makes another than the UTF-8 a trial asks for.
    """
    charset = started.get("environment", {}).get("charset", _UTF_8)
    off = any(check.name == "conservation_bytes" and not check.passed for check in checks)
    own = spec.arm.engine == "structured" and choice(spec.arm, "source") == "socket"
    if charset == _UTF_8 or not (off and own):
        return []
    asked = f"-Dfile.encoding={charset}".lower()
    named = [one for one in settings if asked in one.value.lower()]
    whose = "".join(f" ({one.key}, from {one.origin})" for one in named[:1])
    return [
        f"Java's default charset is {charset} here{whose}, and Spark's own socket source decodes "
        "with it: letters beyond ASCII become others; take -Dfile.encoding out, or measure "
        "source=spooled or source=native, which keep bytes"
    ]


def unmeasured_result(
    spec: TrialSpec,
    status: str,
    reasons: Sequence[str],
    *,
    environment: Environment,
    spent: Mapping[str, float],
) -> TrialResult:
    """The result of a trial that failed or that its engine does not support."""
    return TrialResult.model_validate(
        {
            "trial": trial_info(spec),
            "status": status,
            "reasons": list(reasons),
            "trial_s": sum(spent.values()),
            "spent": dict(spent),
            "environment": environment,
        }
    )


def stored_batches(seen: Observed, warmup: Sequence[bool]) -> list[Batch]:
    """Batches as results hold them, with the console's stamps and the warm-up flags."""
    return [
        Batch(
            batch_id=batch.batch_id,
            ranges=list(batch.ranges),
            planned_start=batch.planned_start,
            started=batch.started,
            visible=batch.visible,
            finished=batch.finished,
            phases=dict(batch.phases),
            processed_records=batch.processed_records,
            processed_bytes=batch.processed_bytes,
            failure=batch.failure,
            chunks=batch.chunks,
            console=seen.console.get(batch.batch_id),
            warmup=flag,
        )
        for batch, flag in zip(seen.batches, warmup, strict=True)
    ]


def stored_load(seen: Observed) -> Load:
    """The load as results hold it; ``schedule`` with a ``stream`` number makes it again."""
    assert seen.stop is not None
    assert seen.lag is not None
    lag = seen.lag
    return Load(
        offered_per_s=lag.offered_per_s,
        delivered_per_s=lag.delivered_per_s,
        sent_records=sum(seen.stop.sent_records),
        sent_bytes=sum(seen.stop.sent_bytes),
        send_lag_s=_lag(lag, lag.total_s),
        starved_s=_lag(lag, lag.starved_s),
        blocked_s=_lag(lag, lag.blocked_s),
        t0=seen.window.t0,
        schedule=seen.prepared.schedule,
        payload=seen.prepared.payload,
    )


def stored_soak(seen: Observed, batches: Sequence[Batch]) -> Soak | None:
    """What was sampled of a long trial and what drifted; nothing of any other."""
    if not seen.soak:
        return None
    start, end = seen.window.t0 + seen.window.start_s, seen.window.t0 + seen.window.end_s
    return Soak(samples=seen.soak, drifts=drifts(batches, seen.soak, start, end))


def _lag(report: LagReport, spread: Spread) -> Lag:
    # Nothing of the window was sent where the engine never read: its lag is that of all of it.
    values = [
        value if report.n and math.isfinite(value) else report.to_s - report.from_s
        for value in (spread.p50, spread.p99, spread.max)
    ]
    return Lag(p50=values[0], p99=values[1], max=values[2])


def generator_share(seen: Observed, spec: TrialSpec, apart: bool) -> float | None:
    """CPU time of the generator as a share of its own CPU, or of all that the engine has too."""
    if seen.machine is None or seen.machine.length_s <= 0:
        return None
    return seen.generator_cpu_s / seen.machine.length_s / (1 if apart else _cores_here(spec))


def _cores_here(spec: TrialSpec) -> int:
    """CPUs that the generator shares: the trial's, and with a cluster all of this machine."""
    return spec.cores if is_local(spec.master) else usable_cores()


def load_before(environment: Environment) -> float | None:
    """The load average a CPU before the first trial."""
    before = environment.extra.get("load_average_before")
    return float(before) / environment.cpus if before is not None else None


def _resources(seen: Observed, parts: Parts) -> Resources:
    length_s = seen.machine.length_s if seen.machine else seen.window.length_s
    records = parts.measurements.records or 0
    executors_s = seen.cpu.executors_s or sum(one.cpu_s for one in seen.executors)
    total_s = seen.cpu.total_s - seen.cpu.executors_s + executors_s
    return Resources(
        window_s=length_s,
        jvm_cpu_s=seen.cpu.jvm_s,
        driver_cpu_s=seen.cpu.driver_s,
        workers_cpu_s=seen.cpu.workers_s,
        generator_cpu_s=seen.generator_cpu_s,
        cpu_s_per_million=total_s / records * 1e6 if records else None,
        rss_peak_bytes=seen.rss_peak_bytes,
        gc_s=seen.gc_s,
        executors_cpu_s=executors_s if seen.executors else None,
        executors=seen.executors,
    )
