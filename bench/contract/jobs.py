"""The catalogue of jobs as plain data: what both engines, the load and the checks agree on.

The twins' ``jobs`` packages hold one file a job and side; this table says what the two share.  It
is data without pyspark, so the harness can plan, list and validate without importing a job.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Union

#: A parameter's value: which of these it is follows from its default.
Value = Union[int, float, str, bool]

#: The kinds of generated lines a job may ask for; ``bench.load.content.payload`` describes each.
LINES: tuple[str, ...] = ("plain", "words", "csv", "json", "events", "weblog", "payments")


@dataclass(frozen=True)
class Param:
    """One parameter of a job; its type is that of ``default``.

    ``minimum`` and ``maximum`` bound numbers (inclusive), ``choices`` text.  Durations are numbers
    of seconds and their names end in ``_s``.
    """

    name: str
    default: Value
    help: str
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class JobInfo:
    """A pair of jobs by one name.

    ``inputs`` is how many separate streams of lines it reads: a job with one gets the union of all
    sockets, of n of them stream i feeds input i mod n, and with 0 every stream is an input of its
    own.  ``lines`` says which generated lines suit it, as ``bench.load.content.kinds`` reads them;
    ``keys`` how many distinct keys they have unless the user says.  ``row_each``: every record
    gives exactly one row of the same text, so what the sink counts is what was processed.
    ``numbered``: every record gives one row that begins as its line does, with the line's number.
    ``stateful``: it keeps state between batches, and a DStream needs a checkpoint directory for it.
    ``paths``: engine and path, for an engine that has the job on another path than is usual.
    ``every``: the parameter that says how many seconds lie between two outputs on an engine that
    writes once a window.  ``reach``: the parameter that says from how many seconds of its past a
    result is made, where batches take longer until these are full.
    """

    name: str
    title: str
    group: str
    inputs: int = 1
    lines: str = "plain"
    keys: int = 0
    params: tuple[Param, ...] = ()
    row_each: bool = False
    numbered: bool = False
    stateful: bool = False
    paths: tuple[tuple[str, str], ...] = ()
    every: str = ""
    reach: str = ""

    @property
    def least_streams(self) -> int:
        """The fewest streams it can run with."""
        return self.inputs or 2


STATELESS: tuple[JobInfo, ...] = (
    JobInfo("echo", "Every line as it came", "stateless", row_each=True, numbered=True),
    JobInfo(
        "parse_csv",
        "CSV lines to typed columns, malformed ones counted aside",
        "stateless",
        lines="csv:malformed=0.01",
        keys=1000,
    ),
    JobInfo(
        "parse_json",
        "JSON lines to typed columns, malformed ones counted aside",
        "stateless",
        lines="json:malformed=0.01",
        keys=1000,
    ),
    JobInfo(
        "wordcount", "How often each word stands in a batch", "stateless", lines="words", keys=1000
    ),
    JobInfo(
        "topk",
        "The most frequent words of a batch",
        "stateless",
        params=(Param("k", 10, "how many words", minimum=1, maximum=10_000),),
        lines="words",
        keys=1000,
    ),
    JobInfo(
        "enrich",
        "Each event with what a static table knows of its key",
        "stateless",
        lines="events",
        keys=1000,
        params=(
            Param("table_keys", 900, "keys in the table", minimum=1, maximum=1_000_000),
            Param("unmatched", "keep", "events without an entry", choices=("keep", "drop")),
        ),
    ),
    JobInfo(
        "union",
        "The lines of several streams as one",
        "stateless",
        inputs=0,
        row_each=True,
        numbered=True,
    ),
)

#: How far events may be out of order, and how long a window waits for those that are late.
_LATE = "late=0.05,late_s=5"
_WINDOW = Param("window_s", 10.0, "length of a window in seconds", minimum=0.001)
_SLIDE = Param("slide_s", 1.0, "seconds from one window to the next", minimum=0.001)
_DELAY = Param("delay_s", 10.0, "seconds that late records are waited for", minimum=0.0)

STATEFUL: tuple[JobInfo, ...] = (
    JobInfo(
        "running_wordcount",
        "How often each word has come since the stream began",
        "stateful",
        stateful=True,
        lines="words",
        keys=1000,
    ),
    JobInfo(
        "touched_wordcount",
        "Each word as it comes with its count up to then, by mapWithState",
        "stateful",
        stateful=True,
        lines="words",
        keys=1000,
        paths=(("dstream", "jvm"),),
    ),
    JobInfo(
        "custom_state",
        "A record of one's own for each key: count, sum, largest, latest",
        "stateful",
        lines=f"events:{_LATE}",
        keys=100,
        stateful=True,
        paths=(("structured", "python"),),
    ),
    JobInfo(
        "sessions",
        "Events of a key that no long gap parts, with a timeout",
        "stateful",
        lines=f"events:{_LATE}",
        keys=1000,
        params=(
            Param("gap_s", 2.0, "seconds without an event that end a session", minimum=0.001),
            _DELAY,
        ),
        stateful=True,
    ),
    JobInfo(
        "dedup",
        "Only the first event of each key",
        "stateful",
        lines=f"events:{_LATE}",
        keys=20_000,
        params=(Param("horizon_s", 60.0, "seconds a key is remembered", minimum=0.001),),
        stateful=True,
    ),
)

WINDOWED: tuple[JobInfo, ...] = (
    JobInfo(
        "tumbling",
        "Events of each key per window, windows end to end",
        "windowed",
        lines=f"events:{_LATE}",
        keys=1000,
        params=(_WINDOW, _DELAY),
        every="window_s",
        reach="window_s",
    ),
    JobInfo(
        "sliding",
        "Events of each key per window, windows overlapping",
        "windowed",
        lines=f"events:{_LATE}",
        keys=100,
        params=(_WINDOW, _SLIDE, _DELAY),
        every="slide_s",
        reach="window_s",
    ),
    JobInfo(
        "sliding_inverse",
        "The same, made from the window before by adding and taking away",
        "windowed",
        lines=f"events:{_LATE}",
        keys=100,
        params=(_WINDOW, _SLIDE, _DELAY),
        every="slide_s",
        reach="window_s",
        stateful=True,
    ),
)

TWO_STREAMS: tuple[JobInfo, ...] = (
    JobInfo(
        "join",
        "Pairs of events of two streams that are near in time",
        "two streams",
        inputs=2,
        lines=f"events:{_LATE}",
        keys=1000,
        params=(
            Param("within_s", 2.0, "seconds the two events may be apart", minimum=0.0),
            _WINDOW,
            _DELAY,
        ),
        reach="window_s",
    ),
)

COMPOSITE: tuple[JobInfo, ...] = (
    JobInfo(
        "weblog",
        "A web server's answers per minute and status, with alerts",
        "composite",
        lines=f"weblog:{_LATE},malformed=0.01",
        keys=1000,
        params=(
            Param("alert_errors", 100, "server errors a minute that are too many", minimum=1),
            _DELAY,
        ),
        stateful=True,
    ),
    JobInfo(
        "fraud",
        "Cards charged more than a limit within a window",
        "composite",
        lines=f"payments:{_LATE}",
        keys=1000,
        params=(
            Param("window_s", 60.0, "length of a window in seconds", minimum=0.001),
            Param("limit_cents", 1_000_000, "cents that one card may be charged", minimum=0),
            _DELAY,
        ),
        stateful=True,
    ),
)

JOBS: dict[str, JobInfo] = {
    job.name: job for job in (*STATELESS, *STATEFUL, *WINDOWED, *TWO_STREAMS, *COMPOSITE)
}


#: Jobs of users, by the name or reference they are known by in this process: what their modules
#: say of themselves (``bench.contract.own.info``).
OWN: dict[str, JobInfo] = {}


def job_info(name: str) -> JobInfo:
    """What the catalogue, or a user's job itself, says of a job; of any other, that it is plain."""
    return JOBS.get(name) or OWN.get(name) or JobInfo(name, name, "yours")


