"""The one schema of a stored trial; every reader and writer goes through it.

Units: ``_s`` seconds, ``_per_s`` per second, ``_bytes`` bytes; times are Unix seconds.
Results hold batches and the parameters of the arrival schedule, never per-record samples: the
schedule is a function of its parameters, so every percentile can be computed again at any time.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION = 1

Status = Literal["ok", "unsettled", "saturated", "invalid", "failed", "unsupported"]

#: Worst first: the status of a cell is the worst of its trials.
STATUSES: tuple[Status, ...] = (
    "failed",
    "invalid",
    "unsupported",
    "saturated",
    "unsettled",
    "ok",
)


class Record(BaseModel):
    """Base of all parts: unknown fields are refused, values are checked and finite."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


#: The answer of a check that had nothing to look at.
NOT_MEASURED: Literal["not measured"] = "not measured"


class TrialInfo(Record):
    """Which trial this is: arm, cell, round, and all that it was told to do."""

    number: int = Field(description="position in the run, from 1")
    arm: str = Field(description="the arm as the user wrote it, normalised")
    engine: str
    cell: dict[str, str | int | float] = Field(description="axis name to value, axes in use only")
    job: str
    job_params: dict[str, Any] = {}
    source: str = "socket"
    sink: str
    path: str = Field(description="python or jvm: whether records cross into Python workers")
    guarantee: str = "none"
    trigger_s: float
    cores: int = Field(description="CPUs the trial is pinned to; on a cluster, task slots")
    master: str = Field(default="local[*]", description="Spark's master as the user wrote it")
    executors: int | None = Field(
        default=None, description="executors asked for; null leaves them to the cluster"
    )
    equal: str = Field(default="slots", description="what the arms have the same of: slots or cpus")
    slots: int | None = Field(
        default=None, description="task slots, the n of local[n]; a receiver holds one for life"
    )
    partitions: int | None = Field(
        default=None, description="state partitions; null leaves them to Spark's default"
    )
    rate_per_s: float
    arrivals: str = "constant"
    streams: int = Field(default=1, description="connections, one port each")
    payload: str = Field(
        default="100",
        description="kind of lines, bytes a line, spread, keys and skew; or the file's name",
    )
    profile: str = "textbook"
    profile_conf: dict[str, str] = Field(
        default={}, description="what the profile set, spelled as --conf takes it"
    )
    spark_conf: dict[str, str] = Field(
        default={}, description="what the user set (--conf), over the profile"
    )
    checkpoint: str = Field(
        default="temp", description="folder or URI below which checkpoints were written"
    )
    round: int
    slot: int = Field(description="position within the round, from 0")
    attempt: int = 1
    seed: int
    inject_s: float = Field(
        default=0.0, description="records were sent this much after their intended time, on purpose"
    )
    fault: str = Field(default="none", description="what happened to the stream, as --fault has it")
    purpose: str = Field(
        default="", description="in a search for capacity: ramp (short, one JVM) or fresh"
    )
    code_digest: str = Field(description="digest of the code that ran in the trial")
    job_digest: str = Field(default="", description="SHA-256 of the file of a user's job")


class Batch(Record):
    """One micro-batch; see ``bench.contract.BatchRecord``."""

    batch_id: int
    ranges: list[tuple[int, int, int]] = Field(description="(stream, first record, records)")
    planned_start: float
    started: float
    visible: float
    finished: float
    phases: dict[str, float]
    processed_records: int | None = None
    processed_bytes: int | None = None
    failure: str | None = None
    chunks: str = Field(
        default="",
        description="when its records became visible one by one (bench.contract.chunks); empty: "
        "all at once",
    )
    console: float | None = Field(
        default=None, description="arrival of the batch's output on standard output"
    )
    warmup: bool = False


class Quantiles(Record):
    """A distribution over ``n`` records; ``p999`` only where n supports it."""

    n: int
    p50: float
    p90: float
    p95: float
    p99: float
    p999: float | None = None
    max: float
    mean: float
    negative: int = Field(default=0, description="values below zero, counted and kept")


