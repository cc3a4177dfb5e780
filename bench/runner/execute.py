"""A plan from start to finish: checks, lock, run directory, loop."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from bench._version import __version__
from bench.plan import estimate
from bench.plan.plan import Plan
from bench.process.locks import measuring_lock
from bench.results.schema import RunInfo
from bench.results.store import RunStore, next_run_dir
from bench.runner import preflight
from bench.runner.environment import current_environment, git_state
from bench.runner.runner import OnEvent, Outcome, RunTrial, run_strategy
from bench.strategy.base import Strategy
from bench.strategy.rounds import Rounds, latest_attempts


@dataclass(frozen=True)
class Finished:
    """A run that ended, one way or another: where it is stored and how it went."""

    path: Path
    outcome: Outcome


def execute(
    plan: Plan,
    *,
    out: Path | None,
    command: str,
    on_event: OnEvent,
    run_trial: RunTrial | None = None,
    strategy: Strategy | None = None,
) -> Finished:
    """Run a plan into ``out`` (new or empty; by default the next directory in ``runs/``).

    ``command`` is the command line that would reproduce the run.  ``on_event`` is told ``run``
    (``path``, ``trials``, ``expected_s``) and then what ``run_strategy`` tells.

    Raises :class:`bench.errors.UsageError` or :class:`bench.errors.EnvironmentProblem` before
    anything is written when the run cannot begin.
    """
    trials = plan.trials()
    if out is not None:
        preflight.check_out(out)
    preflight.check_replay(plan.settings.replay)
    preflight.check_disk(out or Path(), len(trials))
    java = preflight.check_java(plan)
    strategy = strategy or Rounds(plan)
    with _signals_interrupt(), measuring_lock(wait_s=0):
        store = RunStore.create(out or next_run_dir(), run_info(plan, command, java))
        on_event(
            {
                "event": "run",
                "path": store.path,
                "trials": len(trials),
                "expected_s": estimate.run_s(trials, plan.settings),
            }
        )
        outcome = run_strategy(
            strategy,
            plan.settings,
            store,
            run_trial=run_trial or _real_trial(),
            on_event=on_event,
        )
        if outcome.complete:
            # Trials that were left out because their arm is unsupported there are not missing.
            ended = len(latest_attempts(outcome.results))
            store.update_info(finished_at=time.time(), planned_trials=ended)
    return Finished(store.path, outcome)


def run_info(plan: Plan, command: str, java: str | None = None) -> RunInfo:
    """What is written before the first trial; ``java`` is the version found."""
    return RunInfo(
        run_id=uuid.uuid4().hex,
        started_at=time.time(),
        estimate=plan.settings.estimate,
        command=command,
        sparkbench=__version__,
        plan=plan.to_dict(),
        plan_hash=plan.plan_hash,
        seed=plan.settings.seed,
        environment=current_environment(java),
        git=git_state(),
        planned_trials=len(plan.trials()),
    )


def _real_trial() -> RunTrial:
    from bench.trial import run_trial

    return run_trial


@contextlib.contextmanager
def _signals_interrupt() -> Iterator[None]:
    """Let a request to end (SIGTERM, SIGHUP) do what Ctrl-C does: clean up, save, report."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {
        number: signal.signal(number, interrupt)
        for number in (signal.SIGTERM, signal.SIGHUP)
        # nohup asks for SIGHUP to be ignored.
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