def check_params(params: tuple[Param, ...], given: Mapping[str, Any]) -> dict[str, Value]:
    """All parameters with their values, defaults filled in; text is read by the default's type.

    Raises :class:`ValueError` with one sentence for a name or value that is not possible.
    """
    known = {param.name: param for param in params}
    for name in given:
        if name not in known:
            names = ", ".join(known) or "none at all"
            raise ValueError(f"parameter {name!r} is not known; this job takes {names}")
    return {name: _read(param, given.get(name, param.default)) for name, param in known.items()}


def _read(param: Param, given: Any) -> Value:
    kind = type(param.default)
    if kind is bool:
        value: Value = _truth(param, given)
    elif kind is str:
        value = str(given)
    else:
        try:
            value = kind(given)
        except (TypeError, ValueError):
            what = "a whole number" if kind is int else "a number"
            raise ValueError(f"parameter {param.name}: {given!r} is not {what}") from None
    if param.choices and value not in param.choices:
        raise ValueError(
            f"parameter {param.name}: {value!r} is not one of {', '.join(param.choices)}"
        )
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        low, high = param.minimum, param.maximum
        if (low is not None and not value >= low) or (high is not None and not value <= high):
            bounds = f"from {low:g}" if high is None else f"{low or 0:g} to {high:g}"
            raise ValueError(f"parameter {param.name}: {value:g} is out of range; give {bounds}")
    return value


def _truth(param: Param, given: Any) -> bool:
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if isinstance(given, bool):
        return given
    if str(given).lower() in words:
        return words[str(given).lower()]
    raise ValueError(f"parameter {param.name}: {given!r} is neither true nor false")
