"""The dimensions all arms share, how each is written, and how a comma list is read.

A new axis is one entry of :class:`AxisValues`.  From there come ``AXES``, the options of all
commands with their completions (``bench.plan.options``), the keys of plan files and their schema,
the keywords of the Python API and the command that reproduces a run.  ``conf.KEY`` and
``param.NAME`` axes come into being by being used.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, TypedDict, get_type_hints

from bench.contract import SINKS
from bench.contract.jobs import JOBS, LINES
from bench.contract.masters import LOCAL
from bench.errors import UsageError, unknown
from bench.faults import events
from bench.load.checks import check_rate
from bench.load.content.kinds import parse_lines
from bench.load.content.payload import Payload
from bench.load.timing import arrivals
from bench.load.timing.arrivals import parse_arrivals
from bench.plan.own import OwnJobs
from bench.plan.spec import EQUAL, Value
from bench.redaction import hide
from bench.units import (
    format_duration,
    format_quantity,
    parse_count,
    parse_duration,
    parse_rate,
)

#: Streams (connections) one trial can drive: one port each, and one receiver of a DStream.
MAX_STREAMS = 16

CONF_PREFIX = "conf."
PARAM_PREFIX = "param."

#: Lines: those that suit the job.
JOB_LINES = "job"

#: State partitions: one a core, or what each API does where nobody says.
MATCHED, TEXTBOOK = "matched", "textbook"

#: Checkpoints: in the trial's temporary folder.
TEMP = "temp"

#: Executors: as many as the cluster thinks fit.
AUTO = "auto"


#: Master URLs as ``SparkContext.createTaskScheduler`` knows them.
_MASTER = re.compile(
    r"local(\[(\d+|\*)(\s*,\s*\d+)?\])?"
    r"|local-cluster\[\s*\d+\s*,\s*\d+\s*,\s*\d+\s*\]"
    r"|spark://[^\s/,]+(,[^\s/,]+)*|yarn|k8s://\S+"
)


@dataclass(frozen=True)
class Surroundings:
    """What a plan has to be told of the world: CPUs of this machine, jobs of the catalog.

    ``replay_rate`` gives the mean rate (records/s) of a file's own timestamps, at speed 1, and
    ``replay_digest`` the SHA-256 of a file; ``own`` finds the jobs of users; ``runtimes`` maps
    names of interpreters to their paths.
    ``elsewhere``: trials run on a cluster, whose cores are not these.
    """

    cores: int
    jobs: tuple[str, ...] = ("echo",)
    replay_rate: Callable[[str], float] | None = None
    replay_digest: Callable[[str], str] | None = None
    own: OwnJobs | None = None
    runtimes: Mapping[str, str] = field(default_factory=dict)
    elsewhere: bool = False


#: What an axis takes from Python: one value or several, texts (``"500ms,1s"``) or numbers (seconds,
#: counts).
Values = str | float | Sequence[str | float]


@dataclass(frozen=True)
class Axis:
    """One dimension: ``name`` on the command line and in arms, ``key`` in cells and results.

    ``read`` turns one text into a value (``None`` surroundings: trust the text), ``write`` is its
    inverse.  ``help`` is that of its option, ``examples`` are values that people write.  ``always``
    axes are part of a cell even with one value; ``split`` ones take comma lists, the others, whose
    values may hold commas, are repeated instead.
    """

    key: str
    read: Callable[[str, Surroundings | None], Value]
    write: Callable[[Value], str]
    default: str
    metavar: str = "LIST"
    help: str = ""
    examples: tuple[str, ...] = ()
    always: bool = False
    split: bool = True
    name: str = ""

    def options(self, texts: Sequence[str]) -> list[str]:
        """The words of a command line that give this axis the values ``texts``."""
        for prefix, flag in ((CONF_PREFIX, "--conf"), (PARAM_PREFIX, "--param")):
            if self.name.startswith(prefix):
                key = self.name.removeprefix(prefix)
                return [word for text in texts for word in (flag, f"{key}={text}")]
        flag = "--" + self.name.replace("_", "-")
        given = [",".join(texts)] if self.split else texts
        return [word for text in given for word in (flag, text)]


def read_trigger(text: str, around: Surroundings | None = None) -> float:
    """A trigger interval in seconds; whole milliseconds, 0 for as fast as possible."""
    if text.strip().startswith("-"):
        raise UsageError(f"a trigger interval of '{text}' is negative; write one like 500ms or 1s")
    seconds = parse_duration(text)
    if abs(seconds * 1000 - round(seconds * 1000)) > 1e-6:
        raise UsageError(f"a trigger interval of '{text}' is not a whole number of milliseconds")
    return round(seconds * 1000) / 1000


def read_cores(text: str, around: Surroundings | None = None) -> int:
    """A number of cores, at least 1 and at most what the machine has; ``*`` is all of them."""
    if text.strip() == "*":
        if around is None:
            raise UsageError("'*' cores means nothing here; give a number")
        return around.cores
    cores = _count(text, "a number of cores")
    if around is not None and cores > around.cores and not around.elsewhere:
        raise UsageError(
            f"{cores} cores are more than the {around.cores} this machine has; "
            f"give at most {around.cores}, or '*' for all"
        )
    return cores


def read_rate(text: str, around: Surroundings | None = None) -> float:
    """Records per second, above 0."""
    return check_rate(parse_rate(text))


def read_arrivals(text: str, around: Surroundings | None = None) -> str:
    """The canonical spelling of a shape of load (``bench.load.timing.arrivals``)."""
    return str(parse_arrivals(text))


def read_fault(text: str, around: Surroundings | None = None) -> str:
    """The canonical spelling of a fault (``bench.faults.events``), or ``none``."""
    return events.canonical(text)


def read_streams(text: str, around: Surroundings | None = None) -> int:
    """A number of connections."""
    streams = _count(text, "a number of streams")
    if streams > MAX_STREAMS:
        raise UsageError(
            f"{streams} streams are more than a trial can drive; give at most {MAX_STREAMS}"
        )
    return streams


def read_payload_bytes(text: str, around: Surroundings | None = None) -> int:
    """Bytes of a generated line, without its newline."""
    return Payload(parse_count(text)).bytes_per_line


def read_payload_spread(text: str, around: Surroundings | None = None) -> float:
    """How far sizes spread around the mean one, as a share of it."""
    return Payload(10**6, spread=_number(text, "0.5")).spread


def read_keys(text: str, around: Surroundings | None = None) -> int:
    """A number of distinct keys; 0 is no key in the lines."""
    return Payload(keys=_count(text, "a number of keys", minimum=0)).keys


def read_skew(text: str, around: Surroundings | None = None) -> float:
    """The exponent of Zipf's law by which keys are drawn; 0 is uniform."""
    return Payload(keys=1, skew=_number(text, "1")).skew


