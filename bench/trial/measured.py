"""The measured stream: connect, load, window, tail, stop."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil

from bench.cluster.members import workers_of
from bench.contract import BatchRecord, Options
from bench.contract.chunks import FILE_KEY
from bench.contract.files import DIRECTORY
from bench.load.sending.lag import LagReport
from bench.load.sending.process import LoadProcess
from bench.load.sending.reports import StopReport
from bench.load.sending.sender import wall_minus_monotonic
from bench.measure.cohort import Window, cohort_spans
from bench.measure.inputs import ScheduleLike
from bench.measure.requests import Bin, asked_between, asked_of_batches
from bench.plan.arms import batch_s, choice
from bench.plan.spec import Settings, TrialSpec
from bench.plan.windows import output_s, trial_window
from bench.process.cpu import process_cpu_s
from bench.results.schema import ExecutorUse, Idle, Requests, SoakSample
from bench.trial.clock import Clock
from bench.trial.engine import EngineProcess, Event
from bench.trial.errors import TrialFailed
from bench.trial.limits import (
    CONNECT_S,
    COUNTERS_S,
    GAUGES_S,
    IDLE_LOOK_S,
    IDLE_LOOKS,
    LEAD_S,
    OVERLOADED_STOP_S,
    POLL_S,
    SAMPLE_S,
    START_S,
    STOP_S,
)
from bench.trial.machine import MachineUse, sample_machine, use_between
from bench.trial.rows import RowTimes
from bench.trial.sampler import CpuTimes, Sampler, executors_between
from bench.trial.setup import PreparedLoad, first_tick_after, stream_options
from bench.trial.soak import SoakLog


@dataclass
class Observed:
    """Everything seen of the measured stream; the raw material of a result.

    ``stopped``: it ended when told to; else its process has to.
    """

    started: Event
    window: Window
    prepared: PreparedLoad
    batches: list[BatchRecord] = field(default_factory=list)
    stop: StopReport | None = None
    lag: LagReport | None = None
    drained: bool = False
    cpu: CpuTimes = field(default_factory=CpuTimes)
    generator_cpu_s: float = 0.0
    machine: MachineUse | None = None
    gc_s: float | None = None
    heap_left: list[int | None] = field(default_factory=list)
    executors: list[ExecutorUse] = field(default_factory=list)
    rss_peak_bytes: int = 0
    console: dict[int, float] = field(default_factory=dict)
    soak: list[SoakSample] = field(default_factory=list)
    stopped: bool = True
    requests: Requests | None = None
    idle: Idle | None = None

    @property
    def schedules(self) -> Sequence[ScheduleLike]:
        """The intended times of each stream."""
        return self.prepared.schedules


class MeasuredStream:
    """Carries one stream through its life; ``phase`` tells the view where it is.

    ``name`` is the stream's own among those of its engine process.  ``clock`` is told of each
    phase's end.  The load begins at ``not_before`` (Unix s) or later.  Unless ``orderly``, a stream
    of which everything was seen is left running, for its process to be killed.  ``measured`` is
    called as soon as nothing that happens can change a latency any more.
    """

    def __init__(
        self,
        engine: EngineProcess,
        load: LoadProcess,
        spec: TrialSpec,
        settings: Settings,
        *,
        prepared: PreparedLoad,
        temp_dir: Path,
        phase: Callable[[str], None],
        name: str = "measured",
        clock: Clock | None = None,
        not_before: float = 0.0,
        orderly: bool = True,
        measured: Callable[[], None] = lambda: None,
    ) -> None:
        self._engine = engine
        self._load = load
        self._spec = spec
        self._settings = settings
        self._prepared = prepared
        self._temp_dir = temp_dir
        self._phase = phase
        self._name = name
        self._clock = clock or Clock()
        self._not_before = not_before
        self._orderly = orderly
        self._measured = measured
        self._sampler = Sampler(engine.child.pid, workers_of(spec.master))
        self._next_sample = 0.0
        self._next_gauges = math.inf
        self._wall_s = 0.0
        self._soak: SoakLog | None = None
        self._counted = False
        #: Of a stream whose records become visible one by one.
        self._batch_s = batch_s(spec.arm)
        self._rows: RowTimes | None = None

    def run(self) -> Observed:
        """The whole life; :class:`TrialFailed` when it cannot be lived to its end."""
        seen = self._begin()
        self._settle(seen)
        self._phase("measuring")
        self._measure(seen)
        self._clock.lap("window")
        self._phase("tail")
        visible = self._finish(seen)
        self._clock.lap("tail")
        if self._counted:
            self._count_requests(seen)
        if self._settings.idle_s is not None and visible:
            if seen.drained:
                self._phase("idle")
                self._watch_idle(seen, self._settings.idle_s)
            self._clock.lap("idle")
            self._measured()
        # From the load's first moment on: a step before the window moves records as well.
        step_s = wall_minus_monotonic() - self._wall_s
        seen.machine = replace(seen.machine, clock_step_s=step_s) if seen.machine else None
        self._phase("stopping")
        if visible and (self._orderly or not seen.drained):
            self._engine.stop(STOP_S)
        elif not visible:
            seen.stopped = self._stop_overloaded()
        # Sorted as the engine made them: a DStream's listener may be overtaken, its ticks not.
        seen.batches = list(self._engine.batches)
        if self._rows is not None:
            seen.batches = self._rows.given_to(seen.batches)
        seen.rss_peak_bytes = self._sampler.rss_peak_bytes
        if self._spec.sink == "console":
            seen.console = self._engine.console.stamps()
        if choice(self._spec.arm, "mode") == "continuous":
            # The console is all there is to go by, and no witness against itself.
            seen.console = {}
        return seen

    def _begin(self) -> Observed:
        spec = self._spec
        ports = self._load.listen()
        name, java_options = self._name, self._engine.java_options
        options = stream_options(spec, ports, spec.trigger_s, self._temp_dir, name, java_options)
        self._options = options = self._prepare(options)
        if self._settings.idle_s is not None or self._settings.tune is not None:
            self._counted = self._engine.count(options, START_S)
        if FILE_KEY in options.conf:
            self._rows = RowTimes(options.conf[FILE_KEY])
        started = self._engine.start(name, options, START_S)
        self._load.wait_accepted(CONNECT_S, self._alive)
        # Structured Streaming connects in the middle of batch 0, which is start-up, not load.
        # Without a file in its directory it runs no batch at all; in real-time mode batch 0 is as
        # long as any, and was begun when the engine said it had started.
        waits = options.source != DIRECTORY and self._rows is None
        if spec.arm.engine == "structured" and waits:
            self._await_first_batch()
        self._wall_s = wall_minus_monotonic()
        self._clock.lap("change")
        soonest = max(time.time() + LEAD_S, self._not_before)
        t0 = first_tick_after(soonest, spec.trigger_s, spec.seed)
        # An injected delay is the load's: the intended times stay, the records come later.
        self._load.go(t0 + spec.inject_s)
        start_s, end_s = trial_window(spec, self._settings)
        window = Window(
            t0=t0,
            start_s=start_s,
            end_s=end_s,
            # Without a trigger there is no tick to wait for; a millisecond stands for that.
            trigger_s=0.001 if self._rows is not None else spec.trigger_s or 0.001,
            output_s=output_s(spec),
        )
        return Observed(started, window, self._prepared)

    def _settle(self, seen: Observed) -> None:
        """Let the load begin, and the stream settle until the window does."""
        self._phase("warm-up")
        self._until(seen.window.t0)
        self._clock.lap("tick")
        self._until(seen.window.t0 + seen.window.start_s)
        self._clock.lap("settle")

    def _prepare(self, options: Options) -> Options:
        """Have there what has to be before the stream begins; the options it begins with."""
        return options

    def _await_first_batch(self) -> None:
        deadline = time.monotonic() + CONNECT_S
        while not self._engine.batches and time.monotonic() < deadline:
            self._engine.pump(POLL_S)

    def _measure(self, seen: Observed) -> None:
        before, machine = self._sampler.sample(), sample_machine()
        gauges = self._engine.gauges(COUNTERS_S)
        generator = self._generator_cpu_s()
        self._next_gauges = time.monotonic() + GAUGES_S
        if self._settings.soak:
            length_s = seen.window.length_s
            self._soak = SoakLog(self._engine, self._options, self._sampler, length_s)
        self._until(seen.window.t0 + seen.window.end_s)
        self._next_gauges = math.inf
        seen.cpu = self._sampler.sample() - before
        seen.generator_cpu_s = self._generator_cpu_s() - generator
        seen.machine = use_between(machine, sample_machine())
        after = self._engine.gauges(COUNTERS_S)
        if self._soak is not None:
            # Its questions were asked before that of the counters, and so have been answered.
            seen.soak, self._soak = self._soak.samples(), None
        if gauges["gc_s"] is not None:
            seen.gc_s = after["gc_s"] - gauges["gc_s"]
        seen.executors = executors_between(gauges.get("executors"), after.get("executors"))
        log = self._engine.gauge_log
        seen.heap_left = [event["heap_after_gc_bytes"] for event in log]

    def _stop_overloaded(self) -> bool:
        """Whether a stream that fell behind ended in short time; what was found stands either way.

        A batch of Spark's own socket source may go on for minutes, and nothing interrupts it.
        """
        try:
            self._engine.stop(OVERLOADED_STOP_S)
        except TrialFailed:
            return False
        return True

    def _finish(self, seen: Observed) -> bool:
        """Wait for the cohort under load, then for what the load has sent besides.

        Whether the cohort became visible in time.
        """
        window = seen.window
        deadline = window.t0 + window.end_s + self._settings.tail_s
        goals = [stop for _first, stop in cohort_spans(seen.schedules, window)]
        visible = self._until(deadline, lambda: self._reached(goals))
        if visible and self._settings.idle_s is None:
            self._measured()
        seen.stop = self._load.stop()
        if visible:
            sent = list(seen.stop.sent_records)
            limit = self._wall_s + time.monotonic() + self._settings.tail_s + (self._batch_s or 0.0)
            seen.drained = self._until(limit, lambda: self._batched(sent))
        seen.lag = self._load.lag(window.start_s, window.end_s)
        return visible

    def _count_requests(self, seen: Observed) -> None:
        bins = self._engine.requests(COUNTERS_S)["bins"]
        window, starts = seen.window, [batch.started for batch in self._engine.batches]
        begin_s, end_s = window.t0 + window.start_s, window.t0 + window.end_s
        seen.requests = asked_of_batches(bins, starts, begin_s, end_s)

    def _watch_idle(self, seen: Observed, length_s: float) -> None:
        """Watch the stream for a while in which no record comes."""
        tasks = self._tasks_held()
        began, before = time.time(), self._sampler.sample()
        self._until(self._wall_s + time.monotonic() + length_s)
        used, ended = self._sampler.sample() - before, time.time()
        bins: list[Bin] = self._engine.requests(COUNTERS_S)["bins"]
        tasks = min(tasks, self._tasks_held())
        starts = [batch.started for batch in self._engine.batches]
        asked = asked_between(bins, starts, began, ended)
        seen.idle = Idle(
            length_s=ended - began,
            cpu_s=used.total_s,
            slots=tasks,
            requests=asked if self._counted else None,
        )

    def _tasks_held(self) -> int:
        """Tasks that run at most looks: between two of its batches real-time mode has none."""
        seen = []
        for _look in range(IDLE_LOOKS):
            seen.append(int(self._engine.requests(COUNTERS_S)["tasks"]))
            self._until(self._wall_s + time.monotonic() + IDLE_LOOK_S)
        return statistics.median_low(seen)

    def _reached(self, goals: Sequence[int]) -> bool:
        """Whether the visible records of every stream go up to its goal."""
        if self._rows is not None:
            ends = self._rows.ends(len(goals))
            if all(end >= goal for end, goal in zip(ends, goals, strict=True)):
                return True
        return self._batched(goals)

    def _batched(self, goals: Sequence[int]) -> bool:
        """Whether the ranges of every stream go up to its goal."""
        ends = [0] * len(goals)
        for batch in self._engine.batches:
            for stream, first, records in batch.ranges:
                ends[stream] = max(ends[stream], first + records)
        return all(end >= goal for end, goal in zip(ends, goals, strict=True))

    def _until(self, unix_s: float, done: Callable[[], bool] | None = None) -> bool:
        """Watch until a moment; True as soon as ``done`` says so, False when time has passed.

        By the clock as it stood when the load began: one that is set back must not make it a wait
        of hours, nor one that is set forward none at all.
        """
        deadline = unix_s - self._wall_s
        while (left_s := deadline - time.monotonic()) > 0:
            self._engine.pump(min(left_s, POLL_S))
            self._alive()
            if done is not None and done():
                return True
        return done is not None and done()

    def _alive(self) -> None:
        self._engine.pump(0.0)
        self._load.poll()
        if time.monotonic() >= self._next_sample:
            self._next_sample = time.monotonic() + SAMPLE_S
            self._sampler.sample()
        if self._soak is not None:
            self._soak.look()
        if time.monotonic() >= self._next_gauges:
            self._next_gauges = time.monotonic() + GAUGES_S
            self._engine.ask_gauges()

    def _generator_cpu_s(self) -> float:
        return process_cpu_s(psutil.Process(self._load.pid))
