"""Engine processes with and without the class archive: their start, and their steady state."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from bench.load.sending.process import LoadProcess
from bench.plan.build import build_plan
from bench.plan.spec import Settings, TrialSpec
from bench.process.affinity import plan_cpus
from bench.runner.surroundings import surroundings
from bench.runtime.archives import archive_words
from bench.runtime.cds import ClassArchive
from bench.runtime.jobs import compile_jobs
from bench.trial.errors import TrialFailed
from bench.trial.limits import CONNECT_S, EXIT_S, POLL_S, START_S, STOP_S
from bench.trial.one import OneTrial
from bench.trial.sampler import Sampler
from bench.trial.session import LOAD_LOG_NAME, EngineSession
from bench.trial.setup import load_config, stream_options
from scripts.proof.session import CORES, spec_for

WITHOUT = ClassArchive(None, "left out on purpose")

#: Short, so that waiting for a tick is a small part of a start.
START_TRIGGER_S = 0.2
RATE_PER_S = 1000.0

#: The start ends with the second batch that holds records.
BATCHES = 2

#: How long a batch may take to come on a busy machine.
BATCH_S = 120.0


@dataclass(frozen=True)
class Launch:
    """One start: seconds and CPU seconds from the order to start a process to the second batch.

    ``archive`` is what became of the class archive (``bench.runtime.archives.archive_words``).
    """

    with_archive: bool
    wall_s: float
    cpu_s: float
    archive: str


@dataclass(frozen=True)
class Steady:
    """One trial of a warmed-up engine: seconds of its batches and of its latency, its status.

    ``latency_p99_s`` is the range latency, gross, as a comparison ranks it.
    """

    with_archive: bool
    batch_p50_s: float
    latency_p50_s: float
    latency_p99_s: float
    startup_s: float
    status: str


def start_spec(arm: str, job: str = "echo") -> TrialSpec:
    """The trial whose start is timed; ``job`` may be a file, which is compiled beforehand."""
    plan = build_plan(
        [arm],
        around=surroundings(),
        axes={
            "job": [job],
            "trigger": [f"{START_TRIGGER_S}s"],
            "rate": [str(RATE_PER_S)],
            "cores": [str(CORES)],
        },
        rounds="1",
    )
    (spec,) = plan.round_trials(1)
    compile_jobs([spec], lambda words: None)
    return spec


def launch(spec: TrialSpec, archive: ClassArchive, folder: Path) -> Launch:
    """Start an engine, see two batches and end it.  Raises :class:`TrialFailed`."""
    cpus = plan_cpus(spec.cores)
    config = load_config(spec, cpus.generator)
    with ExitStack() as stack:
        log = stack.enter_context((folder / LOAD_LOG_NAME).open("ab"))
        generator = stack.enter_context(LoadProcess(config, stderr=log))
        ports = generator.listen()
        began = time.monotonic()
        session = EngineSession(spec, cpus, folder, archive)
        stack.callback(session.close, orderly=False)
        engine = session.engine
        sampler = Sampler(engine.child.pid)
        engine.wait("hello", EXIT_S, "start its interpreter")
        options = stream_options(
            spec, ports, spec.trigger_s, session.temp_dir, "start", engine.java_options
        )
        engine.start("start", options, START_S)
        generator.wait_accepted(CONNECT_S, lambda: engine.pump(0.0))
        generator.go(time.time())
        deadline = time.monotonic() + BATCH_S
        while sum(1 for batch in engine.batches if batch.records) < BATCHES:
            if time.monotonic() > deadline:
                raise TrialFailed(f"{spec.arm.text}: no second batch within {BATCH_S:g} s")
            engine.pump(POLL_S)
        full = [batch for batch in engine.batches if batch.records]
        # By the engine's own stamp: when this process came to read of it does not matter.
        wall_s = time.monotonic() - began - (time.time() - full[BATCHES - 1].finished)
        cpu_s = sampler.sample().total_s
        words = archive_words(archive, engine.child.pid)
        generator.stop()
        engine.stop(STOP_S)
    return Launch(archive.path is not None, wall_s, cpu_s, words)


def steady(
    arm: str, archive: ClassArchive, folder: Path, *, settings: Settings, trigger_s: float
) -> Steady:
    """One trial, prelude and all, as a comparison runs it.  Raises :class:`TrialFailed`."""
    spec: TrialSpec = replace(
        spec_for(arm, trigger_s, RATE_PER_S, sink="drain", conf={}),
        cell={"trigger_s": trigger_s},
    )
    with ExitStack() as stack:

        def session_for() -> EngineSession:
            session = EngineSession(spec, plan_cpus(spec.cores), folder, archive)
            stack.callback(session.close, orderly=True)
            session.take(spec)
            return session

        trial = OneTrial(spec, settings, folder, lambda event: None)
        result = trial.run(session_for, lambda: None)
    if result.batch_s is None or result.latency_s is None:
        raise TrialFailed(f"{arm}: {'; '.join(result.reasons)}")
    return Steady(
        with_archive=archive.path is not None,
        batch_p50_s=result.batch_s.p50,
        latency_p50_s=result.latency_s.gross.p50,
        latency_p99_s=result.latency_s.gross.p99,
        startup_s=result.startup_s or 0.0,
        status=result.status,
    )
