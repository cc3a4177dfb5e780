"""``run_trial``: one arm at one cell in one round, in processes that do not outlive it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.contract import BatchRecord
from bench.errors import EnvironmentProblem
from bench.load.errors import LoadError
from bench.load.process import LoadProcess
from bench.plan.spec import Settings, TrialSpec
from bench.process.affinity import CpuPlan, plan_cpus
from bench.process.orphans import end_all
from bench.process.spawn import MARK, new_token
from bench.results.schema import Environment, TrialResult
from bench.runner.environment import current_environment
from bench.trial.engine import EngineProcess
from bench.trial.errors import TrialFailed, TrialUnsupported
from bench.trial.limits import EXIT_S, GRACE_S
from bench.trial.measured import MeasuredStream, Observed
from bench.trial.prelude import run_prelude
from bench.trial.result import measured_result, unmeasured_result
from bench.trial.setup import engine_environment, load_config, prelude_config

OnEvent = Callable[[dict[str, Any]], None]

#: Written into ``workdir``: what Spark and the engine said.
LOG_NAME = "engine.log"
LOAD_LOG_NAME = "load.log"


def run_trial(
    spec: TrialSpec, settings: Settings, *, workdir: Path, on_event: OnEvent
) -> TrialResult:
    """Run one trial and end everything it started, whatever happens.

    Never raises for a trial that went wrong: its status and reasons say so.  Lets
    KeyboardInterrupt pass, and :class:`EnvironmentProblem` (no Java), both after cleaning up.
    """
    trial = _Trial(spec, settings, workdir, on_event)
    try:
        return trial.run()
    except TrialUnsupported as reason:
        return trial.unmeasured("unsupported", str(reason))
    except (TrialFailed, LoadError) as reason:
        return trial.unmeasured("failed", str(reason))
    except EnvironmentProblem:
        raise
    except Exception as problem:
        # What nobody foresaw is a failed trial too: the run goes on, and the reason says what.
        return trial.unmeasured("failed", f"{type(problem).__name__}: {problem}")


@dataclass(frozen=True)
class _Seen:
    """What a trial brought home before its processes were ended."""

    observed: Observed
    prelude_settled: bool | None
    startup_s: float


class _Trial:
    def __init__(
        self, spec: TrialSpec, settings: Settings, workdir: Path, on_event: OnEvent
    ) -> None:
        self._spec = spec
        self._settings = settings
        self._workdir = workdir
        self._on_event = on_event
        self._began = time.monotonic()
        self._token = new_token()
        self._versions: dict[str, Any] = {}
        self._environment = current_environment()

    def run(self) -> TrialResult:
        cpus = plan_cpus(self._spec.cores)
        seen = self._observe(cpus)
        return measured_result(
            self._spec,
            seen.observed,
            prelude_settled=seen.prelude_settled,
            generator_apart=cpus.generator is not None,
            environment=self._place(cpus),
            startup_s=seen.startup_s,
            trial_s=time.monotonic() - self._began,
            jvm_id=self._token,
        )

    def unmeasured(self, status: str, reason: str) -> TrialResult:
        return unmeasured_result(
            self._spec,
            status,
            [reason],
            environment=self._place(None),
            trial_s=time.monotonic() - self._began,
        )

    def _observe(self, cpus: CpuPlan) -> _Seen:
        spec = self._spec
        self._phase("starting")
        with ExitStack() as stack:
            # Left last, when every pipe has been let go: nothing of the trial may survive it.
            stack.callback(end_all, self._token, GRACE_S)
            engine = stack.enter_context(self._engine(cpus))
            engine.wait("hello", EXIT_S, "start its interpreter")
            load = load_config(spec, cpus.generator)
            temp_dir = engine.child.temp_dir
            settled: bool | None = None
            if spec.arm.engine != "null":  # which has no JVM to warm up
                self._phase("prelude")
                with self._load(prelude_config(load)) as warm_load:
                    started, settled = run_prelude(
                        engine,
                        warm_load,
                        spec,
                        cap_s=self._settings.prelude_cap_s,
                        temp_dir=temp_dir,
                        check=warm_load.poll,
                    )
                self._versions = started["environment"]
            with self._load(load) as measured_load:
                stream = MeasuredStream(
                    engine,
                    measured_load,
                    spec,
                    self._settings,
                    temp_dir=temp_dir,
                    phase=self._phase,
                )
                observed = stream.run()
            self._versions = observed.started["environment"]
            return _Seen(observed, settled, observed.window.t0 - self._started_at())

    @contextlib.contextmanager
    def _engine(self, cpus: CpuPlan) -> Iterator[EngineProcess]:
        engine = EngineProcess(
            self._spec.arm.engine,
            token=self._token,
            log=self._workdir / LOG_NAME,
            cpus=cpus.trial,
            env=engine_environment(self._spec.arm.engine),
            on_batch=self._batch,
        )
        gone = False
        try:
            yield engine
            gone = engine.exit(EXIT_S)
        finally:
            # Whatever state it is in; after an orderly exit nobody should be left to be met.
            end_all(self._token, GRACE_S if gone else 0.0)
            engine.close()

    @contextlib.contextmanager
    def _load(self, config: Any) -> Iterator[LoadProcess]:
        with (
            (self._workdir / LOAD_LOG_NAME).open("ab") as log,
            LoadProcess(config, env={MARK: self._token}, stderr=log) as load,
        ):
            yield load

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
        return time.time() - (time.monotonic() - self._began)

    def _place(self, cpus: CpuPlan | None) -> Environment:
        """The machine, with the versions the trial itself saw and what the CPU plan could not."""
        extra = dict(self._environment.extra)
        if cpus is not None:
            extra["cpus_trial"] = _listed(cpus.trial)
            extra["cpus_generator"] = _listed(cpus.generator)
            extra["cpus_note"] = cpus.note
        return self._environment.model_copy(
            update={
                "spark": self._versions.get("spark") or self._environment.spark,
                "java": self._versions.get("java") or self._environment.java,
                "extra": extra,
            }
        )


def _listed(cpus: tuple[int, ...] | None) -> str | None:
    return None if cpus is None else ",".join(str(cpu) for cpu in cpus)
