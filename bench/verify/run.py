"""``sparkbench verify``: every job through every arm, from the same seeded inputs."""

from __future__ import annotations

import importlib.util
import pkgutil
import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.contract import ENGINE_MODULES
from bench.errors import UsageError
from bench.plan.arms import CHOICES, choice
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.plan.spec import TrialSpec
from bench.plan.wording import unknown
from bench.process.locks import measuring_lock
from bench.runner.environment import usable_cores
from bench.runner.execute import signals_interrupt
from bench.trial.engine import EngineProcess
from bench.trial.errors import TrialFailed, TrialUnsupported
from bench.verify.checks import check_of
from bench.verify.inputs import Input, hostile_input, large_input
from bench.verify.judge import Subject, judge
from bench.verify.outcome import FAILED, UNSUPPORTED, Outcome, Verification
from bench.verify.session import Observed, engine_process, observe

OnEvent = Callable[[str], None]

ALL = "all"
DEFAULT_RECORDS = 200_000
DEFAULT_SEED = 1

#: Sources that read lines from a socket, and so what is fed here.
SOURCES = ("socket", "spooled")

#: Two slots, of which a DStream's receiver takes one; short batches, so that there are many.
CORES, TRIGGER = 2, "500ms"


def paired_jobs() -> tuple[str, ...]:
    """Names of the jobs both engines have, sorted."""
    names: list[set[str]] = []
    for engine in ("dstream", "structured"):
        # Only a top-level name is looked up: that finds the folder and runs none of its code.
        spec = importlib.util.find_spec(ENGINE_MODULES[engine].partition(".")[0])
        folders = [str(Path(f) / "jobs") for f in (spec and spec.submodule_search_locations) or ()]
        names.append({m.name for m in pkgutil.iter_modules(folders) if m.name[0] != "_"})
    return tuple(sorted(set.intersection(*names)))


def default_arms(sources: Sequence[str] = ()) -> tuple[str, ...]:
    """Both paths of a DStream, and Structured Streaming on each of ``sources`` (none: all)."""
    known = [source for source in SOURCES if source in CHOICES["source"]]
    for source in sources:
        if source not in known:
            raise UsageError(f"--source: {unknown('source', source, known)}")
    arms = ["dstream", "dstream:path=jvm"]
    for source in sources or known:
        arms.append("structured" if source == "socket" else f"structured:source={source}")
    return tuple(arms)


def plan_verification(arms: Sequence[str], job: str, seed: int) -> list[TrialSpec]:
    """What is to be run, arm after arm, each with all its jobs; raises :class:`UsageError`."""
    jobs = paired_jobs()
    if job not in (ALL, *jobs):
        raise UsageError(f"--job: {unknown('job', job, (ALL, *jobs))}")
    around = Surroundings(max(CORES, usable_cores()), jobs)
    axes = {
        "trigger": [TRIGGER],
        "cores": [str(CORES)],
        "job": list(jobs) if job == ALL else [job],
    }
    plan = build_plan(arms, around=around, axes=axes, seed=str(seed))
    order = [arm.text for arm in plan.arms]
    # A plan shuffles; here the reader of the table wants the order that was asked for.
    return sorted(plan.round_trials(1), key=lambda spec: (order.index(spec.arm.text), spec.job))


def verify(
    specs: Sequence[TrialSpec],
    *,
    seed: int = DEFAULT_SEED,
    records: int = DEFAULT_RECORDS,
    folder: Path,
    on_event: OnEvent,
) -> Verification:
    """Run ``specs`` and compare; what was fed, captured and logged is left in ``folder``.

    ``records`` lines make the large input, 0 leaves it out.  ``on_event`` is told in words what
    goes on.  Raises :class:`bench.errors.EnvironmentProblem` without a Java, or when another run is
    measuring on this machine.
    """
    began = time.monotonic()
    with signals_interrupt(), measuring_lock(wait_s=0):
        inputs = _write_inputs(seed, records, folder)
        ended = [done for arm in _by_arm(specs) for done in _run_arm(arm, inputs, folder, on_event)]
    outcomes = sorted(_judged(ended), key=lambda one: [i.name for i in inputs].index(one.input))
    outcomes.sort(key=lambda one: one.job)
    environment: dict[str, Any] = {}
    for done in ended:
        if done.observed is not None:
            found = {k: v for k, v in done.observed.environment.items() if v is not None}
            environment |= {**found, "charset": done.observed.captured.charset}
    return Verification(seed, tuple(outcomes), environment, time.monotonic() - began)


