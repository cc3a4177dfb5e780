"""``sparkbench verify``: every job through every arm, from the same seeded inputs."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

from bench.contract.files import DIRECTORY
from bench.contract.jobs import JOBS, job_info
from bench.contract.masters import is_local
from bench.errors import UsageError, unknown
from bench.load.content.replay import ReplayFile
from bench.machine.environment import usable_cores
from bench.plan.arms import CHOICES, batch_s, choice
from bench.plan.axes import AXES, Surroundings, axis_keyed
from bench.plan.build import option
from bench.plan.jobs import job_params
from bench.plan.request import Request
from bench.plan.spec import TrialSpec
from bench.process.locks import Holder, measuring_lock
from bench.runner.execute import signals_interrupt
from bench.runner.own_jobs import OwnJobs
from bench.trial.engine import EngineProcess
from bench.trial.errors import TrialFailed, TrialUnsupported
from bench.trial.setup import task_slots
from bench.verify.checks import JobCheck, check_of, check_of_lines, register
from bench.verify.inputs import (
    LARGE,
    REPLAY,
    Input,
    hostile_input,
    job_inputs,
    large_input,
    replay_inputs,
)
from bench.verify.judge import Subject, judge
from bench.verify.outcome import FAILED, UNSUPPORTED, Outcome, Verification
from bench.verify.session import Observed, engine_process, observe

OnEvent = Callable[[str], None]

#: What is fed at one go, an input a stream.
Sources = tuple[Input, ...]

#: The same for each job, and whether it comes as files.
Fed = dict[tuple[str, bool], list[Sources]]

#: Queries that are written in Scala too, beside the path that is theirs by default.
SCALA, IN_SCALA = "structured:path=jvm", ("custom_state",)

ALL = "all"
DEFAULT_RECORDS = 200_000
DEFAULT_SEED = 1

#: Sources that read lines from a socket: what is verified unless another is asked for.
SOURCES = ("socket", "spooled", "native")

#: Two slots, of which a DStream's receiver takes one; short batches, so that there are many.
CORES, TRIGGER = 2, "500ms"


def default_arms(sources: Sequence[str] = ()) -> tuple[str, ...]:
    """Both paths of a DStream, and Structured Streaming on each of ``sources``.

    Without any, those that read from a socket.  A DStream reads a directory too.
    """
    for source in sources:
        if source not in CHOICES["source"]:
            raise UsageError(f"--source: {unknown('source', source, CHOICES['source'])}")
    arms = ["dstream:source=directory"] if DIRECTORY in sources else []
    if set(sources) != {DIRECTORY}:
        arms = ["dstream", "dstream:path=jvm", *arms]
    for source in sources or SOURCES:
        arms.append("structured" if source == "socket" else f"structured:source={source}")
    return tuple(arms)


def plan_verification(
    arms: Sequence[str],
    job: str,
    seed: int,
    *,
    runtimes: Mapping[str, str] | None = None,
    given: Request | None = None,
) -> list[TrialSpec]:
    """What is to be run, arm after arm, each with all its jobs; raises :class:`UsageError`.

    ``runtimes`` maps the names of interpreters that arms may run in to their paths.  ``given``
    says where and how besides: master, executors, equal, settings, one value each.
    """
    jobs = tuple(sorted(JOBS))
    own = OwnJobs()
    if job not in (ALL, *jobs):
        users = own.find(job)
        if users is None:
            raise UsageError(f"--job: {unknown('job', job, (ALL, *jobs))}")
        register(users)
    cores = max(CORES, usable_cores())
    around = Surroundings(cores, jobs, own=own, runtimes=runtimes or {})
    given = Request() if given is None else given
    axes = {
        **given.axes,
        "trigger": [TRIGGER],
        "cores": [str(CORES)],
        "job": list(jobs) if job == ALL else [job],
    }
    settings = {**given.settings, "seed": str(seed)}
    plan = replace(given, arms=tuple(arms), axes=axes, settings=settings).plan(around)
    several = [key for key, values in plan.axes.items() if len(values) > 1 and key != "job"]
    if several:
        name = axis_keyed(several[0]).name
        where = option(name) if name in AXES else name
        raise UsageError(f"{where}: a verification has one value of each; give one")
    order = [arm.text for arm in plan.arms]
    specs = [_as_checked(spec) for spec in plan.round_trials(1)]
    # A plan shuffles; here the reader of the table wants the order that was asked for.
    specs.sort(key=lambda spec: (order.index(spec.arm.text), spec.job))
    if SCALA not in arms and SCALA.partition(":")[0] in arms:
        for name in IN_SCALA if job == ALL else {job} & set(IN_SCALA):
            specs += plan_verification((SCALA,), name, seed, runtimes=runtimes, given=given)
    return specs


def _as_checked(spec: TrialSpec) -> TrialSpec:
    """The trial with what its job's check asks for, and a slot more for each further receiver.

    In real-time mode for each stream, beside those that the partitions of state hold.
    """
    check = check_of(spec.job)
    given = {name: str(value) for name, value in check.params.items()}
    return replace(
        spec,
        job_params=job_params(spec.job, given) if given else spec.job_params,
        lines=check.lines or spec.lines,
        keys=check.keys or spec.keys,
        equal="cpus" if spec.streams > 1 or batch_s(spec.arm) is not None else spec.equal,
    )


def verify(
    specs: Sequence[TrialSpec],
    *,
    seed: int = DEFAULT_SEED,
    records: int = DEFAULT_RECORDS,
    folder: Path,
    on_event: OnEvent,
    wait: bool = False,
    replay: ReplayFile | None = None,
) -> Verification:
    """Run ``specs`` and compare; what was fed, captured and logged is left in ``folder``.

    ``records`` lines make the large input, 0 leaves it out; of a ``replay``, which is fed instead
    of all else, as many are taken.  ``on_event`` is told in words what goes on.  Raises
    :class:`bench.errors.EnvironmentProblem` without a Java, for a cluster that cannot be used, or
    (unless to ``wait``) when another run is measuring on this machine.
    """
    began = time.monotonic()

    def waiting(holder: Holder | None) -> None:
        on_event(f"waiting for {holder or 'another process'}")

    with (
        signals_interrupt(),
        measuring_lock(wait_s=None if wait else 0, on_wait=waiting),
    ):
        if any(not is_local(spec.master) for spec in specs):
            from bench.runner.clusters import probe_masters

            for cluster in probe_masters(specs):
                on_event(str(cluster))
        inputs = _write_inputs(specs, seed, records, folder, replay)
        goes = [_run_session(each, inputs, folder, on_event) for each in _by_session(specs)]
        ended = list(chain(*goes))
    outcomes = sorted(_judged(ended), key=lambda one: one.input == LARGE)
    outcomes.sort(key=lambda one: one.job)
    environment: dict[str, Any] = {}
    for done in ended:
        if done.observed is not None:
            found = {**done.observed.environment, "charset": done.observed.captured.charset}
            for name, value in found.items():
                _add(environment, name, value)
    return Verification(seed, tuple(outcomes), environment, time.monotonic() - began)


def _add(environment: dict[str, Any], name: str, value: Any) -> None:
    """Note what an arm ran on; of several, which arms can choose, all are told."""
    known = environment.get(name)
    if known is None or value is None:
        environment.update({} if value is None else {name: value})
    elif str(value) not in str(known).split(" and "):
        environment[name] = f"{known} and {value}"


@dataclass(frozen=True)
class _Done:
    """One stream that has ended: with what it left behind, or with an outcome that says why not."""

    spec: TrialSpec
    sources: Sources
    outcome: Outcome
    observed: Observed | None = None

    def subject(self, observed: Observed) -> Subject:
        first, *others = self.sources
        return Subject(
            self.spec.arm,
            _check(self.spec, self.sources),
            first,
            observed.captured,
            observed.batches,
            tuple(others),
            job_info(self.spec.job).inputs,
            self.spec.job_params,
        )


def _check(spec: TrialSpec, sources: Sources) -> JobCheck:
    return check_of_lines(spec.job) if sources[0].name == REPLAY else check_of(spec.job)


def _write_inputs(
    specs: Sequence[TrialSpec],
    seed: int,
    records: int,
    folder: Path,
    replay: ReplayFile | None,
) -> Fed:
    """What each job is to be fed, one go after another; all of it is written into ``folder``."""
    if replay is not None:
        return {_fed(spec): [replay_inputs(replay, spec.streams, records)] for spec in specs}
    plain: list[Sources] = [(hostile_input(seed),)]
    large: list[Sources] = [(large_input(seed, records),)] if records else []
    inputs: Fed = {}
    files: dict[str, Input] = {}
    for spec in specs:
        check, key = check_of(spec.job), _fed(spec)
        if key in inputs:
            continue
        if check.reference is not None and not key[1]:
            inputs[key] = [*plain, *(large if check.digest else [])]
            files |= {one.name: one for (one,) in inputs[key]}
            continue
        made = job_inputs(
            spec.lines,
            check.records,
            keys=spec.keys,
            rate_per_s=check.rate_per_s,
            seed=seed,
            streams=spec.streams,
        )
        inputs[key] = [made]
        files |= {f"{_plain(spec.job)}-{number}": one for number, one in enumerate(made)}
    for name, source in files.items():
        (folder / f"{name}.input").write_bytes(source.data)
    return inputs


def _fed(spec: TrialSpec) -> tuple[str, bool]:
    """Which input a job gets: of files, only whole lines make sense."""
    return spec.job, choice(spec.arm, "source") == DIRECTORY


def _plain(name: str) -> str:
    """A name that can be part of a file's."""
    return re.sub(r"[^\w=.]+", "-", name)[-80:]


