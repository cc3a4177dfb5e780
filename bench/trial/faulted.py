"""The measured stream of a trial with a fault: it is struck, and may not be what it was."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from bench.cluster.members import workers_of
from bench.contract import Options
from bench.contract.ledger import FILE_KEY, INDEX_DIGITS, Entry, LedgerReader
from bench.contract.poison import RECORD_KEY, written
from bench.faults import events
from bench.faults.events import FULL, READ_ONLY, Fault, parse_fault
from bench.faults.inject import mounts
from bench.faults.inject.injector import Target, injector_of
from bench.faults.support import Side, why_not
from bench.load.sending.sender import wall_minus_monotonic
from bench.measure.cohort import cohort_spans
from bench.plan.arms import choice
from bench.plan.axes import TEMP
from bench.plan.faults import fault_of
from bench.plan.spec import TrialSpec
from bench.plan.windows import trial_window
from bench.trial.errors import TrialFailed, TrialUnsupported
from bench.trial.limits import EXIT_S, POLL_S, START_S, STOP_S
from bench.trial.machine import sample_machine, use_between
from bench.trial.measured import MeasuredStream, Observed
from bench.trial.session import EngineSession
from bench.trial.setup import keeps_checkpoint, spark_master

#: How sequence numbers tell a stream from its records.
PER_STREAM = 10**INDEX_DIGITS

#: After everything sent has been seen, so many trigger intervals (and seconds at least) for what
#: comes twice or late.
AFTERMATH_INTERVALS, AFTERMATH_S = 3, 1.0

#: So much longer may the cohort's last record take where a JVM has to start first.
RESTART_S = 30.0

#: Faults after which the engine is started again, in another process.
_RESTARTED = frozenset({events.KILL_DRIVER, events.POISON})


@dataclass
class Struck:
    """What is known of the fault beside what came out: see ``bench.measure.fault.Strike``."""

    fault: Fault
    strikes_s: float
    entries: list[Entry] = field(default_factory=list)
    injected_at: float | None = None
    ended_at: float | None = None
    load_ended_at: float = 0.0
    ended_by: str = ""
    ends: list[str] = field(default_factory=list)


class FaultedStream(MeasuredStream):
    """What counts is what the sink notes; the engine's own events only tell how long it took."""

    def __init__(self, session: EngineSession, *args: Any, **named: Any) -> None:
        super().__init__(session.engine, *args, **named)
        found = fault_of(self._spec)
        assert found is not None
        self.struck = Struck(*found)
        self._session = session
        self._reader: LedgerReader | None = None
        self._ends: list[int] = []
        self._earlier: list[Any] = []
        #: The engine may end from here on: that is then what the fault did.
        self._may_end = False
        target = Target(
            pid=session.engine.child.pid,
            kill=lambda: session.kill_engine(self._load.pid),
            revive=self._revive,
            workers=tuple(workers_of(self._spec.master)),
        )
        self._injector = injector_of(found[0], target)

    def run(self) -> Observed:
        """The whole life; :class:`TrialFailed` when it ends before the fault, or none comes."""
        seen = self._begin()
        window, struck = seen.window, self.struck
        self._settle(seen)
        self._phase("measuring")
        machine, generator = sample_machine(), self._generator_cpu_s()
        self._until(window.t0 + struck.strikes_s)
        self._strike(window.t0)
        self._until(window.t0 + window.end_s)
        seen.generator_cpu_s = self._generator_cpu_s() - generator
        seen.machine = use_between(machine, sample_machine())
        self._clock.lap("window")
        self._phase("tail")
        self._finish(seen)
        step_s = wall_minus_monotonic() - self._wall_s
        seen.machine = replace(seen.machine, clock_step_s=step_s)
        self._clock.lap("tail")
        self._phase("stopping")
        seen.stopped = self._end()
        seen.batches = [*self._earlier, *self._engine.batches]
        self._look()
        self._times_of_load()
        return seen

    def _prepare(self, options: Options) -> Options:
        self._reader = LedgerReader(options.conf[FILE_KEY])
        self._ends = [0] * len(options.endpoints)
        self._injector.prepare(options)
        if self.struck.fault.kind != events.POISON:
            return options
        number = written(self._prepared.schedules[0].count_before(self.struck.strikes_s))
        return replace(options, conf={**options.conf, RECORD_KEY: number})

    def _strike(self, t0: float) -> None:
        struck = self.struck
        self._may_end = True
        struck.injected_at = time.time()
        self._injector.strike()
        if struck.fault.kind == events.POISON:
            end_s = t0 + trial_window(self._spec, self._settings)[1]
            if not self._until(end_s, lambda: bool(struck.ended_by)):
                return
            self._session.kill_engine(self._load.pid)
        over = max(t0 + struck.strikes_s, self._now()) + struck.fault.for_s
        if struck.fault.kind in _RESTARTED:
            # Nobody is there to be watched.
            while (left_s := over - self._now()) > 0:
                time.sleep(min(left_s, POLL_S))
                self._load.poll()
        else:
            self._until(over)
        struck.ended_at = time.time()
        self._injector.relieve()

    def _revive(self) -> None:
        """Start the engine again, as whoever looks after a driver does, and go on."""
        self._earlier += self._engine.batches
        self._engine = self._session.start_again()
        options = replace(self._options, recover=True)
        if self.struck.fault.restart == events.MENDED:
            options = replace(options, conf={**options.conf, RECORD_KEY: ""})
        self.struck.ended_by = ""
        with self._ending():
            self._engine.wait("hello", EXIT_S, "start its interpreter")
            self._engine.start(self._name, options, START_S)

    @contextlib.contextmanager
    def _ending(self) -> Any:
        """Take the engine's end for an answer."""
        try:
            yield
        except (TrialFailed, TrialUnsupported) as problem:
            if not self.struck.ended_by:
                self.struck.ended_by = str(problem)
                self.struck.ends.append(str(problem))

    def _alive(self) -> None:
        if not self._may_end:
            super()._alive()
            return
        self._load.poll()
        self._pump(0.0)

    def _pump(self, timeout_s: float) -> None:
        if self.struck.ended_by:
            time.sleep(timeout_s)
            return
        with self._ending():
            self._engine.pump(timeout_s)

    def _until(self, unix_s: float, done: Any = None) -> bool:
        if not self._may_end:
            return super()._until(unix_s, done)
        while (left_s := unix_s - self._now()) > 0:
            self._pump(min(left_s, POLL_S))
            self._alive()
            if done is not None and done():
                return True
        return done is not None and done()

    def _now(self) -> float:
        """Unix time by the clock as it stood when the load began, as every wait has it."""
        return self._wall_s + time.monotonic()

    def _look(self) -> None:
        """Take in what the sink has noted since."""
        assert self._reader is not None
        for entry in self._reader.new():
            # Later a torn line may be all of an entry, where rows are noted one by one.
            if entry.unreadable and not entry.numbers and not self.struck.entries:
                raise TrialFailed(
                    f"no row of a batch begins with its line's number: {self._spec.job} is not "
                    "'numbered'"
                )
            self.struck.entries.append(entry)
            for stream, end in highest(entry).items():
                if 0 <= stream < len(self._ends):
                    self._ends[stream] = max(self._ends[stream], end)

    def _reached(self, goals: Sequence[int]) -> bool:
        """Whether the sink has noted the last record of every stream, or a later one."""
        self._look()
        return all(end >= goal for end, goal in zip(self._ends, goals, strict=True))

    def _finish(self, seen: Observed) -> bool:
        """Wait for the cohort under load, and for the rest, as far as there is hope."""
        window, settings = seen.window, self._settings
        restart_s = RESTART_S if self.struck.fault.kind in _RESTARTED else 0.0
        tail_s = 0.0 if self.struck.ended_by else settings.tail_s + restart_s
        goals = [stop for _first, stop in cohort_spans(seen.schedules, window)]
        visible = self._until(
            # A restart may have outlasted the window.
            max(window.t0 + window.end_s, self._now()) + tail_s,
            lambda: bool(self.struck.ended_by) or self._reached(goals),
        )
        self.struck.load_ended_at = time.time()
        seen.stop = self._load.stop()
        if visible and not self.struck.ended_by:
            sent = list(seen.stop.sent_records)
            seen.drained = self._until(self._now() + tail_s, lambda: self._reached(sent))
            self._until(self._now() + max(AFTERMATH_INTERVALS * self._spec.trigger_s, AFTERMATH_S))
        seen.lag = self._load.lag(window.start_s, window.end_s)
        return visible

    def _end(self) -> bool:
        """Whether the stream ended in an orderly way."""
        if self.struck.ended_by:
            return False
        try:
            self._engine.stop(STOP_S)
        except TrialFailed:
            return False
        return True

    def _times_of_load(self) -> None:
        """The generator's own times of a break that it made."""
        at = {event["what"]: float(event["at"]) for event in self._load.outages}
        if self.struck.fault.kind in (events.DISCONNECT, events.STALL):
            self.struck.injected_at = at.get("began")
            self.struck.ended_at = at.get("ended")