class Latency(Record):
    """End-to-end latency from the intended send time, of the measured cohort."""

    gross: Quantiles
    net: Quantiles = Field(description="net of the wait for the next trigger tick")


class BatchTime(Record):
    """Processing time (started to finished) of the measured batches, in seconds."""

    n: int
    p50: float
    p90: float
    max: float


class Lag(Record):
    """How late the load was sent, over the measured cohort, in seconds."""

    p50: float
    p99: float
    max: float


class Load(Record):
    """What was offered, what the kernel accepted, and how punctually."""

    offered_per_s: float
    delivered_per_s: float
    sent_records: int
    sent_bytes: int = Field(description="payload bytes, newlines not counted")
    send_lag_s: Lag
    starved_s: Lag = Field(description="part of the lag that is the generator's own")
    blocked_s: Lag = Field(description="part of the lag with the socket full: the engine's")
    t0: float = Field(description="Unix time of the schedule's zero")
    schedule: dict[str, Any] = Field(
        description="what rebuilds the schedules (bench.load.timing.stored.schedules_of)"
    )
    payload: dict[str, Any] = Field(
        default={},
        description="what the lines were made of; of a replayed file its SHA-256 and lines",
    )


class Backlog(Record):
    """Records due but not visible, sampled at batch ends."""

    slope_per_s: float
    slope_low_per_s: float
    slope_high_per_s: float
    last_records: float


class Conservation(Record):
    """sent = received = processed, by records and bytes; ``None`` where a sink cannot count."""

    sent_records: int
    sent_bytes: int
    received_records: int
    processed_records: int | None
    processed_bytes: int | None
    missing: int
    duplicated: int


class Witness(Record):
    """Console arrival minus listener time of the same batch, in seconds."""

    batches: int
    p50: float
    max: float


class ExecutorUse(Record):
    """One executor of a cluster in the measured window, by Spark's own metrics.

    Of tasks that ended in the window; of memory the peak since the executor began.
    """

    id: str
    host: str
    cores: int = Field(description="task slots")
    tasks: int
    run_s: float = Field(description="time that tasks ran, all slots together")
    cpu_s: float = Field(description="CPU time of tasks in the JVM, without its other threads")
    gc_s: float = Field(description="time in collections while tasks ran; each task counts it")
    heap_peak_bytes: int | None = None
    jvm_rss_peak_bytes: int | None = None
    python_rss_peak_bytes: int | None = None


class Resources(Record):
    """Cost of the measured window."""

    window_s: float
    jvm_cpu_s: float
    driver_cpu_s: float
    workers_cpu_s: float
    generator_cpu_s: float
    cpu_s_per_million: float | None = Field(
        description="JVM, driver, workers and executors, per million records of the window"
    )
    rss_peak_bytes: int
    gc_s: float | None = None
    executors_cpu_s: float | None = Field(
        default=None,
        description="CPU time of executors: of their processes if they are here, else of tasks",
    )
    executors: list[ExecutorUse] = []


class Requests(Record):
    """What Spark asked of the checkpoint's file system while so many batches ran.

    Calls of Hadoop's file systems as Spark makes them (``bench.child.requests``); an object store's
    client turns a rename into a copy and a delete.
    """

    batches: int
    length_s: float
    creates: int
    renames: int
    lists: int
    opens: int
    deletes: int
    statuses: int = Field(description="look-ups of one file: of its status, or whether it exists")
    mkdirs: int

    @property
    def charged(self) -> int:
        """Creates, renames and lists: what object stores charge as writes (PUT, COPY, LIST).

        Reads and look-ups cost a tenth of that or less there, deletes nothing.
        """
        return self.creates + self.renames + self.lists


#: The kinds of requests, in the order in which ``bench.child.requests`` counts them.
REQUESTS: tuple[str, ...] = (
    *("creates", "renames", "lists", "opens", "deletes", "statuses", "mkdirs"),
)


class Idle(Record):
    """The stream while no record came, after its load."""

    length_s: float
    cpu_s: float = Field(description="CPU time of JVM, driver, workers and executors")
    slots: int = Field(description="task slots held: those at work at most looks, before and after")
    requests: Requests | None = Field(
        default=None, description="of its checkpoint; null where they could not be counted"
    )