def read_lines(text: str, around: Surroundings | None = None) -> str:
    """The canonical spelling of a kind of lines (``bench.load.content.kinds``), or ``job``."""
    return text.strip() if text.strip() == JOB_LINES else str(parse_lines(text))


def read_checkpoint(text: str, around: Surroundings | None = None) -> str:
    """``temp``, an absolute path, or a URI, as a folder below which checkpoints are written."""
    place = text.strip()
    if re.match(r"[a-z][a-z0-9+.-]*://[^/@]*:[^/@]*@", place, re.IGNORECASE):
        raise UsageError(
            "an address with a password in it would be stored with the run; leave it out, and give "
            "it as a setting of the file system (--conf spark.hadoop...)"
        )
    if place == TEMP or place.startswith("/") or re.match(r"[a-z][a-z0-9+.-]*:/", place):
        return place
    raise UsageError(
        f"'{text}' is no place for checkpoints; give an absolute path, a URI like "
        f"hdfs://host/folder, or {TEMP} for the trial's own folder"
    )


def read_partitions(text: str, around: Surroundings | None = None) -> Value:
    """``matched``, ``textbook``, or a number of partitions."""
    if text in (MATCHED, TEXTBOOK):
        return text
    try:
        return parse_count(text)
    except ValueError:
        raise UsageError(
            f"'{text}' is no number of partitions; give one, or {MATCHED} (one a core), or "
            f"{TEXTBOOK} (what each API does by itself)"
        ) from None


def read_master(text: str, around: Surroundings | None = None) -> str:
    """A master URL of Spark's; ``local[*]`` has a slot for each of ``--cores``."""
    master = text.strip()
    if not _MASTER.fullmatch(master):
        raise UsageError(
            f"'{text}' is no Spark master; give one like local[2], local-cluster[2,1,1024], "
            "spark://host:7077, yarn or k8s://https://host:443"
        )
    return master


def read_executors(text: str, around: Surroundings | None = None) -> Value:
    """``auto``, or a number of executors."""
    return text if text == AUTO else _count(text, "a number of executors")