def _by_session(specs: Sequence[TrialSpec]) -> list[list[TrialSpec]]:
    """Those that can share a Spark session, which has one arm and one number of task slots."""
    sessions: dict[tuple[str, int], list[TrialSpec]] = {}
    for spec in specs:
        sessions.setdefault((spec.arm.text, task_slots(spec)), []).append(spec)
    return list(sessions.values())


def _run_session(
    specs: list[TrialSpec],
    inputs: Fed,
    folder: Path,
    on_event: OnEvent,
) -> list[_Done]:
    """All streams of one session, in one child as long as none of them fails."""
    arm = specs[0].arm
    label = re.sub(r"[^\w=.]+", "-", arm.text)[:80]
    tasks = deque((spec, sources) for spec in specs for sources in inputs[_fed(spec)])
    done: list[_Done] = []
    while tasks:
        on_event(f"{arm}: starting")
        began = time.monotonic()
        try:
            with engine_process(specs[0], folder / f"{label}.log", on_event) as engine:
                while tasks:
                    spec, sources = tasks[0]
                    on_event(f"{arm}: job {spec.job}, {sources[0].name} input")
                    name = f"{label}-{_plain(spec.job)}-{sources[0].name}"
                    began = time.monotonic()
                    done.append(_run_one(engine, spec, sources, name, folder))
                    tasks.popleft()
        except TrialFailed as reason:
            if tasks:
                spec, sources = tasks.popleft()
                seconds = time.monotonic() - began
                outcome = _outcome(spec, sources[0], FAILED, seconds, reason)
                done.append(_Done(spec, sources, outcome))
    return done


def _run_one(
    engine: EngineProcess, spec: TrialSpec, sources: Sources, name: str, folder: Path
) -> _Done:
    began = time.monotonic()
    check = _check(spec, sources)
    try:
        observed = observe(engine, spec, sources, check, name=name, folder=folder)
    except TrialUnsupported as reason:
        return _Done(spec, sources, _outcome(spec, sources[0], UNSUPPORTED, 0.0, reason))
    seconds = time.monotonic() - began
    return _Done(spec, sources, _outcome(spec, sources[0], FAILED, seconds), observed)


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
    first: dict[tuple[str, bool, str], Subject] = {}
    for done in ended:
        if done.observed is None:
            yield done.outcome
            continue
        subject = done.subject(done.observed)
        baseline = first.setdefault((*_fed(done.spec), done.sources[0].name), subject)
        try:
            yield judge(subject, done.outcome, baseline)
        except UsageError as problem:  # in the ``normalise`` of a user's job
            yield replace(done.outcome, result=FAILED, reason=str(problem))