@dataclass(frozen=True)
class _Done:
    """One stream that has ended: with what it left behind, or with an outcome that says why not."""

    spec: TrialSpec
    source: Input
    outcome: Outcome
    observed: Observed | None = None

    def subject(self, observed: Observed) -> Subject:
        check = check_of(self.spec.job)
        return Subject(self.spec.arm, check, self.source, observed.captured, observed.batches)


def _write_inputs(seed: int, records: int, folder: Path) -> list[Input]:
    inputs = [hostile_input(seed), *([large_input(seed, records)] if records else [])]
    for source in inputs:
        (folder / f"{source.name}.input").write_bytes(source.data)
    return inputs


def _by_arm(specs: Sequence[TrialSpec]) -> list[list[TrialSpec]]:
    arms: dict[str, list[TrialSpec]] = {}
    for spec in specs:
        arms.setdefault(spec.arm.text, []).append(spec)
    return list(arms.values())


def _run_arm(
    specs: list[TrialSpec], inputs: Sequence[Input], folder: Path, on_event: OnEvent
) -> list[_Done]:
    """All streams of one arm, in one child as long as none of them fails."""
    arm = specs[0].arm
    label = re.sub(r"[^\w=.]+", "-", arm.text)[:80]
    tasks = deque((s, i) for s in specs for i in inputs if i is inputs[0] or check_of(s.job).digest)
    done: list[_Done] = []
    while tasks:
        on_event(f"{arm}: starting")
        began = time.monotonic()
        try:
            with engine_process(arm, folder / f"{label}.log") as engine:
                while tasks:
                    spec, source = tasks[0]
                    on_event(f"{arm}: job {spec.job}, {source.name} input")
                    name = f"{label}-{spec.job}-{source.name}"
                    began = time.monotonic()
                    done.append(_run_one(engine, spec, source, name, folder))
                    tasks.popleft()
        except TrialFailed as reason:
            if tasks:
                spec, source = tasks.popleft()
                seconds = time.monotonic() - began
                done.append(_Done(spec, source, _outcome(spec, source, FAILED, seconds, reason)))
    return done


def _run_one(
    engine: EngineProcess, spec: TrialSpec, source: Input, name: str, folder: Path
) -> _Done:
    began = time.monotonic()
    try:
        observed = observe(engine, spec, source, name=name, folder=folder)
    except TrialUnsupported as reason:
        return _Done(spec, source, _outcome(spec, source, UNSUPPORTED, 0.0, reason))
    seconds = time.monotonic() - began
    return _Done(spec, source, _outcome(spec, source, FAILED, seconds), observed)


def _outcome(
    spec: TrialSpec, source: Input, result: str, seconds: float, reason: object = ""
) -> Outcome:
    return Outcome(
        job=spec.job,
        source=choice(spec.arm, "source"),
        arm=spec.arm.text,
        path=spec.path,
        input=source.name,
        result=result,
        reason=str(reason),
        seconds=round(seconds, 3),
    )


def _judged(ended: Sequence[_Done]) -> Iterator[Outcome]:
    """The outcomes; where no reference is known, the first arm that has rows is the measure."""
    first: dict[tuple[str, str], Subject] = {}
    for done in ended:
        if done.observed is None:
            yield done.outcome
            continue
        subject = done.subject(done.observed)
        baseline = first.setdefault((done.spec.job, done.source.name), subject)
        yield judge(subject, done.outcome, baseline)
