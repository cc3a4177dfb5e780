"""``TrialRunner``: trials one after another, in JVMs of their own or (``fork=engine``) shared."""

from __future__ import annotations

import contextlib
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from bench.contract.masters import is_local
from bench.errors import EnvironmentProblem, UsageError
from bench.faults.events import NONE
from bench.faults.inject.errors import InjectionError
from bench.load.errors import LoadError
from bench.plan.fork import GOES_ON, may_share
from bench.plan.spec import Settings, TrialSpec
from bench.process.affinity import NOT_PINNED, plan_cpus
from bench.results.schema import TrialResult
from bench.runtime.archives import Archives
from bench.runtime.interpreter import Interpreter
from bench.runtime.of_arm import interpreter_of
from bench.trial.errors import TrialFailed, TrialUnsupported
from bench.trial.limits import SPARE_BYTES
from bench.trial.one import OneTrial, OnEvent, ends_orderly
from bench.trial.session import EngineSession
from bench.trial.setup import unsupported_reason


def run_trial(
    spec: TrialSpec, settings: Settings, *, workdir: Path, on_event: OnEvent
) -> TrialResult:
    """Run one trial and end everything it started, whatever happens; see :class:`TrialRunner`."""
    with TrialRunner() as run:
        return run(spec, settings, workdir=workdir, on_event=on_event)


class TrialRunner:
    """Runs a trial each time it is called; a context manager, after which no process is left.

    With ``settings.fork == "engine"`` the engine's process stays for the next trial if that
    :func:`~bench.plan.fork.may_share` it; it ends before any other, after a trial that left
    something behind, after an interruption and at the end.

    Otherwise the engine of the trial to come (:meth:`upcoming`) starts as soon as nothing can
    disturb the present one's measurement any more, and waits for its trial.
    """

    def __init__(
        self, archives: Archives | None = None, *, prepare: bool = True, kill: bool = True
    ) -> None:
        """For ``scripts.proof``: not ``prepare``, no engine starts ahead; not ``kill``, all end
        orderly.
        """
        self._session: EngineSession | None = None
        self._archives = archives or Archives()
        self._prepare = prepare
        self._kill = kill
        self._next: tuple[TrialSpec, Path] | None = None
        self._ready: EngineSession | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.forget()
        finally:
            self._leave(orderly=kind is None)

    def upcoming(self, spec: TrialSpec, workdir: Path) -> None:
        """Tell which trial probably follows the one to be run next, and where it will log.

        ``workdir`` has to stay from now on.
        """
        self._next = (spec, workdir)

    def forget(self) -> None:
        """End what was started for a trial that does not come."""
        self._next = None
        ready, self._ready = self._ready, None
        if ready is not None:
            ready.close(orderly=False)

    def __call__(
        self, spec: TrialSpec, settings: Settings, *, workdir: Path, on_event: OnEvent
    ) -> TrialResult:
        """Run one trial.

        Never raises for a trial that went wrong: its status and reasons say so.  Lets
        KeyboardInterrupt pass, and :class:`EnvironmentProblem` (no Java), both after cleaning up.
        """
        shared = settings.fork == "engine"
        if not (shared and self._fits(spec)):
            self._leave(orderly=True)
        interpreter = _interpreter(spec, on_event)
        # What has to be made first, or read once, is no part of the trial.
        self._archives.archive_for(spec)
        following, self._next = self._next, None

        def measured() -> None:
            if following is not None and self._may_prepare(spec, following[0], settings):
                self._make_ready(*following, on_event)

        orderly = not self._kill or ends_orderly(spec, settings)
        trial = OneTrial(
            spec, settings, workdir, on_event, interpreter, measured=measured, orderly=orderly
        )

        def session_for() -> EngineSession:
            if self._session is None:
                self._session = self._taken(spec, workdir) or self._new(spec, workdir, on_event)
            self._session.take(spec)
            return self._session

        def done() -> None:
            if not shared:
                well = self._session is not None and not self._session.spoiled
                self._leave(orderly=well and orderly)

        keep = False
        try:
            result = trial.run(session_for, done)
            keep = (
                result.status in GOES_ON
                and spec.fault == NONE  # after one, nothing is as it was
                and self._session is not None
                and self._session.alive
            )
            return result
        except TrialUnsupported as reason:
            return trial.unmeasured("unsupported", unsupported_reason(spec, str(reason)))
        except (TrialFailed, LoadError, UsageError, InjectionError) as problem:
            # UsageError: a file to replay.
            return trial.unmeasured("failed", str(problem))
        except EnvironmentProblem:
            raise
        except Exception as problem:
            # What nobody foresaw is a failed trial too: the run goes on, and the reason says what.
            return trial.unmeasured("failed", f"{type(problem).__name__}: {problem}")
        finally:
            if not keep:
                self._leave(orderly=False)

    def _new(self, spec: TrialSpec, workdir: Path, on_event: OnEvent) -> EngineSession:
        interpreter = _interpreter(spec, on_event)
        archive = self._archives.archive_for(spec)
        cpus = plan_cpus(spec.cores) if is_local(spec.master) else NOT_PINNED
        return EngineSession(spec, cpus, workdir, archive, interpreter)

    def _may_prepare(self, spec: TrialSpec, following: TrialSpec, settings: Settings) -> bool:
        """Whether the next trial's JVM may start while this one's still runs.

        Not on a cluster, whose slots the two would share, nor around a fault, nor where memory is
        short.
        """
        return (
            self._prepare
            and settings.fork != "engine"
            and all(is_local(one.master) and one.fault == NONE for one in (spec, following))
            and psutil.virtual_memory().available > SPARE_BYTES
        )

    def _make_ready(self, spec: TrialSpec, workdir: Path, on_event: OnEvent) -> None:
        # What hinders it will be told when the trial itself meets it.
        with contextlib.suppress(EnvironmentProblem, UsageError, TrialFailed, OSError):
            self._ready = self._new(spec, workdir, on_event)

    def _taken(self, spec: TrialSpec, workdir: Path) -> EngineSession | None:
        """The session that was made ready for this very trial, if it still lives."""
        ready = self._ready
        if ready is not None and (ready.last, ready.folder) == (spec, workdir) and ready.alive:
            self._ready = None
            return ready
        self.forget()
        return None

    def _fits(self, spec: TrialSpec) -> bool:
        session = self._session
        return session is not None and session.alive and may_share(session.last, spec)

    def _leave(self, *, orderly: bool) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close(orderly=orderly)


def _interpreter(spec: TrialSpec, on_event: OnEvent) -> Interpreter:
    try:
        return interpreter_of(spec, lambda words: on_event({"event": "note", "message": words}))
    except UsageError as problem:
        # It was right when the run began.
        raise EnvironmentProblem(str(problem)) from None