class Check(Record):
    """One validity check: what was seen, what was allowed."""

    name: str
    value: float | None
    threshold: float | None
    passed: bool
    message: str = Field(description="one sentence with the next step when it did not pass")

    @property
    def answer(self) -> Literal["passed", "not passed", "not measured"]:
        """What it says; a check without a value to judge says nothing, which is no pass."""
        if not self.passed:
            return "not passed"
        untold = self.value is None and self.message.endswith(f": {NOT_MEASURED}")
        return NOT_MEASURED if untold else "passed"


class FaultSeen(Record):
    """What a fault did, read from the sequence numbers that came out at the sink.

    A record is visible at the first batch that wrote it.  Spans of latency go by intended time:
    ``before`` the fault, ``during`` it (until the backlog was gone), ``after`` that.
    """

    kind: str
    struck_at: float = Field(description="intended time of the record it was to strike at")
    records: list[int] = Field(
        description="of each stream, the first record intended then or later"
    )
    injected_at: float | None = Field(description="when it really struck")
    ended_at: float | None = Field(
        description="when what caused it was over: the source back, the process started again"
    )
    came_back: bool = Field(
        description="whether a record intended after that end became visible, unaided"
    )
    outage_s: float | None = Field(description="longest time between results that a user saw")
    backlog_gone_s: float | None = Field(
        description="from the fault until no more records waited than before it; 0 if never more"
    )
    lost_records: int = Field(description="sent and passed over: later ones became visible")
    pending_records: int = Field(description="sent and not visible by the end, nor any later one")
    unsent_records: int = Field(description="due by the end of the load, and nobody there to take")
    repeated_records: int = Field(description="records that became visible more than once")
    before: Quantiles | None = None
    during: Quantiles | None = None
    after: Quantiles | None = None
    ended_by: str = Field(default="", description="what ended the stream for good, as it said")
    ends: list[str] = Field(
        default_factory=list,
        description="what it said each time it ended by itself; it was started again once",
    )


class SoakSample(Record):
    """One look at a long trial; ``None`` where there is nothing of the kind."""

    at: float
    rss_bytes: int | None = None
    heap_after_gc_bytes: int | None = Field(
        default=None, description="what the last collection of the old generation left in it"
    )
    state_rows: int | None = None
    state_bytes: int | None = Field(
        default=None, description="of a query its state, of a DStream what its RDDs keep stored"
    )
    checkpoint_files: int | None = None
    checkpoint_bytes: int | None = None


class Drift(Record):
    """How one thing moved over the last two thirds of a long trial (``bench.measure.soak``)."""

    name: str
    unit: str
    n: int = Field(description="medians over stretches of time that were tested")
    first: float | None = Field(description="at the beginning of the trial")
    last: float | None
    change_share: float | None = Field(
        default=None, description="Theil-Sen slope over what was tested, relative to its median"
    )
    z: float | None = Field(default=None, description="Mann-Kendall statistic, standardised")
    found: bool = Field(default=False, description="significant, and large enough to matter")


class Soak(Record):
    """A long trial: what was sampled, and what drifted."""

    samples: list[SoakSample]
    drifts: list[Drift]


class Setting(Record):
    """A setting, or variable of the JVM's, that is not as Spark has it by itself."""

    key: str
    value: str
    default: str | None = Field(default=None, description="Spark's own value, where it has one")
    origin: str = Field(
        description="plan, profile NAME, guarantee NAME, sparkbench, job, or the file or variable"
    )


class Environment(Record):
    """The machine and the versions a trial ran on."""

    spark: str | None = None
    java: str | None = None
    python: str = Field(description="of sparkbench itself")
    engine_python: str | None = Field(
        default=None, description="of the interpreter that the engine of a trial ran in"
    )
    os: str
    cpu: str
    cpus: int
    memory_bytes: int
    load_average: float
    clock_offset_s: float | None = None
    extra: dict[str, str | float | int | None] = {}


