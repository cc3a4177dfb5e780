"""``TrialRunner``: trials one after another, in JVMs of their own or (``fork=engine``) shared."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from bench.contract.masters import is_local
from bench.errors import EnvironmentProblem, UsageError
from bench.faults.events import NONE
from bench.faults.inject.errors import InjectionError
from bench.load.errors import LoadError
from bench.plan.fork import GOES_ON, may_share
from bench.plan.spec import Settings, TrialSpec
from bench.process.affinity import NOT_PINNED, plan_cpus
from bench.results.schema import TrialResult
from bench.runtime.interpreter import Interpreter
from bench.trial.archive import Archives
from bench.trial.errors import TrialFailed, TrialUnsupported
from bench.trial.interpreters import interpreter_of
from bench.trial.one import OneTrial, OnEvent
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
    """

    def __init__(self) -> None:
        self._session: EngineSession | None = None
        self._archives = Archives()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._leave(orderly=kind is None)

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
        archive = self._archives.archive_for(spec, interpreter, on_event)
        trial = OneTrial(spec, settings, workdir, on_event, interpreter)

        def session_for() -> EngineSession:
            if self._session is None:
                cpus = plan_cpus(spec.cores) if is_local(spec.master) else NOT_PINNED
                self._session = EngineSession(spec, cpus, workdir, archive, interpreter)
            self._session.take(spec)
            return self._session

        def done() -> None:
            if not shared:
                self._leave(orderly=self._session is not None and not self._session.spoiled)

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
