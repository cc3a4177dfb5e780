"""What a trial is started with: CPUs, environment, Spark settings, load."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.cluster.addresses import addresses
from bench.cluster.join import join_conf, py_files, reader_host
from bench.contract import REALTIME_BATCH_S, Options, chunks
from bench.contract.files import DIRECTORY
from bench.contract.jobs import job_info
from bench.contract.knobs import split
from bench.contract.ledger import FILE_KEY, LEDGER
from bench.contract.masters import LOCAL, is_local
from bench.contract.masters import task_slots as slots_of
from bench.contract.scala_jar import CACHE
from bench.faults import events
from bench.load.config import LoadConfig
from bench.load.errors import ReplayError
from bench.load.sending.outage import Outage
from bench.load.timing.arrivals import parse_arrivals
from bench.load.timing.stored import schedules_of, store_schedule
from bench.load.timing.timestamps import leading_times
from bench.measure.inputs import ScheduleLike
from bench.plan.arms import batch_s as arm_batch_s
from bench.plan.arms import choice
from bench.plan.axes import CONF_PREFIX, PARAM_PREFIX
from bench.plan.cells import hashed
from bench.plan.faults import arrivals_of, fault_of
from bench.plan.load import payload_of
from bench.plan.spec import TrialSpec
from bench.process.cache import cache_dir
from bench.redaction import revealed
from bench.runtime.inherited import collectors
from bench.runtime.interpreter import Interpreter
from bench.runtime.jobs import job_of
from bench.trial.checkpoints import checkpoint_dir
from bench.trial.knobs import profile_settings, promised_settings

#: Where a user chooses the collector; two of them at once is an error of the JVM's.
JAVA_OPTIONS = "spark.driver.extraJavaOptions"
#: State partitions of a query, and of a DStream's own shuffles (``--partitions``).
PARTITIONS_KEY = "spark.sql.shuffle.partitions"
_COLLECTOR = re.compile(r"-XX:\+Use\w+GC\b")


def engine_environment(engine: str, interpreter: Interpreter | None = None) -> dict[str, str]:
    """Environment variables for the child; raises ``EnvironmentProblem`` without a Java.

    ``interpreter`` is what it runs in, ``None`` for our own.
    """
    variables = {"PYTHONUNBUFFERED": "1", "SPARK_LOCAL_IP": "127.0.0.1"}
    if interpreter is not None:
        variables |= interpreter.variables()
    if engine == "null":
        return variables
    return {**java_variables(interpreter), **variables, CACHE: str(cache_dir())}


def java_variables(interpreter: Interpreter | None = None) -> dict[str, str]:
    """The Java for the Spark of an interpreter, ``None`` for our own, as environment variables."""
    from bench.runtime.java import SPARK, java_environment

    other = interpreter.spark if interpreter is not None and interpreter.code else None
    return java_environment(spark=other or SPARK)


def spark_conf(spec: TrialSpec, temp_dir: Path, java_options: str = "") -> dict[str, str]:
    """The settings of a trial: the user's over the profile's, and both over ours.

    Ours are the same for every arm.  The collector is pinned because the JVM would choose the
    serial one on a single CPU, so that a sweep over cores would compare collectors.
    ``java_options`` are further ones of ours.  Options of the source and the sink are among them
    with their prefixes (``bench.contract.knobs``).
    """
    conf = chosen_conf(spec)
    chosen = _COLLECTOR.search(conf.get(JAVA_OPTIONS, "")) or collectors(decided=conf)
    collector = "" if chosen else "-XX:+UseG1GC "
    temp = f"-Djava.io.tmpdir={temp_dir}"
    # Spark splits its Java options at spaces outside of quotes.
    temp = f'"{temp}"' if " " in temp else temp
    # Java 17 takes its default charset from the locale, and Spark's own socket source decodes with
    # it; from Java 18 on it is UTF-8 whatever the locale.
    ours = f"{collector}-Dfile.encoding=UTF-8 {temp} {java_options}"
    return {
        "spark.ui.enabled": "false",
        "spark.driver.defaultJavaOptions": ours.strip(),
        **join_conf(spec, task_slots(spec)),
        **conf,
    }


def chosen_conf(spec: TrialSpec) -> dict[str, str]:
    """What profile, guarantee and user set, each over the one before; secrets with their values."""
    return {
        **profile_settings(spec, task_slots(spec)),
        **promised_settings(spec),
        **revealed(CONF_PREFIX, spec.conf),
    }


def stream_options(
    spec: TrialSpec,
    ports: tuple[int, ...],
    trigger_s: float,
    temp_dir: Path,
    name: str,
    java_options: str = "",
    *,
    batch_s: float | None = None,
) -> Options:
    """What the child is asked to run; ``name`` keeps the checkpoints of its streams apart.

    ``batch_s`` is how long a batch of real-time mode takes where it is not what the arm says.
    """
    checkpoint = checkpoint_dir(spec.checkpoint, temp_dir, name) if keeps_checkpoint(spec) else None
    conf = split(spark_conf(spec, temp_dir, java_options))
    folder = input_folder(spec, temp_dir, name)
    watched = {} if folder is None else {DIRECTORY: str(folder)}
    faulted = spec.fault != events.NONE
    noted = {FILE_KEY: ledger_path(temp_dir, name)} if faulted else {}
    if chunks.row_by_row(choice(spec.arm, "mode"), spec.sink):
        noted |= {chunks.FILE_KEY: chunks_path(temp_dir, name)}
    return Options(
        endpoints=tuple((reader_host(spec), port) for port in ports),
        trigger_s=trigger_s,
        job=job_of(spec),
        job_params=revealed(PARAM_PREFIX, spec.job_params),
        sink=LEDGER if faulted else spec.sink,
        path=spec.path,
        master=spark_master(spec),
        conf={**conf.spark, **noted},
        checkpoint_dir=checkpoint,
        source=choice(spec.arm, "source"),
        source_options={**conf.source, **watched},
        sink_options=conf.sink,
        mode=choice(spec.arm, "mode"),
        guarantee=choice(spec.arm, "guarantee"),
        work_dir=str(temp_dir / f"stream-{name}"),
        partitions=spec.partitions,
        py_files=py_files(spec),
        batch_s=batch_s or arm_batch_s(spec.arm) or REALTIME_BATCH_S,
    )


def ledger_path(temp_dir: Path, name: str) -> str:
    """Where stream ``name`` of a trial with a fault notes its records; it outlives the stream."""
    return str(temp_dir / f"ledger-{name}")


def chunks_path(temp_dir: Path, name: str) -> str:
    """Where stream ``name`` notes when its records become visible, if it shows them one by one."""
    return str(temp_dir / f"chunks-{name}")


def keeps_checkpoint(spec: TrialSpec) -> bool:
    """Whether the stream writes a checkpoint: a query always, a DStream that has state or must."""
    if spec.arm.engine != "dstream":
        return spec.arm.engine == "structured"
    return job_info(spec.job).stateful or choice(spec.arm, "guarantee") == "recoverable"


def input_folder(spec: TrialSpec, temp_dir: Path, name: str) -> Path | None:
    """The directory that stream ``name`` watches, ``None`` where its lines come another way."""
    return temp_dir / f"input-{name}" if choice(spec.arm, "source") == DIRECTORY else None


def receivers(spec: TrialSpec) -> int:
    """Task slots that are held for as long as the stream lives: by receivers, and in real-time mode
    by the readers.
    """
    if arm_batch_s(spec.arm) is not None:
        return spec.streams
    from_socket = spec.arm.keys.get("source", "socket") == "socket"
    return spec.streams if spec.arm.engine == "dstream" and from_socket else 0


def task_slots(spec: TrialSpec) -> int:
    """Task slots: the cores, and for equal CPUs a slot more for each receiver.

    A master that names its slots, ``local[4]``, has as many on whatever CPUs there are.  Several
    executors have the same number each.
    """
    named = is_local(spec.master) and spec.master != LOCAL
    slots = (slots_of(spec.master, {}) if named else None) or spec.cores
    slots += receivers(spec) if spec.equal == "cpus" else 0
    executors = spec.executors or 1
    return -(-slots // executors) * executors


def spark_master(spec: TrialSpec) -> str:
    """The master's URL as Spark is given it."""
    return f"local[{task_slots(spec)}]" if is_local(spec.master) else spec.master


