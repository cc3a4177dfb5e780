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
from bench.plan.arms import parse_arm, read_runtime_name
from bench.plan.axes import AXES, Surroundings, read_values
from bench.plan.check import around_of
from bench.plan.request import SETTINGS, Request

TABLE = "compare"

#: Keys of the table, in the order of the help.
KEYS: tuple[str, ...] = (
    *("arms", *AXES, "conf", "param", *SETTINGS),
    *("quick", "filter", "runtime"),
)


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
        if key not in KEYS:
            raise UsageError(f"{name}: {TABLE}: {unknown('key', key, KEYS)}")

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
