"""One trial in a session: what it asks of the engine and the generator, and what it brings home."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.contract import BatchRecord
from bench.contract.jvm.references import digest_of, parse
from bench.contract.masters import is_local
from bench.faults.events import NONE
from bench.machine.environment import current_environment
from bench.plan.arms import choice
from bench.plan.axes import TEMP
from bench.plan.spec import Settings, TrialSpec
from bench.plan.windows import trial_window
from bench.results.schema import Environment, TrialResult
from bench.runtime.interpreter import Interpreter, own
from bench.trial.checkpoints import store_name
from bench.trial.clock import Clock
from bench.trial.effective import effective, ours
from bench.trial.errors import TrialFailed
from bench.trial.fault_result import faulted_result
from bench.trial.faulted import FaultedStream, check_fault
from bench.trial.limits import CHANGE_S, EXIT_S
from bench.trial.measured import MeasuredStream
from bench.trial.result import Around, measured_result, unmeasured_result
from bench.trial.session import LOG_NAME, EngineSession
from bench.trial.setup import input_folder, load_config, prepare_load

OnEvent = Callable[[dict[str, Any]], None]


class OneTrial:
    """Its clock starts when it is made: make it before the session it runs in.

    ``measured`` is called when nothing can disturb the measurement any more.  ``orderly``: its
    stream is asked to end (:func:`ends_orderly`).
    """

    def __init__(
        self,
        spec: TrialSpec,
        settings: Settings,
        workdir: Path,
        on_event: OnEvent,
        interpreter: Interpreter | None = None,
        *,
        measured: Callable[[], None] = lambda: None,
        orderly: bool = True,
    ) -> None:
        self._spec = spec
        self._settings = settings
        self._workdir = workdir
        self._on_event = on_event
        self._interpreter = interpreter or own()
        self._measured = measured
        self._orderly = orderly
        self._clock = Clock()
        self._environment = current_environment(decided=ours(spec))
        self._file_system: str | None = None
        self._session: EngineSession | None = None

    def run(
        self, session_for: Callable[[], EngineSession], done: Callable[[], None]
    ) -> TrialResult:
        """Carry the trial through; ``done`` is called once the session has nothing left to do.

        Raises :class:`TrialFailed`, :class:`TrialUnsupported`, ``LoadError`` or ``UsageError``
        (a file to replay) when it cannot be.
        """
        spec, settings = self._spec, self._settings
        _check_job(spec.job_reference, spec.job_digest)
        check_fault(spec)
        self._phase("starting")
        session = self._session = session_for()
        session.on_batch = self._batch
        self._tell_log(session)
        # A checkpoint belongs to one query only, and so do the events of a stream.
        name = f"measured-{session.trials}"
        folder = input_folder(spec, session.temp_dir, name)
        config = load_config(spec, session.cpus.generator, folder)
        # The generator starts beside the engine, and idles until the prelude is over.
        with session.load(config, self._workdir) as load:
            prepared = prepare_load(config, spec.replay_sha256)
            self._file_system = store_name(spec.checkpoint, session.temp_dir)
            if session.trials == 1:
                session.engine.wait("hello", EXIT_S, "start its interpreter")
                self._clock.lap("launch")
            start_s, _end_s = trial_window(spec, settings)
            if session.trials == 1 and spec.arm.engine != "null":  # which has no JVM to warm up
                self._phase("prelude")
                session.warm_up(
                    spec,
                    settings,
                    config,
                    clock=self._clock,
                    before_window_s=start_s + CHANGE_S,
                )
            born = session.born_at()
            of_stream: dict[str, Any] = {
                "prepared": prepared,
                "temp_dir": session.temp_dir,
                "phase": self._phase,
                "name": name,
                "clock": self._clock,
                "not_before": born + (settings.age_s or 0.0) - start_s,
                "orderly": self._orderly,
                "measured": self._measured,
            }
            stream = (
                MeasuredStream(session.engine, load, spec, settings, **of_stream)
                if spec.fault == NONE
                else FaultedStream(session, load, spec, settings, **of_stream)
            )
            observed = stream.run()
            session.spoiled = not observed.stopped
        session.versions = observed.started["environment"]
        done()
        self._clock.lap("end")
        around = Around(
            prelude=session.prelude,
            generator_apart=session.cpus.generator is not None,
            environment=self._place(),
            startup_s=observed.window.t0 - self._started_at(),
            spent=self._clock.spent,
            jvm_age_s=observed.window.t0 + observed.window.start_s - born,
            jvm_id=session.token,
            settings=effective(spec, observed.started.get("settings", {}), session.temp_dir),
        )
        if isinstance(stream, FaultedStream):
            return faulted_result(spec, observed, stream.struck, around)
        return measured_result(spec, observed, around)

    def unmeasured(self, status: str, reason: str) -> TrialResult:
        """The result of a trial that was not carried to its end."""
        self._clock.lap("end")
        return unmeasured_result(
            self._spec,
            status,
            [reason],
            environment=self._place(),
            spent=self._clock.spent,
        )

    def _tell_log(self, session: EngineSession) -> None:
        """Say where the engine logs: the trials of one JVM share the log of the first of them."""
        if self._settings.fork != "engine":
            return
        with (session.folder / LOG_NAME).open("a") as log:
            log.write(f"--- {self._workdir.name}\n")
        if session.folder != self._workdir:
            note = f"The JVM of {session.folder.name} ran this trial too; see {LOG_NAME} there.\n"
            (self._workdir / LOG_NAME).write_text(note)

    def _phase(self, name: str) -> None:
        self._on_event({"event": "phase", "name": name})

    def _batch(self, batch: BatchRecord) -> None:
        self._on_event(
            {
                "event": "batch",
                "batch_id": batch.batch_id,
                "batch_s": batch.finished - batch.started,
                "records": batch.records,
            }
        )

    def _started_at(self) -> float:
        """When the trial began, as Unix time."""
        return time.time() - self._clock.so_far_s

    def _place(self) -> Environment:
        """The machine, with the versions the trial itself saw and what the CPU plan could not."""
        session = self._session
        extra = {**self._environment.extra, "checkpoint_file_system": self._file_system}
        versions: dict[str, Any] = {}
        python = self._interpreter.version
        if session is not None:
            versions, python = session.versions, session.engine.python
            extra["cpus_trial"] = _listed(session.cpus.trial)
            extra["cpus_generator"] = _listed(session.cpus.generator)
            extra["cpus_note"] = session.cpus.note
            extra["class_archive"] = session.archive
            # How many trials this engine process has run, this one included.
            extra["engine_trials"] = session.trials
        return self._environment.model_copy(
            update={
                "spark": versions.get("spark") or self._interpreter.spark,
                "java": versions.get("java") or self._environment.java,
                "engine_python": python,
                "extra": extra,
            }
        )


def ends_orderly(spec: TrialSpec, settings: Settings) -> bool:
    """Whether the trial's stream, session and JVM are asked to end, rather than killed.

    Killed is what leaves nothing behind that anybody would miss: a JVM of this trial alone on this
    machine, whose sink keeps nothing, once every record was seen in a batch.  What an end in good
    order would tell besides is given up: batches after that, and what Spark logs when it stops.
    """
    return (
        settings.fork == "engine"
        or not is_local(spec.master)
        or spec.fault != NONE
        or spec.sink != "drain"
        or spec.checkpoint != TEMP
        or bool(spec.job_reference)
        or choice(spec.arm, "mode") != "microbatch"
    )


def _listed(cpus: tuple[int, ...] | None) -> str | None:
    return None if cpus is None else ",".join(str(cpu) for cpu in cpus)


def _check_job(reference: str, sha256: str) -> None:
    """Raise :class:`TrialFailed` for a user's file that is gone or another one than was planned."""
    own = parse(reference)
    if own is None and not reference.endswith(".py"):
        return
    files = (reference,) if own is None else own.files
    try:
        same = digest_of(*files) == sha256
    except OSError:
        same = False
    if not same:
        names = " or ".join(Path(file).name for file in files)
        raise TrialFailed(f"{names} has changed since the run began; start a new run")