def unsupported_reason(spec: TrialSpec, reason: str) -> str:
    """An engine's reason, with what else helps where all its slots are held by receivers."""
    held = spec.cores <= receivers(spec) or (receivers(spec) and "task slots" in reason)
    if spec.equal == "slots" and held:
        return f"{reason} (--cores), or compare equal CPUs (--equal cpus)"
    return reason


@dataclass(frozen=True)
class PreparedLoad:
    """The measured load, its schedules (one a stream), and what a result stores of them."""

    config: LoadConfig
    schedules: Sequence[ScheduleLike]
    schedule: dict[str, Any]
    payload: dict[str, Any]


def prepare_load(config: LoadConfig, replay_sha256: str = "") -> PreparedLoad:
    """Read what the load needs, before anything is measured; ``ReplayError`` where it cannot be.

    ``replay_sha256`` is that of the file a run began with, empty where that is not known.
    """
    replay = config.read_replay()
    payload, sha256, offsets_s = config.payload.to_dict(), "", None
    if replay is not None:
        sha256 = replay.sha256
        if replay_sha256 not in ("", sha256):
            raise ReplayError(
                f"{config.replay}: the file is not the one the run began with (its SHA-256 is "
                "another): put it back and go on with --resume, or start a new run"
            )
        payload = {"replay": config.replay, "sha256": sha256, "lines": len(replay)}
        if config.speed is not None:
            offsets_s = leading_times(replay.data, replay.name)
    schedule = store_schedule(config, offsets_s, sha256)
    return PreparedLoad(config, schedules_of(schedule, offsets_s), schedule, payload)