def _number(text: str, example: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise UsageError(f"'{text}' is not a number; write one like {example}")
    return value


def _count(text: str, what: str, minimum: int = 1) -> int:
    try:
        return parse_count(text, minimum)
    except ValueError as error:
        raise ValueError(f"{what}: {error}") from None


def _choice(what: str, known: Sequence[str]) -> Callable[[str, Surroundings | None], Value]:
    def read(text: str, around: Surroundings | None = None) -> str:
        if text not in known:
            raise UsageError(unknown(what, text, known))
        return text

    return read


def _read_job(text: str, around: Surroundings | None = None) -> str:
    if around is not None and text not in around.jobs:
        own = None if around.own is None else around.own.find(text)
        if own is None:
            raise UsageError(unknown("job", text, around.jobs))
        return own.name
    return text


def _reader_of(name: str) -> Callable[[str, Surroundings | None], Value]:
    """Reads a Spark setting or a job's parameter; a secret never gets into the plan."""

    def read(text: str, around: Surroundings | None = None) -> str:
        return hide(name, text, numbers=name.startswith(CONF_PREFIX))

    return read


def _write_duration(value: Value) -> str:
    return format_duration(float(value))


def _write_number(value: Value) -> str:
    return format_quantity(float(value))


def _write_words(value: Value) -> str:
    return value if isinstance(value, str) else _write_number(value)


class AxisValues(TypedDict, total=False):
    """THE table of axes; every entry is an option, a keyword, a key of plan files and of arms."""

    trigger: Annotated[
        Values,
        Axis(
            "trigger_s",
            read_trigger,
            _write_duration,
            "1s",
            help="Trigger intervals: 500ms,1s,5s [1s].",
            examples=("500ms", "1s", "2s", "5s", "200ms"),
            always=True,
        ),
    ]
    cores: Annotated[
        Values,
        Axis(
            "cores",
            read_cores,
            _write_number,
            "*",
            help="Cores: 1,2,'*' [* = all].",
            examples=("1", "2", "4", "*"),
            always=True,
        ),
    ]
    rate: Annotated[
        Values,
        Axis(
            "rate_per_s",
            read_rate,
            _write_number,
            "1000",
            help="Records per second: 1000,10k [1000].",
            examples=("1000", "10k", "100k", "1M"),
            always=True,
        ),
    ]
    arrivals: Annotated[
        Values,
        Axis(
            "arrivals",
            read_arrivals,
            str,
            "constant",
            metavar="SHAPE",
            help="How records arrive: constant, poisson, burst:factor=10,at=10s,for=2s, ...",
            examples=arrivals.EXAMPLES,
            split=False,
        ),
    ]
    streams: Annotated[
        Values,
        Axis(
            "streams",
            read_streams,
            _write_number,
            "1",
            help="Connections a trial [1].",
            examples=("1", "2", "4"),
        ),
    ]
    payload_bytes: Annotated[
        Values,
        Axis(
            "payload_bytes",
            read_payload_bytes,
            _write_number,
            "100",
            help="Bytes of a generated line [100].",
            examples=("100", "1000"),
        ),
    ]
    payload_spread: Annotated[
        Values,
        Axis(
            "payload_spread",
            read_payload_spread,
            _write_number,
            "0",
            help="How far sizes spread, 0.5 is half of them [0].",
            examples=("0", "0.5"),
        ),
    ]
    keys: Annotated[
        Values,
        Axis(
            "keys",
            read_keys,
            _write_number,
            "0",
            help="Distinct keys in the lines, 0 for none [0].",
            examples=("1000", "100k"),
        ),
    ]
    skew: Annotated[
        Values,
        Axis(
            "skew",
            read_skew,
            _write_number,
            "0",
            help="Zipf exponent of the keys, 0: uniform [0].",
            examples=("0", "1"),
        ),
    ]
    equal: Annotated[
        Values,
        Axis(
            "equal",
            _choice("equality", EQUAL),
            str,
            EQUAL[0],
            help="What arms have the same of: task slots, or cpus, with a slot more for each "
            "receiver [slots].",
            examples=EQUAL,
        ),
    ]
    job: Annotated[
        Values,
        Axis(
            "job",
            _read_job,
            str,
            "echo",
            help="Jobs, or files of yours [echo].",
            examples=tuple(JOBS),
        ),
    ]
    sink: Annotated[
        Values,
        Axis(
            "sink",
            _choice("sink", SINKS),
            str,
            SINKS[0],
            help="drain, console, files, sqlite [drain].",
            examples=SINKS,
        ),
    ]
    lines: Annotated[
        Values,
        Axis(
            "lines",
            read_lines,
            str,
            JOB_LINES,
            metavar="KIND",
            help="What the lines hold: plain, words, csv, json, events:late=0.05, ... [the job's].",
            examples=(JOB_LINES, *LINES),
            split=False,
        ),
    ]
    checkpoint: Annotated[
        Values,
        Axis(
            "checkpoint",
            read_checkpoint,
            str,
            TEMP,
            metavar="URI",
            help="Folder below which checkpoints are written; temp is the trial's own [temp].",
            examples=(TEMP,),
            split=False,
        ),
    ]
    partitions: Annotated[
        Values,
        Axis(
            "partitions",
            read_partitions,
            _write_words,
            MATCHED,
            help="State partitions: a number, matched (one a core), textbook [matched].",
            examples=(MATCHED, TEXTBOOK, "2"),
        ),
    ]
    master: Annotated[
        Values,
        Axis(
            "master",
            read_master,
            str,
            LOCAL,
            metavar="URL",
            help="Spark master: local[2], spark://host:7077, yarn, ...; again: an axis [local[*]].",
            examples=(LOCAL, "local-cluster[2,1,1024]", "spark://127.0.0.1:7077", "yarn"),
            split=False,
        ),
    ]
    executors: Annotated[
        Values,
        Axis(
            "executors",
            read_executors,
            _write_words,
            AUTO,
            help="Executors of a cluster that share the cores [auto].",
            examples=(AUTO, "1", "2", "4"),
        ),
    ]
    fault: Annotated[
        Values,
        Axis(
            "fault",
            read_fault,
            str,
            events.NONE,
            metavar="FAULT",
            help="What happens to the stream: disconnect:at=20s,for=3s, kill-driver:at=20s, ... "
            "[none].",
            examples=events.EXAMPLES,
            split=False,
        ),
    ]


AXES: dict[str, Axis] = {
    name: replace(hint.__metadata__[0], name=name)
    for name, hint in get_type_hints(AxisValues, include_extras=True).items()
}


def axis_named(name: str) -> Axis | None:
    """The axis of that name, ``conf.KEY`` and ``param.NAME`` included; ``None`` for no axis."""
    for prefix in (CONF_PREFIX, PARAM_PREFIX):
        if name.startswith(prefix) and len(name) > len(prefix):
            return Axis(name, _reader_of(name), str, "", split=False, name=name)
    return AXES.get(name)


def axis_keyed(key: str) -> Axis:
    """The axis whose values stand under ``key`` in a cell."""
    for axis in AXES.values():
        if axis.key == key:
            return axis
    found = axis_named(key)
    if found is None:
        raise UsageError(unknown("axis", key, [axis.key for axis in AXES.values()]))
    return found


def read_values(
    axis: Axis, texts: Sequence[str], around: Surroundings, where: str
) -> tuple[Value, ...]:
    """The values of an axis from the texts given for it, comma lists split, repeats dropped.

    Raises :class:`UsageError` that begins with ``where``.
    """
    parts = [part for text in texts for part in (text.split(",") if axis.split else [text])]
    values: list[Value] = []
    for part in parts:
        if axis.split and not part.strip():
            raise UsageError(f"{where}: '{','.join(texts)}' has an empty item; remove the comma")
        try:
            value = axis.read(part.strip() if axis.split else part, around)
        except (UsageError, ValueError) as error:
            raise UsageError(f"{where}: {error}") from None
        if value not in values:
            values.append(value)
    return tuple(values)


def read_conf(texts: Sequence[str], where: str) -> dict[str, tuple[Value, ...]]:
    """``KEY=VALUE`` settings to ``conf.KEY`` axes; a key given again gets one value more."""
    return _pairs(texts, CONF_PREFIX, where, "KEY=VALUE", "spark.sql.shuffle.partitions=4")


def read_params(texts: Sequence[str], where: str) -> dict[str, tuple[Value, ...]]:
    """``NAME=VALUE`` parameters of jobs to ``param.NAME`` axes, in the same way."""
    return _pairs(texts, PARAM_PREFIX, where, "NAME=VALUE", "k=5")


def _pairs(
    texts: Sequence[str], prefix: str, where: str, form: str, example: str
) -> dict[str, tuple[Value, ...]]:
    axes: dict[str, tuple[Value, ...]] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        key = key.strip()
        if not equals or not key or any(c.isspace() for c in key):
            raise UsageError(f"{where}: '{text}' is not {form}; write one like {example}")
        name = prefix + key
        value = hide(name, value, numbers=prefix == CONF_PREFIX)
        if value not in axes.get(name, ()):
            axes[name] = (*axes.get(name, ()), value)
    return axes