class EnginePlace(Record):
    """What an arm runs on: versions of its Spark and Java, and of the Python they run under.

    ``None`` for Spark and Java: the arm needs none.
    """

    spark: str | None = None
    java: str | None = None
    python: str


class Ageing(Record):
    """How the stream still changed while it was measured: a JVM gets faster for minutes."""

    after_tick_s: float = Field(
        description="median time from a batch's tick to the end of its output"
    )
    change_s: float = Field(description="its change over the window (Theil-Sen slope), s")
    z: float = Field(description="Mann-Kendall statistic of that change, standardised")
    batch_change_s: float = Field(description="the same change of the processing time, s")


class Prelude(Record):
    """The warm-up prelude of a trial's JVM: what it was to do, and what its batches did.

    Batches are those with records.  Trials that share a JVM tell of the same one.
    """

    batches_asked: int | None = Field(
        default=None, description="how many it was to run; none: until batch times had settled"
    )
    reached: bool = Field(description="it did what was asked before its cap")
    settled: bool = Field(description="20 batches or more, and no trend over the last 20")
    batch_s: list[float] = Field(description="processing time of each batch, in order")
    length_s: float = Field(description="from the first moment of its load to its end")


class TrialResult(Record):
    """One stored trial."""

    schema_version: int = SCHEMA_VERSION
    trial: TrialInfo
    status: Status
    reasons: list[str] = []
    batches: list[Batch] = []
    window_s: tuple[float, float] | None = Field(
        default=None, description="first and last intended time of the measured cohort"
    )
    load: Load | None = None
    latency_s: Latency | None = None
    ageing: Ageing | None = Field(
        default=None, description="None where the load itself changes, or in three batches or fewer"
    )
    batch_s: BatchTime | None = None
    throughput_per_s: float | None = None
    backlog: Backlog | None = None
    conservation: Conservation | None = None
    witness: Witness | None = None
    resources: Resources | None = None
    requests: Requests | None = Field(
        default=None, description="of the checkpoint, in the measured window; null: not counted"
    )
    idle: Idle | None = Field(default=None, description="with --idle")
    checks: list[Check] = []
    fault: FaultSeen | None = Field(default=None, description="of a trial with a fault")
    soak: Soak | None = Field(default=None, description="of a long trial (sparkbench soak)")
    startup_s: float | None = None
    trial_s: float
    spent: dict[str, float] | None = Field(
        default=None,
        description="phase of the trial (bench.plan.phases.PHASES) to seconds; sums to trial_s",
    )
    prelude: Prelude | None = None
    jvm_age_s: float | None = Field(
        default=None,
        description="from the start of the engine's JVM (without one, its process) to the window",
    )
    jvm_id: str | None = None
    settings: list[Setting] = Field(
        default=[], description="what the running Spark had that is not its own, with its origin"
    )
    environment: Environment
    sha256: str = Field(
        default="", description="in a file: digest of everything else in it, in hex"
    )


class RunPart(Record):
    """One stretch of a run: the first, or one that went on after ``--resume``."""

    pid: int = Field(description="process that ran the trials; their marks begin with it")
    started_at: float
    forced: list[str] = Field(
        default=[], description="what was not as before, and was to be passed over (--force)"
    )
    replanned: bool = Field(
        default=False, description="the plan was changed, by somebody who could see the figures"
    )


class RunInfo(Record):
    """``run.json``: what a run is, written before its first trial."""

    schema_version: int = SCHEMA_VERSION
    run_id: str
    started_at: float
    finished_at: float | None = None
    estimate: bool = Field(description="True for --quick: figures are estimates")
    command: str = Field(description="the command line that reproduces the run")
    sparkbench: str
    plan: dict[str, Any]
    plan_hash: str
    seed: int
    environment: Environment
    places: dict[str, EnginePlace] = Field(default={}, description="what each arm runs on")
    git: dict[str, str | bool] = {}
    planned_trials: int
    warnings: list[str] = Field(default=[], description="what the plan demands too much of")
    digests: bool = Field(default=False, description="every file in trials/ carries its digest")
    parts: list[RunPart] = Field(default=[], description="one more with every --resume")
