"""One engine process for several streams, as a trial has it, and what such a stream is told."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.load.config import LoadConfig
from bench.load.sending.process import LoadProcess
from bench.plan.arms import parse_arm
from bench.plan.spec import TrialSpec
from bench.process.affinity import plan_cpus
from bench.process.orphans import end_all
from bench.process.spawn import MARK, new_token
from bench.trial.engine import EngineProcess
from bench.trial.limits import EXIT_S, GRACE_S
from bench.trial.setup import engine_environment

#: Task slots and CPUs of every stream: DStream's receiver takes one slot.
CORES = 2

PAYLOAD_BYTES = 100


@dataclass(frozen=True)
class Session:
    """A running engine without a stream; ``log`` is the folder of its logs."""

    engine: EngineProcess
    token: str
    log: Path

    def folder(self) -> Path:
        """A new folder for one stream: a checkpoint belongs to one query only."""
        return Path(tempfile.mkdtemp(dir=self.engine.child.temp_dir))

    @contextmanager
    def load(self, config: LoadConfig) -> Iterator[LoadProcess]:
        """A generator that ends with the block."""
        with (
            (self.log / "load.log").open("ab") as log,
            LoadProcess(config, env={MARK: self.token}, stderr=log) as load,
        ):
            yield load


@contextmanager
def open_session(engine: str, log: Path) -> Iterator[Session]:
    """Start an engine's process; everything it started is ended with the block.

    Raises ``EnvironmentProblem`` without a Java, ``TrialFailed`` when it does not start.
    """
    token = new_token()
    with ExitStack() as stack:
        stack.callback(end_all, token, GRACE_S)
        process = EngineProcess(
            engine,
            token=token,
            log=log / "engine.log",
            cpus=plan_cpus(CORES).trial,
            env=engine_environment(engine),
            on_batch=lambda batch: None,
        )
        stack.callback(process.close)
        # Before its pipes are closed: they end when nobody holds them any more.
        stack.callback(end_all, token, GRACE_S)
        process.wait("hello", EXIT_S, "start its interpreter")
        yield Session(process, token, log)
        process.exit(EXIT_S)


def spec_for(
    arm: str,
    trigger_s: float,
    rate_per_s: float,
    *,
    sink: str,
    conf: Mapping[str, str],
    seed: int = 1,
) -> TrialSpec:
    """What one stream of a proof does: the echo job at one trigger and rate."""
    parsed = parse_arm(arm)
    return TrialSpec(
        number=1,
        arm=parsed,
        cell={},
        round=1,
        slot=0,
        attempt=1,
        seed=seed,
        job="echo",
        job_params={},
        sink=sink,
        path=parsed.keys.get("path", "jvm" if parsed.engine == "structured" else "python"),
        trigger_s=trigger_s,
        cores=CORES,
        rate_per_s=rate_per_s,
        arrivals="constant",
        conf=dict(conf),
        payload_bytes=PAYLOAD_BYTES,
        replay=None,
        streams=1,
    )