def highest(entry: Entry) -> dict[int, int]:
    """Past the last record of each stream in a batch."""
    numbers = np.frombuffer(entry.numbers, dtype=np.int64)
    streams = numbers // PER_STREAM
    return {
        int(stream): int(numbers[streams == stream].max() % PER_STREAM) + 1
        for stream in np.unique(streams)
    }


def check_fault(spec: TrialSpec) -> None:
    """Raise :class:`TrialUnsupported` with the reason where the fault cannot be had."""
    fault = parse_fault(spec.fault)
    if fault is None:
        return
    reason = why_not(
        fault,
        Side(
            engine=spec.arm.engine,
            source=choice(spec.arm, "source"),
            mode=choice(spec.arm, "mode"),
            guarantee=choice(spec.arm, "guarantee"),
            job=spec.job,
            sink=spec.sink,
            lines=spec.lines,
            replayed=spec.replay is not None,
            master=spark_master(spec),
            checkpointed=keeps_checkpoint(spec),
        ),
    )
    if reason is None and fault.kind in (READ_ONLY, FULL):
        reason = mounts.why_not()
        if spec.checkpoint != TEMP:
            reason = "only a checkpoint in the trial's own folder can be taken away: use temp"
    if reason is not None:
        raise TrialUnsupported(reason)
