"""Arms: ``engine[:key=value,...]``, parsed and given back in one normal spelling."""

from __future__ import annotations

import re
from dataclasses import replace

from bench.contract import (
    ENGINE_MODULES,
    GUARANTEES,
    LIVE_MODES,
    MODES,
    PATHS,
    PROFILES,
    REALTIME_BATCH_S,
    SOURCES,
)
from bench.contract.releases import read_version
from bench.errors import UsageError, unknown
from bench.plan.axes import AXES, CONF_PREFIX, PARAM_PREFIX, Surroundings, axis_named
from bench.plan.spec import Arm, Value
from bench.units import format_duration, parse_duration

#: Keys of an arm that are no axis, with the values an arm can take; those without a list of values
#: stand in :data:`PLACES`, but for ``batch``, how long a batch of real-time mode takes.
CHOICES: dict[str, tuple[str, ...]] = {
    "source": SOURCES,
    "mode": MODES,
    "batch": (),
    "path": PATHS,
    "guarantee": GUARANTEES,
    "profile": PROFILES,
    "spark": (),
    "runtime": (),
}

#: Keys that say in which interpreter an arm runs: an environment made for a version of Spark, or
#: one that the user has named.  Without either it is the one sparkbench itself runs in.
PLACES: tuple[str, ...] = ("spark", "runtime")

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

#: The value of each choice where an arm does not name it; ``path`` depends on the engine.
CHOICE_DEFAULTS: dict[str, str] = {
    "source": "socket",
    "mode": "microbatch",
    "batch": f"{REALTIME_BATCH_S:g}s",
    "guarantee": "none",
    "profile": "textbook",
}

#: The source of an arm that names its mode and none, where Spark's own does not know the mode, or
#: says nothing of its records.
MODE_SOURCES: dict[str, str] = {"realtime": "native", "continuous": "native"}

#: Whether records cross into Python workers where an arm does not say: what users of each API
#: write.
DEFAULT_PATHS: dict[str, str] = {"dstream": "python", "structured": "jvm", "null": "jvm"}

DEFAULT_ARMS: tuple[str, ...] = ("dstream", "structured")


def parse_arm(text: str, around: Surroundings | None = None) -> Arm:
    """Parse an arm; keys come out in a fixed order, values in their canonical spelling.

    Raises :class:`UsageError` for an engine, key or value that does not exist.
    """
    given = text.strip()
    engine, colon, rest = given.partition(":")
    if engine not in ENGINE_MODULES:
        raise UsageError(f"arm '{given}': {unknown('engine', engine, ENGINE_MODULES)}")
    if colon and not rest:
        raise UsageError(f"arm '{given}': nothing after the colon; write {engine}:key=value")
    keys: dict[str, str] = {}
    for item in rest.split(",") if rest else ():
        key, equals, value = item.partition("=")
        key, value = key.strip(), value.strip()
        if not equals or not key or not value:
            raise UsageError(f"arm '{given}': '{item}' is not key=value")
        if key in keys:
            raise UsageError(f"arm '{given}': key '{key}' is given twice; keep one")
        try:
            keys[key] = _canonical(key, value, around)
        except (UsageError, ValueError) as error:
            raise UsageError(f"arm '{given}': {error}") from None
    if len(keys.keys() & set(PLACES)) > 1:
        raise UsageError(f"arm '{given}': spark and runtime both choose a Spark; keep one")
    if engine == "null" and "spark" in keys:
        raise UsageError(f"arm '{given}': the null engine runs no Spark; leave out spark")
    if "batch" in keys and keys.get("mode") != "realtime":
        raise UsageError(
            f"arm '{given}': batch is how long a batch of real-time mode takes; add mode=realtime"
        )
    keys = {key: keys[key] for key in sorted(keys, key=_rank)}
    return Arm(_spell(engine, keys), engine, keys)


