"""The data of a plan: an arm, the settings of a run, and what one trial must do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from bench.contract.masters import LOCAL
from bench.plan.capacity import CapacitySearch, DemandSearch
from bench.plan.own import OwnJob
from bench.plan.tune import TuneSearch
from bench.stats.metrics import HEADLINE

#: Settings that the first plans did not have.
_LATER = frozenset(
    {
        *("metric", "until", "budget_s", "inject_s", "replay_speed", "fork"),
        *("capacity", "tune", "own_jobs", "runtimes", "listen", "advertise", "soak"),
        *("rule", "firm"),
        *("prelude_batches", "age_s"),
        *("replay_sha256", "demand", "idle_s"),
    }
)

#: How a run judges (``Settings.rule``): by launches (``bench.stats.launches``), as every new plan
#: does, or by log-ratios within rounds, as runs of before that rule do.
LAUNCHES, LOG_RATIOS = "launches", "log-ratios"

#: A point of one axis: a duration, count or rate as a number, anything else as text.
Value = str | int | float

#: Axis name to value, axes in use only; what a result file calls its cell.
Cell = dict[str, Value]

#: What two arms have the same of (methodology rule 13).  ``slots``: ``local[n]`` for every arm, of
#: which a receiver holds one for life.  ``cpus``: the same n CPUs, with a slot more a receiver.
EQUAL: tuple[str, ...] = ("slots", "cpus")


@dataclass(frozen=True)
class Arm:
    """A contender, parsed from ``engine[:key=value,...]``.

    ``text`` is the normalised spelling (it names the arm in results), ``keys`` what the user gave,
    each value in its canonical spelling.
    """

    text: str
    engine: str
    keys: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Arm:
        """Rebuild from :func:`dataclasses.asdict`."""
        return cls(str(data["text"]), str(data["engine"]), dict(data.get("keys", {})))


@dataclass(frozen=True)
class Settings:
    """What holds for a whole run and is never an axis.  Times in seconds.

    ``warmup_s`` is how long the measured stream settles after the prelude, ``duration_s`` the least
    length of the measured window (see ``bench.plan.plan.window_s``).  The warm-up prelude in the
    same JVM ends after ``prelude_batches`` batches with records, the same on every arm (``None``,
    as in the first plans: when batch times have settled), and after ``prelude_cap_s`` at the
    latest; it goes on until the JVM can be ``age_s`` old when the window begins.  ``tail_s`` is how
    long the last record of the window may take to
    become visible before the trial is called saturated.  ``estimate`` marks ``--quick``.
    ``replay`` is a file whose lines are sent instead of generated ones; with ``replay_speed`` they
    come at the pace of their own timestamps, so many times as fast; ``replay_sha256`` is that of
    its bytes, empty where they were not looked at.
    ``metric`` (of ``bench.stats.metrics``) gets the verdict.  With ``until`` (0.05 is 5%) rounds go
    on until every interval is that narrow or ``budget_s`` is spent, and ``rounds`` is the pilot.
    ``inject_s``: how much later copies of an arm (``structured#2``) are sent their records, on
    purpose, to learn whether the run would notice.  ``fork`` says which trials share a JVM
    (``bench.plan.fork.FORKS``).  ``capacity`` makes the run a search for the highest rate that
    holds, which begins at the plan's rate; ``demand`` a search for the least of its cores that hold
    its rate; ``tune`` a search for better settings of its one arm.
    ``own_jobs`` are the jobs of users among its jobs; ``runtimes`` the interpreters that arms name,
    with their paths.  ``listen`` is the address that the generator and the driver bind for a
    cluster, ``advertise`` the name that executors are told; ``None`` leaves them to the way that
    leads to the master.  ``soak``: trials are long, and heap, state and files are sampled.
    ``rule`` is :data:`LAUNCHES` or :data:`LOG_RATIOS`; with ``firm`` a run ends at the look that
    makes its verdicts firm, and ``rounds`` is the last look.  ``idle_s``: how long each stream is
    watched without records after its load, for its bill; requests of its checkpoint are counted.
    """

    rounds: int = 5
    warmup_s: float = 3.0
    duration_s: float = 15.0
    seed: int = 1
    estimate: bool = False
    prelude_cap_s: float = 25.0
    tail_s: float = 20.0
    replay: str | None = None
    replay_speed: float | None = None
    metric: str = HEADLINE
    until: float | None = None
    budget_s: float | None = None
    inject_s: float = 0.0
    fork: str = "cell"
    capacity: CapacitySearch | None = None
    tune: TuneSearch | None = None
    own_jobs: tuple[OwnJob, ...] = ()
    runtimes: tuple[tuple[str, str], ...] = ()
    listen: str | None = None
    advertise: str | None = None
    soak: bool = False
    rule: str = LOG_RATIOS
    firm: bool = False
    prelude_batches: int | None = None
    age_s: float | None = None
    replay_sha256: str = ""
    demand: DemandSearch | None = None
    idle_s: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary; :meth:`from_dict` is its inverse.

        Settings that came later are left out while at their default: earlier plans keep their hash.
        """
        later = {f.name: f.default for f in fields(self) if f.name in _LATER}
        data = {**asdict(self), "own_jobs": tuple(job.to_dict() for job in self.own_jobs)}
        return {k: v for k, v in data.items() if k not in later or v != later[k]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Settings:
        """Rebuild from :meth:`to_dict`; keys of a newer version are ignored."""
        values = _known(cls, data)
        if values.get("capacity") is not None:
            values["capacity"] = CapacitySearch.from_dict(values["capacity"])
        if values.get("demand") is not None:
            values["demand"] = DemandSearch.from_dict(values["demand"])
        if values.get("tune") is not None:
            values["tune"] = TuneSearch.from_dict(values["tune"])
        own = values.get("own_jobs", ())
        values["own_jobs"] = tuple(OwnJob.from_dict(job) for job in own)
        values["runtimes"] = tuple((str(n), str(p)) for n, p in values.get("runtimes", ()))
        return cls(**values)


@dataclass(frozen=True)
class TrialSpec:
    """What one trial must do: one arm at one cell in one round.

    ``number`` is the position in the planned run, from 1; a repeated trial keeps its number and
    counts ``attempt`` up.  ``slot`` is the position within the round, from 0.  ``seed`` is the same
    for every arm of a cell and round, so that all of them meet the same load at the same phase.
    ``trigger_s`` is 0 for "as fast as possible".  ``payload_spread``, ``keys`` and ``skew`` are
    those of ``content.payload.Payload``; with ``replay_speed``, ``rate_per_s`` is the mean rate
    of the file at that speed.  ``equal`` is one of :data:`EQUAL`.  ``inject_s``: how much later
    than its intended time each record is sent.  ``purpose`` says what a search wants of the trial
    (``bench.plan.capacity``); ``prelude_per_s`` is the rate of its JVM's warm-up prelude, ``None``
    for that of the trial.  ``lines`` is a kind of lines (``content.kinds``); ``partitions`` is
    how many partitions a shuffle has, ``None`` for what each API does by itself.  Of a user's job
    ``job_reference`` says where it lies and ``job_digest`` which version it is, else both are
    empty.
    ``checkpoint`` is the folder below which checkpoints are written (a path or URI), or ``temp``.
    ``python`` is the interpreter of an arm's runtime, empty where its arm names none.
    ``master`` is Spark's; on a cluster ``cores`` are task slots in ``executors`` executors
    (``None``: as many as the cluster thinks fit), and ``listen`` and ``advertise`` are those of
    :class:`Settings`.
    ``fault`` is what happens to the stream (``bench.faults.events``), or ``none``.
    """

    number: int
    arm: Arm
    cell: Cell
    round: int
    slot: int
    attempt: int
    seed: int
    job: str
    job_params: dict[str, Any]
    sink: str
    path: str
    trigger_s: float
    cores: int
    rate_per_s: float
    arrivals: str
    conf: dict[str, str]
    payload_bytes: int
    replay: str | None
    streams: int
    payload_spread: float = 0.0
    keys: int = 0
    skew: float = 0.0
    replay_speed: float | None = None
    equal: str = EQUAL[0]
    inject_s: float = 0.0
    purpose: str = ""
    prelude_per_s: float | None = None
    lines: str = "plain"
    partitions: int | None = None
    job_reference: str = ""
    job_digest: str = ""
    checkpoint: str = "temp"
    python: str = ""
    master: str = LOCAL
    executors: int | None = None
    listen: str | None = None
    advertise: str | None = None
    fault: str = "none"
    replay_sha256: str = ""

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary; :meth:`from_dict` is its inverse."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> TrialSpec:
        """Rebuild from :meth:`to_dict`; keys of a newer version are ignored."""
        values = _known(cls, data)
        values["arm"] = Arm.from_dict(values["arm"])
        return cls(**values)


def _known(cls: type[Any], data: Mapping[str, Any]) -> dict[str, Any]:
    names = {f.name for f in fields(cls)}
    return {key: value for key, value in data.items() if key in names}
