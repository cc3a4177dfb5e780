"""Made-up trials with the shape of real ones: both arms, ticks, warm-up, noise, odd cells.

The latencies are computed from the batches by the code that measures real trials.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import count, product
from typing import Any

from bench.load.timing.arrivals import parse_arrivals
from bench.load.timing.schedule import Schedule
from bench.measure.cohort import Window
from bench.measure.parts import measure
from bench.results.schema import (
    Batch,
    Conservation,
    Environment,
    Lag,
    Load,
    Resources,
    RunInfo,
    Status,
    TrialInfo,
    TrialResult,
)

ENVIRONMENT = Environment(
    spark="4.3.0",
    java="17.0.12",
    python="3.11.9",
    os="Linux 6.1",
    cpu="Example CPU @ 2.50GHz",
    cpus=4,
    memory_bytes=16 * 2**30,
    load_average=0.4,
)
T0 = 1_750_000_000.3

#: Seconds a settled batch takes per engine: fixed part, and per record.
COSTS = {"dstream": (0.160, 9e-5), "structured": (0.110, 3e-5)}


def make_trial(
    number: int = 1,
    arm: str = "dstream",
    *,
    trigger_s: float = 1.0,
    cores: int = 2,
    rate_per_s: float = 1000.0,
    round_number: int = 1,
    status: Status = "ok",
    reasons: Sequence[str] = (),
    cell: Mapping[str, Any] | None = None,
    warmup_s: float = 6.0,
    duration_s: float = 12.0,
    slowdown: float = 1.0,
    attempt: int = 1,
) -> TrialResult:
    """One trial; the same arguments give the same trial."""
    engine = arm.partition(":")[0].partition("#")[0]
    rng = random.Random(f"{number} {arm} {round_number}")
    trial = TrialInfo(
        number=number,
        arm=arm,
        engine=engine,
        cell=dict(cell or {"trigger_s": trigger_s, "cores": cores, "rate_per_s": rate_per_s}),
        job="echo",
        job_params={},
        sink="drain",
        path="python" if engine == "dstream" else "jvm",
        trigger_s=trigger_s,
        cores=cores,
        rate_per_s=rate_per_s,
        round=round_number,
        slot=0,
        attempt=attempt,
        seed=7,
        code_digest="0" * 16,
    )
    if status in ("failed", "unsupported"):
        return TrialResult(
            trial=trial, status=status, reasons=list(reasons), trial_s=1.0, environment=ENVIRONMENT
        )
    schedule = Schedule(parse_arrivals("constant"), rate_per_s, seed=7)
    t0 = T0 + 200.0 * number + rng.random() * trigger_s
    window = Window(t0, warmup_s, warmup_s + duration_s, trigger_s)
    base, each = COSTS.get(engine, (0.02, 1e-6))
    growth = 1.15 if status == "saturated" else 1.0
    batches = list(
        _batches(schedule, window, base * slowdown / cores**0.3, each * slowdown, growth, rng)
    )
    sent = sum(n for batch in batches for _stream, _first, n in batch.ranges)
    parts = measure(batches, [schedule], window, sent_records=[sent], sent_bytes=sent * 100)
    for batch, warm in zip(batches, parts.warmup, strict=True):
        batch.warmup = warm
    lag = Lag(p50=0.0001, p99=0.0012, max=0.004)
    last = schedule.count_before(window.end_s) - 1
    first = schedule.count_before(window.start_s)
    return TrialResult(
        trial=trial,
        status=status,
        reasons=list(reasons),
        batches=batches,
        window_s=(t0 + float(schedule.time(first)), t0 + float(schedule.time(last))),
        load=Load(
            offered_per_s=rate_per_s,
            delivered_per_s=rate_per_s,
            sent_records=sent,
            sent_bytes=sent * 100,
            send_lag_s=lag,
            starved_s=lag,
            blocked_s=Lag(p50=0, p99=0, max=0),
            t0=t0,
            schedule=schedule.to_dict(),
        ),
        latency_s=parts.latency_s,
        batch_s=parts.batch_s,
        throughput_per_s=parts.throughput_per_s,
        backlog=parts.backlog,
        conservation=Conservation(
            sent_records=sent,
            sent_bytes=sent * 100,
            received_records=sent,
            processed_records=sent,
            processed_bytes=sent * 100,
            missing=0,
            duplicated=0,
        ),
        resources=Resources(
            window_s=duration_s,
            jvm_cpu_s=4.2,
            driver_cpu_s=0.3,
            workers_cpu_s=1.1,
            generator_cpu_s=0.4,
            cpu_s_per_million=466.0,
            rss_peak_bytes=700 * 2**20,
        ),
        startup_s=6.1,
        trial_s=40.0,
        jvm_id=f"jvm-{number}",
        environment=ENVIRONMENT,
    )


def _batches(
    schedule: Schedule, window: Window, base: float, each: float, growth: float, rng: random.Random
):
    trigger = window.trigger_s
    tick = (window.t0 // trigger + 1) * trigger
    free, taken = window.t0, 0
    for batch_id in count(1):
        planned = tick
        started = max(planned, free)
        due = schedule.count_before(started - window.t0)
        warm = 1 + 2.5 * 0.75**batch_id
        cost = (base + each * (due - taken)) * warm * rng.lognormvariate(0, 0.12)
        if rng.random() < 0.03:
            cost *= 1.8
        cost *= growth**batch_id
        commit = 0.03 * rng.lognormvariate(0, 0.2)
        visible = started + cost
        yield Batch(
            batch_id=batch_id,
            ranges=[(0, taken, due - taken)],
            planned_start=planned,
            started=started,
            visible=visible,
            finished=visible + commit,
            phases={"wait": started - planned, "execution": cost, "commit": commit},
            processed_records=due - taken,
            processed_bytes=(due - taken) * 100,
        )
        free, taken = visible + commit, due
        tick = max(tick + trigger, (free // trigger) * trigger)
        if taken >= schedule.count_before(window.end_s) or started - window.t0 > 60:
            return


def make_info(
    arms: Sequence[str] = ("dstream", "structured"), planned: int = 24, **changes: Any
) -> RunInfo:
    values: dict[str, Any] = {
        "run_id": "run-1",
        "started_at": T0,
        "finished_at": T0 + 900,
        "estimate": False,
        "command": "sparkbench compare --trigger 500ms,1s --cores 1,2 --rate 1000",
        "sparkbench": "0.1.0",
        "plan": {
            "arms": [{"text": arm, "engine": arm.partition(":")[0], "keys": {}} for arm in arms]
        },
        "plan_hash": "abcdef0123456789",
        "seed": 1,
        "environment": ENVIRONMENT,
        "git": {"commit": "1234567", "dirty": True},
        "planned_trials": planned,
    }
    return RunInfo(**(values | changes))


def make_results(
    triggers: Sequence[float] = (0.5, 1.0), cores: Sequence[int] = (1, 2), rounds: int = 3
) -> list[TrialResult]:
    """Both engines; ``dstream`` cannot do 1 core at 1 s and is saturated at 1 core and 500 ms."""
    results: list[TrialResult] = []
    numbers = count(1)
    for round_number in range(1, rounds + 1):
        for trigger_s, n, arm in product(triggers, cores, ("dstream", "structured")):
            status: Status = "ok"
            reasons: list[str] = []
            if arm == "dstream" and n == 1:
                status = "unsupported" if trigger_s == 1.0 else "saturated"
                reasons = [
                    "local[1] leaves a receiver no slot to process in"
                    if status == "unsupported"
                    else "the backlog grew by 212 records/s (196 to 228)"
                ]
            results.append(
                make_trial(
                    next(numbers),
                    arm,
                    trigger_s=trigger_s,
                    cores=n,
                    round_number=round_number,
                    status=status,
                    reasons=reasons,
                )
            )
    return results
