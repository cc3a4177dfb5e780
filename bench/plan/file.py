"""Plan files: everything the command line takes of a plan, as TOML.

::

    [compare]
    arms = ["dstream", "structured"]
    trigger = ["500ms", "1s"]
    cores = [1, 2]
    rounds = 6

    [compare.conf]
    "spark.sql.shuffle.partitions" = [2, 200]

    [compare.param]
    k = 5

    [compare.runtime]
    old = "/opt/spark-3.5/venv/bin/python"

Lists and comma lists mean the same; names are those of the options, with ``_`` for ``-``.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bench.errors import UsageError, unknown
from bench.plan.arms import DEFAULT_ARMS, parse_arm, read_runtime_name
from bench.plan.axes import AXES, Surroundings, read_values
from bench.plan.check import around_of
from bench.plan.fork import FORKS
from bench.plan.options import SETTINGS
from bench.plan.request import Request
from bench.plan.spec import Settings
from bench.stats.metrics import METRICS
from bench.units import format_duration

TABLE = "compare"


def keys() -> tuple[str, ...]:
    """Keys of the table, in the order of the help."""
    return ("arms", *AXES, "conf", "param", *SETTINGS, "quick", "filter", "runtime")


def read_plan_file(text: str, name: str, around: Surroundings) -> Request:
    """What the plan file ``name`` says, every value checked for itself.

    Raises :class:`UsageError` that begins with the place: ``plan.toml: compare.cores[1]: ...``.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{name}: not TOML: {_lower(str(error))}") from None
    for key in data:
        if key != TABLE:
            raise UsageError(f"{name}: {unknown('table', key, [TABLE])}")
    table = data.get(TABLE)
    if not isinstance(table, Mapping):
        raise UsageError(f"{name}: there is no table [{TABLE}]; begin the plan with that line")
    for key in table:
        if key not in keys():
            raise UsageError(f"{name}: {TABLE}: {unknown('key', key, keys())}")

    def place(key: str) -> str:
        return f"{name}: {TABLE}.{key}"

    quick = table.get("quick", False)
    if not isinstance(quick, bool):
        raise UsageError(f"{place('quick')}: {quick!r} is neither true nor false")
    runtimes = _runtimes(table.get("runtime", {}), place("runtime"))
    around = replace(around, runtimes={**runtimes, **around.runtimes})
    arms = _several(table.get("arms", []), place("arms"))
    masters = [text for _at, text in _several(table.get("master", []), place("master"))]
    around = around_of(around, masters, [text for _at, text in arms])
    for at, arm in arms:
        try:
            parse_arm(arm, around)
        except UsageError as error:
            raise UsageError(f"{at}: {error}") from None
    axes: dict[str, list[str]] = {}
    for key in AXES:
        if key in table:
            values = _several(table[key], place(key))
            for at, value in values:
                read_values(AXES[key], [value], around, at)
            axes[key] = [value for _at, value in values]
    return Request(
        arms=tuple(arm for _at, arm in arms),
        axes=axes,
        conf=tuple(_conf(table.get("conf", {}), place("conf"))),
        params=tuple(_conf(table.get("param", {}), place("param"))),
        settings={key: _one(table[key], place(key)) for key in SETTINGS if key in table},
        quick=quick,
        filters=tuple(value for _at, value in _several(table.get("filter", []), place("filter"))),
        places={key: place(key) for key in table},
        file=name,
        runtimes=runtimes,
    )


def _several(value: Any, place: str) -> list[tuple[str, str]]:
    """Place and text of each item of a list, or of a value that stands alone."""
    if not isinstance(value, list):
        return [(place, _one(value, place))]
    return [(f"{place}[{n}]", _one(item, f"{place}[{n}]")) for n, item in enumerate(value)]


