"""What a trial is started with: CPUs, environment, Spark settings, load."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bench.contract import Options
from bench.load.arrivals import parse_arrivals
from bench.load.config import LoadConfig
from bench.load.payload import Payload
from bench.plan.order import hashed
from bench.plan.spec import TrialSpec

#: The prelude's trigger interval: short, so that the JVM compiles what batches run.
PRELUDE_TRIGGER_S = 0.2

#: Which promise each engine's textbook form makes for a socket.  ``logs``: offset and commit logs
#: are written, though a socket cannot be read again.
GUARANTEES: Mapping[str, str] = {"dstream": "none", "structured": "logs", "null": "none"}


def engine_environment(engine: str) -> dict[str, str]:
    """Environment variables for the child; raises ``EnvironmentProblem`` without a Java."""
    variables = {"PYTHONUNBUFFERED": "1", "SPARK_LOCAL_IP": "127.0.0.1"}
    if engine == "null":
        return variables
    from bench.runtime.java import java_environment

    return {**java_environment(), **variables}


def spark_conf(spec: TrialSpec, temp_dir: Path) -> dict[str, str]:
    """The settings of a trial: the user's over ours, which are the same for every arm.

    The collector is pinned because the JVM would choose the serial one on a single CPU, so that a
    sweep over cores would compare collectors.
    """
    return {
        "spark.ui.enabled": "false",
        "spark.driver.defaultJavaOptions": f"-XX:+UseG1GC -Djava.io.tmpdir={temp_dir}",
        **spec.conf,
    }


def stream_options(
    spec: TrialSpec, ports: tuple[int, ...], trigger_s: float, temp_dir: Path, name: str
) -> Options:
    """What the child is asked to run; ``name`` keeps the checkpoints of its streams apart."""
    checkpoint = temp_dir / f"checkpoint-{name}" if spec.arm.engine == "structured" else None
    return Options(
        endpoints=tuple(("127.0.0.1", port) for port in ports),
        trigger_s=trigger_s,
        job=spec.job,
        job_params=spec.job_params,
        sink=spec.sink,
        path=spec.path,
        master=f"local[{spec.cores}]",
        conf=spark_conf(spec, temp_dir),
        checkpoint_dir=None if checkpoint is None else str(checkpoint),
    )


def load_config(spec: TrialSpec, cpus: tuple[int, ...] | None) -> LoadConfig:
    """The measured load."""
    return LoadConfig(
        rate_per_s=spec.rate_per_s,
        arrivals=parse_arrivals(spec.arrivals),
        payload=Payload(bytes_per_line=spec.payload_bytes),
        replay=spec.replay,
        seed=spec.seed,
        streams=spec.streams,
        cpus=cpus,
    )


def prelude_config(load: LoadConfig) -> LoadConfig:
    """The same lines at the same mean rate, evenly: a burst in it would look like a trend."""
    return replace(load, arrivals=parse_arrivals("constant"))


def first_tick_after(at: float, trigger_s: float, seed: int) -> float:
    """A zero for the load after ``at`` (Unix s), its phase within the interval drawn from the seed.

    Latency depends on where in the interval a record arrives, so every trial draws a phase of its
    own, the same for all arms of a cell and round.
    """
    if trigger_s <= 0:
        return at
    phase = (hashed("phase", seed) % 1_000_000) / 1_000_000
    return (math.ceil(at / trigger_s) + phase) * trigger_s
