"""One engine process, warmed up once, for one trial or for several after one another."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil

from bench.cluster.join import join_environment, leave
from bench.cluster.lifecycle import make_whole
from bench.contract import BatchRecord
from bench.faults.inject.kill import kill_marked
from bench.faults.inject.mounts import file_systems_apart
from bench.load.config import LoadConfig
from bench.load.errors import LoadError
from bench.load.sending.process import LoadProcess
from bench.plan.spec import Settings, TrialSpec
from bench.process.affinity import CpuPlan
from bench.process.cpu import started_at
from bench.process.orphans import end_all
from bench.process.spawn import MARK, new_token
from bench.results.schema import Prelude
from bench.runtime.archives import archive_words
from bench.runtime.cds import ClassArchive
from bench.runtime.inherited import submit_words
from bench.runtime.interpreter import Interpreter
from bench.trial.checkpoints import remove_checkpoints
from bench.trial.clock import Clock
from bench.trial.effective import ours
from bench.trial.engine import EngineProcess
from bench.trial.errors import TrialFailed
from bench.trial.limits import EXIT_S, GRACE_S, LOAD_END_S
from bench.trial.prelude import PRELUDE, run_prelude
from bench.trial.setup import engine_environment, input_folder, prelude_config, stream_options

#: Written into a trial's folder: what Spark and the engine said, what the generator said.
LOG_NAME = "engine.log"
LOAD_LOG_NAME = "load.log"


class EngineSession:
    """Processes that carry one mark, ``token``, and that all end with :meth:`close`.

    ``on_batch`` is told of the batches of whichever stream is under way.
    """

    def __init__(
        self,
        spec: TrialSpec,
        cpus: CpuPlan,
        workdir: Path,
        archive: ClassArchive,
        interpreter: Interpreter | None = None,
    ) -> None:
        self.token = new_token()
        self.last = spec
        self.trials = 0
        self.cpus = cpus
        self.folder = workdir
        self.prelude: Prelude | None = None
        #: A stream was left running: no other one may follow it in this process.
        self.spoiled = False
        self.versions: dict[str, Any] = {}
        self.archive = f"none: {archive.note}" if archive.path is None else "given"
        self.on_batch: Callable[[BatchRecord], None] = lambda batch: None
        self._archive = archive
        self._interpreter = interpreter
        #: Engine processes of this session that were killed on purpose.
        self._killed: list[EngineProcess] = []
        make_whole(spec.master)
        try:
            self.engine = self._start(spec)
            self.engine.java_options = archive.java_options(self.temp_dir)
            self._open(spec)
        except BaseException:
            end_all(self.token, 0.0)
            raise

    def _start(self, spec: TrialSpec) -> EngineProcess:
        return EngineProcess(
            spec.arm.engine,
            token=self.token,
            log=self.folder / LOG_NAME,
            cpus=self.cpus.trial,
            env={
                **engine_environment(spec.arm.engine, self._interpreter),
                **join_environment(spec, self.folder),
                **submit_words(ours(spec)),
            },
            on_batch=lambda batch: self.on_batch(batch),
            interpreter=self._interpreter,
            prefix=file_systems_apart(spec.fault),
        )

    def _open(self, spec: TrialSpec) -> None:
        """Have the JVM start while generators do: its session depends on none of their ports."""
        nowhere = (0,) * spec.streams
        java_options = self.engine.java_options
        options = stream_options(spec, nowhere, spec.trigger_s, self.temp_dir, "open", java_options)
        self.engine.open(options)

    def kill_engine(self, spare: int) -> None:
        """Kill the engine with everything it has started, but not process ``spare``."""
        kill_marked(self.token, self.engine.child.pid, spare)

    def start_again(self) -> EngineProcess:
        """Another process of the same engine; the files of the killed one stay."""
        self._killed.append(self.engine)
        self.engine = self._start(self.last)
        self.engine.java_options = self._killed[-1].java_options
        return self.engine

    @property
    def temp_dir(self) -> Path:
        """Temporary files of the engine, checkpoints among them."""
        return (self._killed or [self.engine])[0].child.temp_dir

    @property
    def alive(self) -> bool:
        """Whether the process is there to take another stream."""
        return not self.spoiled and self.engine.child.popen.poll() is None

    @contextlib.contextmanager
    def load(self, config: LoadConfig, workdir: Path) -> Iterator[LoadProcess]:
        """A generator that ends with the block; where an engine fails for its end, that is told."""
        with (
            (workdir / LOAD_LOG_NAME).open("ab") as log,
            LoadProcess(config, env={MARK: self.token}, stderr=log) as load,
        ):
            try:
                yield load
            except TrialFailed as problem:
                # An engine whose server has gone may be heard of before the server itself.
                why = load.why_ended(LOAD_END_S)
                if why is None:
                    raise
                raise LoadError(f"{why} ({problem})") from None

    def born_at(self) -> float:
        """When the engine's JVM began, as Unix time; that of its process where it has none."""
        process = psutil.Process(self.engine.child.pid)
        try:
            below = process.children(recursive=True)
            jvms = [started_at(one) for one in below if one.name() == "java"]
        except (psutil.Error, OSError):
            jvms = []
        return min(jvms) if jvms else started_at(process)

    def warm_up(
        self,
        spec: TrialSpec,
        settings: Settings,
        config: LoadConfig,
        *,
        clock: Clock | None = None,
        before_window_s: float = 0.0,
    ) -> None:
        """Let the JVM compile, at the mean rate of ``config`` or the prelude's own.

        ``before_window_s``: at least so much of the age the JVM is to have comes afterwards.
        """

        def not_before() -> float:
            return (
                0.0
                if settings.age_s is None
                else (self.born_at() + settings.age_s - before_window_s)
            )

        folder = input_folder(spec, self.temp_dir, PRELUDE)
        prelude = prelude_config(config, spec.prelude_per_s, folder)
        with self.load(prelude, self.folder) as load:
            started, self.prelude = run_prelude(
                self.engine,
                load,
                spec,
                cap_s=settings.prelude_cap_s,
                temp_dir=self.temp_dir,
                check=load.poll,
                batches=settings.prelude_batches,
                not_before=not_before,
                clock=clock,
            )
        self.versions = started["environment"]
        self.archive = archive_words(self._archive, self.engine.child.pid)

    def take(self, spec: TrialSpec) -> None:
        """Note that this trial is the one under way."""
        self.last = spec
        self.trials += 1

    def close(self, *, orderly: bool) -> None:
        """End every process; ``orderly`` asks first.  Nothing of the session survives it."""
        with ExitStack() as stack:
            # What lies outside the temporary folder, once nobody writes to it any more.
            stack.callback(remove_checkpoints, self.last.checkpoint, self.temp_dir)
            stack.callback(leave, self.folder)
            # Left last, when every pipe has been let go, and whatever interrupts the steps before.
            stack.callback(end_all, self.token, GRACE_S)
            for engine in (*self._killed, self.engine):
                stack.callback(engine.close)
            gone = False
            try:
                gone = orderly and self.engine.exit(EXIT_S)
            finally:
                # Whatever state it is in; after an orderly exit nobody should be left to be met.
                end_all(self.token, GRACE_S if gone else 0.0)