def _one(value: Any, place: str) -> str:
    """A value as it would stand on the command line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and math.isfinite(value):
        return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
    if isinstance(value, (str, int)):
        return str(value)
    what = "a list" if isinstance(value, list) else "a table" if isinstance(value, dict) else value
    raise UsageError(f"{place}: {what} is no value here; give one text or number")


def _runtimes(table: Any, place: str) -> dict[str, str]:
    if not isinstance(table, Mapping):
        name = place.rpartition(": ")[2]
        raise UsageError(f"{place}: not a table; write [{name}] and NAME = PATH below it")
    found = {}
    for name, value in table.items():
        try:
            found[read_runtime_name(name)] = _one(value, f"{place}.{name}")
        except UsageError as problem:
            raise UsageError(f"{place}: {problem}") from None
    return found


def _conf(table: Any, place: str) -> Iterator[str]:
    if not isinstance(table, Mapping):
        name = place.rpartition(": ")[2]
        raise UsageError(f"{place}: not a table; write [{name}] and KEY = VALUE below it")
    for key, value in _flat(table):
        yield from (f"{key}={text}" for _at, text in _several(value, f"{place}.{key}"))


def _flat(table: Mapping[str, Any], before: Sequence[str] = ()) -> Iterator[tuple[str, Any]]:
    """Keys that TOML has taken apart at their dots, put together again."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, (*before, key))
        else:
            yield ".".join((*before, key)), value


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


_SCALAR: dict[str, Any] = {"type": ["string", "number"]}
_SETTING: dict[str, Any] = {"type": ["string", "number", "boolean"]}
_DURATION = {"type": "string", "pattern": r"^\s*[0-9.]+(e[+-]?[0-9]+)?\s*(us|ms|s|m|h)\s*$"}


def plan_schema() -> dict[str, Any]:
    """The schema as plain data."""
    defaults = Settings()
    axes = {
        name: {**_one_or_more(_SCALAR), "description": f"axis; by default {axis.default}"}
        for name, axis in AXES.items()
    }
    settings: dict[str, Any] = {
        "rounds": _told("rounds; excludes until", defaults.rounds),
        "warmup": {**_DURATION, "default": format_duration(defaults.warmup_s)},
        "duration": {**_DURATION, "default": format_duration(defaults.duration_s)},
        "seed": _told("seed of order, load and phases", defaults.seed),
        "replay": {"type": "string", "description": "file to send; relative to the plan file"},
        "replay_speed": {**_SCALAR, "description": "pace of the file's own timestamps"},
        "metric": {"enum": list(METRICS), "default": defaults.metric},
        "until": {"type": "string", "pattern": r"^\s*[0-9.]+\s*%\s*$"},
        "budget": {**_DURATION, "description": "wall time after which until begins no round"},
        "fork": {"enum": list(FORKS), "default": defaults.fork},
        "age": {**_DURATION, "description": "age of every JVM when its window begins"},
        "idle": {
            **_DURATION,
            "description": "how long each stream is watched without records, for its bill",
        },
        "listen": {"type": "string", "description": "address to bind for a cluster"},
        "advertise": {"type": "string", "description": "name of it for executors"},
    }
    table = {
        "arms": {
            "type": ["array", "string"],
            "items": {"type": "string"},
            "description": "contenders, the baseline first",
            "default": list(DEFAULT_ARMS),
        },
        **axes,
        "conf": {
            "type": "object",
            "description": "Spark settings; a list of values is an axis",
            "additionalProperties": {
                "anyOf": [*_one_or_more(_SETTING)["anyOf"], {"type": "object"}]
            },
        },
        "param": {
            "type": "object",
            "description": "parameters of the job; a list of values is an axis",
            "additionalProperties": _one_or_more(_SETTING),
        },
        **settings,
        "quick": {"type": "boolean", "default": False},
        "filter": _one_or_more({"type": "string"}),
        "runtime": {
            "type": "object",
            "description": "interpreters for arms with runtime=NAME; relative to the plan file",
            "additionalProperties": {"type": "string"},
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A plan of sparkbench",
        "type": "object",
        "required": [TABLE],
        "additionalProperties": False,
        "properties": {
            TABLE: {"type": "object", "additionalProperties": False, "properties": table}
        },
    }


def _one_or_more(item: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [item, {"type": "array", "minItems": 1, "items": item}]}


def _told(description: str, default: int) -> dict[str, Any]:
    return {"type": ["integer", "string"], "description": description, "default": default}
