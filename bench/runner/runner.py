"""The loop from strategy to stored results."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from bench.errors import EnvironmentProblem
from bench.experiments.base import Judging, Replacing, Strategy, Telling
from bench.experiments.compare.rounds import latest_attempts
from bench.experiments.compare.until import Forecast, Forecasting
from bench.plan import estimate
from bench.plan.spec import Settings, TrialSpec
from bench.plan.windows import settings_for
from bench.redaction import mask_logs, redact
from bench.results.files import make_folder
from bench.results.schema import TrialResult
from bench.results.store import RunStore
from bench.runner.exit_codes import exit_code
from bench.runner.timings import learned_costs

#: What views are told.  From the runner: ``trial`` (``spec``, ``done``, ``left``, ``expected_s`` of
#: this trial, ``left_s`` expected for it and all after it), ``result`` (``spec``, ``result``,
#: ``judged``: what the strategy takes from it, ``None`` where that is its status),
#: ``forecast`` (``forecast``, after each whole round of a run that goes on until it is precise),
#: ``found`` (``message``, of a strategy that finds things out on the way) and ``end``
#: (``interrupted``).  From the trial, passed through: ``phase``, ``batch``, ``warning``.
OnEvent = Callable[[dict[str, Any]], None]


class RunTrial(Protocol):
    """``bench.trial.run_trial``, or a stand-in.

    Never raises for a trial that went wrong; lets KeyboardInterrupt pass after cleaning up.
    """

    def __call__(
        self, spec: TrialSpec, settings: Settings, *, workdir: Path, on_event: OnEvent
    ) -> TrialResult: ...


@runtime_checkable
class Preparing(Protocol):
    """A :class:`RunTrial` that can start the engine of a trial ahead of time."""

    def upcoming(self, spec: TrialSpec, workdir: Path) -> None:
        """``spec`` probably follows the trial that is run next; ``workdir`` stays."""

    def forget(self) -> None:
        """What was started ahead is not needed."""


@dataclass(frozen=True)
class Outcome:
    """How a loop ended: all results, earlier ones included; what stopped it before its end.

    ``standing``: those that no later round has taken the place of, where rounds are replaced.
    """

    results: list[TrialResult] = field(default_factory=list)
    interrupted: bool = False
    problem: EnvironmentProblem | None = None
    standing: list[TrialResult] | None = None

    @property
    def complete(self) -> bool:
        """Whether the strategy had nothing left to ask for."""
        return not self.interrupted and self.problem is None

    def exit_code(self, *, gate_failed: bool = False) -> int:
        """See ``bench.runner.exit_codes``; of a trial run again, the last attempt counts."""
        last = self.standing
        if last is None:
            last = list(latest_attempts(self.results).values())
        return exit_code(
            [result.status for result in last],
            interrupted=self.interrupted,
            environment=self.problem is not None,
            gate_failed=gate_failed,
        )


def run_strategy(
    strategy: Strategy,
    settings: Settings,
    store: RunStore,
    *,
    run_trial: RunTrial,
    on_event: OnEvent,
    results: Sequence[TrialResult] = (),
) -> Outcome:
    """Run what the strategy asks for until it asks for nothing more, storing each result.

    ``results`` are those of an earlier part of the same run.  An interruption or an
    :class:`EnvironmentProblem` (a full disk, say) ends the loop; what finished stays stored and is
    in the outcome.
    """
    done = list(results)
    stored = len(done)
    forecast = _forecast(strategy, done)
    told = len(_told(strategy, done))
    interrupted, problem = False, None
    earlier: TrialSpec | None = None
    folders, costs = _Folders(store), learned_costs()
    try:
        while (spec := strategy.next(done)) is not None:
            left = strategy.remaining(done)
            on_event(
                {
                    "event": "trial",
                    "spec": spec,
                    "done": len(done),
                    "left": len(left),
                    "expected_s": estimate.trial_s(spec, settings, earlier, costs),
                    "left_s": estimate.run_s(left, settings, costs),
                }
            )
            # A search may expect a trial that it has not made up its mind about: one of a number
            # that is taken.
            taken = {(spec.number, spec.attempt)}
            taken |= {(one.trial.number, one.trial.attempt) for one in done}
            for ahead in left[1:2]:
                new = (ahead.number, ahead.attempt) not in taken
                if new and isinstance(run_trial, Preparing):
                    run_trial.upcoming(ahead, folders.make(ahead))
            result = _run_one(spec, settings, folders.use(spec), run_trial, on_event)
            earlier = spec
            done.append(result)
            store.write_trial(result)
            stored = len(done)
            judged = strategy.judged(result) if isinstance(strategy, Judging) else None
            on_event({"event": "result", "spec": spec, "result": result, "judged": judged})
            for message in (found := _told(strategy, done))[told:]:
                on_event({"event": "found", "message": message})
            told = len(found)
            before, forecast = forecast, _forecast(strategy, done)
            if forecast is not None and (before is None or forecast.rounds > before.rounds):
                on_event({"event": "forecast", "forecast": forecast})
    except KeyboardInterrupt:
        interrupted = True
        # The signal may have come between the end of a trial and the end of storing it.
        try:
            for result in done[stored:]:
                store.write_trial(result)
        except EnvironmentProblem as error:
            problem = error
    except EnvironmentProblem as error:
        problem = error
    finally:
        if isinstance(run_trial, Preparing):
            run_trial.forget()
        folders.tidy()
    on_event({"event": "end", "interrupted": interrupted})
    standing = strategy.standing(done) if isinstance(strategy, Replacing) else None
    return Outcome(done, interrupted, problem, standing)


def _forecast(strategy: Strategy, results: Sequence[TrialResult]) -> Forecast | None:
    return strategy.forecast(results) if isinstance(strategy, Forecasting) else None


def _told(strategy: Strategy, results: Sequence[TrialResult]) -> list[str]:
    return strategy.told(results) if isinstance(strategy, Telling) else []


class _Folders:
    """The folders that trials log into, each made once: a trial's engine may be there before it."""

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._made: set[Path] = set()
        self._used: set[Path] = set()

    def make(self, spec: TrialSpec) -> Path:
        """The folder of a trial, empty when it is made."""
        workdir = self._store.log_path(spec.number, spec.attempt).with_suffix("")
        if workdir not in self._made:
            # What a killed run left there belongs to no result.
            shutil.rmtree(workdir, ignore_errors=True)
            make_folder(workdir)
            self._made.add(workdir)
        return workdir

    def use(self, spec: TrialSpec) -> Path:
        """The same, of a trial that is run now."""
        workdir = self.make(spec)
        self._used.add(workdir)
        return workdir

    def tidy(self) -> None:
        """Remove those of trials that did not come after all."""
        for workdir in self._made - self._used:
            shutil.rmtree(workdir, ignore_errors=True)


def _run_one(
    spec: TrialSpec, settings: Settings, workdir: Path, run_trial: RunTrial, on_event: OnEvent
) -> TrialResult:
    try:
        own = settings_for(spec, settings)
        return _redacted(run_trial(spec, own, workdir=workdir, on_event=on_event))
    finally:
        mask_logs(workdir)
        _tidy(workdir)


def _redacted(result: TrialResult) -> TrialResult:
    """The result without secrets that a message of an engine's may have quoted."""
    reasons = [redact(reason) for reason in result.reasons]
    checks = [
        check.model_copy(update={"message": redact(check.message)}) for check in result.checks
    ]
    batches = [
        batch
        if batch.failure is None
        else batch.model_copy(update={"failure": redact(batch.failure)})
        for batch in result.batches
    ]
    return result.model_copy(update={"reasons": reasons, "checks": checks, "batches": batches})


def _tidy(workdir: Path) -> None:
    """Remove logs nothing was said in, and the folder if that leaves it empty."""
    # A disk in trouble has a word of its own to say when the result is stored.
    with contextlib.suppress(OSError):
        for file in workdir.iterdir():
            if file.is_file() and file.stat().st_size == 0:
                file.unlink()
        if not any(workdir.iterdir()):
            workdir.rmdir()