def load_config(
    spec: TrialSpec, cpus: tuple[int, ...] | None, folder: Path | None = None
) -> LoadConfig:
    """The measured load; ``folder`` is the directory it goes to, ``None`` for sockets."""
    struck, outage = fault_of(spec), None
    if struck is not None and struck[0].kind in (events.DISCONNECT, events.STALL):
        outage = Outage(struck[0].kind, struck[1], struck[0].for_s)
    return LoadConfig(
        rate_per_s=spec.rate_per_s,
        arrivals=arrivals_of(spec),
        payload=payload_of(spec),
        replay=spec.replay,
        speed=spec.replay_speed,
        seed=spec.seed,
        streams=spec.streams,
        cpus=cpus,
        host=addresses(spec).listen,
        directory=None if folder is None else str(folder),
        outage=outage,
        readers_return=struck is not None and folder is None,
    )


def prelude_config(
    load: LoadConfig, rate_per_s: float | None = None, folder: Path | None = None
) -> LoadConfig:
    """The same lines, evenly: a burst in it would look like a trend.  At the mean rate of the load,
    or at ``rate_per_s`` where that may be more than the engine can do.  ``folder`` is the
    directory the prelude watches, where the load goes to one.
    """
    rate = load.rate_per_s if rate_per_s is None else rate_per_s
    return replace(
        load,
        rate_per_s=rate,
        arrivals=parse_arrivals("constant"),
        speed=None,
        directory=None if folder is None else str(folder),
        outage=None,
    )


def first_tick_after(at: float, trigger_s: float, seed: int) -> float:
    """A zero for the load after ``at`` (Unix s), its phase within the interval drawn from the seed.

    Latency depends on where in the interval a record arrives, so every trial draws a phase of its
    own, the same for all arms of a cell and round.
    """
    if trigger_s <= 0:
        return at
    phase = (hashed("phase", seed) % 1_000_000) / 1_000_000
    return (math.ceil(at / trigger_s - phase) + phase) * trigger_s
