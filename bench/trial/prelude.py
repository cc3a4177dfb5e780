"""The warm-up prelude: the same job at a short trigger, in the same JVM, for a number of batches.

The number is the same for every arm.  A prelude that went on until batch times had settled would
make the JVMs of one arm older than those of the other (``docs/startup.md``).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bench.contract import BatchRecord
from bench.contract.jobs import job_info
from bench.contract.masters import is_local
from bench.load.sending.process import LoadProcess
from bench.load.sending.sender import wall_minus_monotonic
from bench.measure.settle import settled
from bench.measure.throughput import batch_times
from bench.plan.load import payload_of
from bench.plan.spec import TrialSpec
from bench.plan.windows import prelude_trigger_s
from bench.results.schema import Prelude
from bench.trial.clock import Clock
from bench.trial.engine import EngineProcess, Event
from bench.trial.errors import TrialFailed
from bench.trial.knobs import spread_settings
from bench.trial.limits import CONNECT_S, GO_S, POLL_S, START_S, STOP_S
from bench.trial.setup import stream_options, task_slots

#: The stream's name.
PRELUDE = "prelude"

#: Below that a task costs more than what it reads.
LEAST_TASK_BYTES = 1024


def run_prelude(
    engine: EngineProcess,
    load: LoadProcess,
    spec: TrialSpec,
    *,
    cap_s: float,
    temp_dir: Path,
    check: Callable[[], None],
    batches: int | None = None,
    not_before: Callable[[], float] = lambda: 0.0,
    clock: Clock | None = None,
) -> tuple[Event, Prelude]:
    """Warm the engine up; the ``started`` event and what became of it.

    It ends when ``batches`` of them had records (``None``: when batch times have settled), but not
    before ``not_before()``, a Unix time that is asked for once the JVM runs; without the batches,
    ``cap_s`` after the first one, so that a slow start of the JVM takes nothing from it.
    """
    clock = clock or Clock()
    trigger_s = prelude_trigger_s(spec.trigger_s)
    ports = load.listen()
    spec = everywhere(often(spec, trigger_s), load.config.rate_per_s * trigger_s)
    options = stream_options(
        spec,
        ports,
        trigger_s,
        temp_dir,
        PRELUDE,
        engine.java_options,
        # Batches of real-time mode are as short here, so that their planning is warm as well.
        batch_s=trigger_s,
    )
    started = engine.start(PRELUDE, options, START_S)

    def alive() -> None:
        engine.pump(0.0)
        check()

    load.wait_accepted(CONNECT_S, alive)
    clock.lap("launch")
    began = time.monotonic()
    load.go(time.time() + GO_S)
    # From here on by the clock that nobody sets.
    old_enough = not_before() - wall_minus_monotonic()
    reached = _until_done(engine, cap_s, alive, batches, old_enough)
    clock.lap("prelude")
    length_s = time.monotonic() - began
    # Before its load, so that as few batches as can be follow the last one that was asked for.
    engine.stop(STOP_S)
    times = batch_times(_full(engine))
    return started, Prelude(
        batches_asked=batches,
        reached=reached,
        settled=settled(times),
        batch_s=[float(one) for one in times],
        length_s=length_s,
    )


def often(spec: TrialSpec, trigger_s: float) -> TrialSpec:
    """The trial's job with windows of one batch, where a DStream writes once a window.

    Else the prelude would see an output every ten seconds, say, and never that it has settled.
    """
    info = job_info(spec.job)
    if spec.arm.engine != "dstream" or not info.every or info.every != info.reach:
        return spec
    return replace(spec, job_params={**spec.job_params, info.every: trigger_s})


def everywhere(spec: TrialSpec, batch_records: float) -> TrialSpec:
    """The trial's job with two tasks a slot and batch, where executors are JVMs of their own.

    Else a batch of ``batch_records`` would be one task, the other executors would stay cold, and
    each would stall the measured stream with its first one: 5 to 7 s (docs/scale.md).  What the
    user sets stays.
    """
    if is_local(spec.master):
        return spec
    batch_bytes = batch_records * (payload_of(spec).bytes_per_line + 1)
    task_bytes = max(int(batch_bytes / task_slots(spec) / 2), LEAST_TASK_BYTES)
    return replace(spec, conf={**spread_settings(spec, task_bytes), **spec.conf})


def _until_done(
    engine: EngineProcess,
    cap_s: float,
    alive: Callable[[], None],
    batches: int | None,
    old_enough: float,
) -> bool:
    """Whether it did what it was to do before its cap; ``old_enough`` is monotonic, s."""
    patience = time.monotonic() + START_S
    deadline = 0.0
    judged, done = 0, False
    while not (done and time.monotonic() >= old_enough):
        engine.pump(POLL_S)
        alive()
        if not engine.batches:
            if time.monotonic() > patience:
                raise TrialFailed(f"no batch of the warm-up ended within {START_S:g} s")
            continue
        deadline = deadline or time.monotonic() + cap_s
        full = _full(engine)
        if not done and len(full) > judged:
            judged = len(full)
            done = settled(batch_times(full)) if batches is None else judged >= batches
        if not done and time.monotonic() >= max(deadline, old_enough):
            return False
    return True


def _full(engine: EngineProcess) -> list[BatchRecord]:
    """Batches with records: empty ones are cheap and tell nothing of the job."""
    return [batch for batch in engine.batches if batch.records and not batch.failure]
