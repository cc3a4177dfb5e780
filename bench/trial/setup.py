"""What a trial is started with: CPUs, environment, Spark settings, load."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.contract import Options
from bench.load.arrivals import parse_arrivals
from bench.load.config import LoadConfig
from bench.load.stored import schedules_of, store_schedule
from bench.load.timestamps import leading_times
from bench.measure.inputs import ScheduleLike
from bench.plan.load import payload_of
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


def spark_conf(spec: TrialSpec, temp_dir: Path, java_options: str = "") -> dict[str, str]:
    """The settings of a trial: the user's over ours, which are the same for every arm.

    The collector is pinned because the JVM would choose the serial one on a single CPU, so that a
    sweep over cores would compare collectors.  ``java_options`` are further ones of ours.
    """
    ours = f"-XX:+UseG1GC -Djava.io.tmpdir={temp_dir} {java_options}"
    return {
        "spark.ui.enabled": "false",
        "spark.driver.defaultJavaOptions": ours.strip(),
        **spec.conf,
    }


def stream_options(
    spec: TrialSpec,
    ports: tuple[int, ...],
    trigger_s: float,
    temp_dir: Path,
    name: str,
    java_options: str = "",
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
        master=f"local[{task_slots(spec)}]",
        conf=spark_conf(spec, temp_dir, java_options),
        checkpoint_dir=None if checkpoint is None else str(checkpoint),
    )


def receivers(spec: TrialSpec) -> int:
    """Task slots that receivers hold for as long as the stream lives."""
    from_socket = spec.arm.keys.get("source", "socket") == "socket"
    return spec.streams if spec.arm.engine == "dstream" and from_socket else 0


def task_slots(spec: TrialSpec) -> int:
    """The n of ``local[n]``: the CPUs, and for equal CPUs a slot more for each receiver."""
    return spec.cores + (receivers(spec) if spec.equal == "cpus" else 0)


def unsupported_reason(spec: TrialSpec, reason: str) -> str:
    """An engine's reason, with what else helps where all its slots are held by receivers."""
    if spec.equal == "slots" and spec.cores <= receivers(spec):
        return f"{reason} (--cores), or compare equal CPUs (--equal cpus)"
    return reason


@dataclass(frozen=True)
class PreparedLoad:
    """The measured load, its schedules (one a stream), and what a result stores of them."""

    config: LoadConfig
    schedules: Sequence[ScheduleLike]
    schedule: dict[str, Any]
    payload: dict[str, Any]


def prepare_load(config: LoadConfig) -> PreparedLoad:
    """Read what the load needs, before anything is measured; ``ReplayError`` where it cannot be."""
    replay = config.read_replay()
    payload, sha256, offsets_s = config.payload.to_dict(), "", None
    if replay is not None:
        sha256 = replay.sha256
        payload = {"replay": config.replay, "sha256": sha256, "lines": len(replay)}
        if config.speed is not None:
            offsets_s = leading_times(replay.data, replay.name)
    schedule = store_schedule(config, offsets_s, sha256)
    return PreparedLoad(config, schedules_of(schedule, offsets_s), schedule, payload)


def load_config(spec: TrialSpec, cpus: tuple[int, ...] | None) -> LoadConfig:
    """The measured load."""
    return LoadConfig(
        rate_per_s=spec.rate_per_s,
        arrivals=parse_arrivals(spec.arrivals),
        payload=payload_of(spec),
        replay=spec.replay,
        speed=spec.replay_speed,
        seed=spec.seed,
        streams=spec.streams,
        cpus=cpus,
    )


def prelude_config(load: LoadConfig) -> LoadConfig:
    """The same lines at the same mean rate, evenly: a burst in it would look like a trend."""
    return replace(load, arrivals=parse_arrivals("constant"), speed=None)


def first_tick_after(at: float, trigger_s: float, seed: int) -> float:
    """A zero for the load after ``at`` (Unix s), its phase within the interval drawn from the seed.

    Latency depends on where in the interval a record arrives, so every trial draws a phase of its
    own, the same for all arms of a cell and round.
    """
    if trigger_s <= 0:
        return at
    phase = (hashed("phase", seed) % 1_000_000) / 1_000_000
    return (math.ceil(at / trigger_s) + phase) * trigger_s