def choice(arm: Arm, key: str) -> str:
    """The value of a non-axis key for this arm, by default where it does not name it."""
    if key in arm.keys:
        return arm.keys[key]
    if key == "source" and choice(arm, "mode") in MODE_SOURCES:
        return MODE_SOURCES[choice(arm, "mode")]
    return DEFAULT_PATHS[arm.engine] if key == "path" else CHOICE_DEFAULTS[key]


def batch_s(arm: Arm) -> float | None:
    """How long a batch of the arm takes by itself, in seconds: real-time mode's; else ``None``."""
    return parse_duration(choice(arm, "batch")) if choice(arm, "mode") == "realtime" else None


def mode_of(text: str) -> str:
    """How an arm, as results and reports name it, goes on: one of ``bench.contract.MODES``."""
    words = text.partition("#")[0].partition(":")[2].split(",")
    given = [word.removeprefix("mode=") for word in words if word.startswith("mode=")]
    return given[0] if given else CHOICE_DEFAULTS["mode"]


def in_batches(text: str) -> bool:
    """Whether an arm takes batch by batch; else row by row."""
    return mode_of(text) not in LIVE_MODES


def pins(arm: Arm) -> dict[str, Value]:
    """The axes this arm pins: cell key to value."""
    pinned: dict[str, Value] = {}
    for name, value in arm.keys.items():
        axis = axis_named(name)
        if axis is not None:
            pinned[axis.key] = axis.read(value, None)
    return pinned


def identity(arm: Arm) -> tuple[str, ...]:
    """What makes two arms the same contender, however they were spelled."""
    named = [key for key in CHOICES if key not in PLACES]
    choices = tuple(f"{key}={choice(arm, key)}" for key in named)
    others = (key for key in arm.keys if key in PLACES or key not in CHOICES)
    return (arm.engine, *choices, *(f"{key}={arm.keys[key]}" for key in others))


def again(arm: Arm, copy: int) -> Arm:
    """The same contender under another name (``dstream#2``), for runs of an arm against itself."""
    return replace(arm, text=f"{arm.text}#{copy}")


def copy_of(arm: Arm) -> str:
    """The number :func:`again` gave this arm, else nothing."""
    return arm.text.removeprefix(_spell(arm.engine, arm.keys)).removeprefix("#")


def read_runtime_name(text: str) -> str:
    """A name for an interpreter of the user's; raises :class:`UsageError`."""
    if _NAME.fullmatch(text) is None:
        raise UsageError(
            f"'{text}' is no name for a runtime; use letters, digits, dots and hyphens"
        )
    return text


def _known_runtime(name: str, around: Surroundings | None) -> str:
    if around is not None and name not in around.runtimes:
        raise UsageError(f"there is no runtime '{name}'; add --runtime {name}=/path/to/python")
    return name


def _canonical(key: str, value: str, around: Surroundings | None) -> str:
    axis = axis_named(key)
    if axis is not None:
        return axis.write(axis.read(value, around))
    if key not in CHOICES:
        raise UsageError(
            unknown("key", key, [*CHOICES, *AXES, CONF_PREFIX + "KEY", PARAM_PREFIX + "NAME"])
        )
    if key == "batch":
        return _batch(value)
    if key == "spark":
        return read_version(value)
    if key == "runtime":
        return _known_runtime(read_runtime_name(value), around)
    known = CHOICES[key]
    if value not in known:
        raise UsageError(unknown(key, value, known))
    return value


def _batch(text: str) -> str:
    seconds = parse_duration(text)
    if seconds < 0.001:
        raise UsageError(f"batch '{text}': a batch of real-time mode takes some time; write 5s")
    return format_duration(seconds)


def _spell(engine: str, keys: dict[str, str]) -> str:
    tail = ",".join(f"{key}={value}" for key, value in keys.items())
    return f"{engine}:{tail}" if tail else engine


def _rank(key: str) -> tuple[int, str]:
    order = [*CHOICES, *AXES]
    return (order.index(key) if key in order else len(order), key)
