"""The warm-up prelude: the same job at a short trigger, in the same JVM, until it has settled."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from bench.load.process import LoadProcess
from bench.measure.settle import settled
from bench.measure.throughput import batch_times
from bench.plan.spec import TrialSpec
from bench.trial.engine import EngineProcess, Event
from bench.trial.errors import TrialFailed
from bench.trial.limits import CONNECT_S, POLL_S, START_S, STOP_S
from bench.trial.setup import PRELUDE_TRIGGER_S, stream_options

#: The stream's name.
PRELUDE = "prelude"


def run_prelude(
    engine: EngineProcess,
    load: LoadProcess,
    spec: TrialSpec,
    *,
    cap_s: float,
    temp_dir: Path,
    check: Callable[[], None],
) -> tuple[Event, bool]:
    """Warm the engine up; the ``started`` event and whether batch times settled within ``cap_s``.

    The cap counts from the first batch, so that a slow start of the JVM takes nothing from it.
    """
    trigger_s = min(PRELUDE_TRIGGER_S, spec.trigger_s) or PRELUDE_TRIGGER_S
    ports = load.listen()
    options = stream_options(spec, ports, trigger_s, temp_dir, PRELUDE, engine.java_options)
    started = engine.start(PRELUDE, options, START_S)

    def alive() -> None:
        engine.pump(0.0)
        check()

    load.wait_accepted(CONNECT_S, alive)
    load.go(time.time() + 0.1)
    calm = _until_settled(engine, cap_s, alive)
    load.stop()
    engine.stop(STOP_S)
    return started, calm


def _until_settled(engine: EngineProcess, cap_s: float, alive: Callable[[], None]) -> bool:
    deadline = time.monotonic() + cap_s
    patience = time.monotonic() + START_S
    judged = 0
    while time.monotonic() < deadline:
        engine.pump(POLL_S)
        alive()
        if not engine.batches:
            deadline = time.monotonic() + cap_s
            if time.monotonic() > patience:
                raise TrialFailed(f"no batch of the warm-up ended within {START_S:g} s")
            continue
        # Empty batches are cheap and tell nothing of the job.
        full = [batch for batch in engine.batches if batch.records and not batch.failure]
        if len(full) > judged:
            judged = len(full)
            if settled(batch_times(full)):
                return True
    return False
