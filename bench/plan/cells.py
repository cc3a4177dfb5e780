"""The cells of a plan: every combination of the axes' values."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Mapping
from typing import Any

from bench.plan.axes import AXES, CONF_PREFIX, PARAM_PREFIX, axis_keyed
from bench.plan.spec import Cell, Value


def canonical_json(data: Any) -> str:
    """One spelling of ``data`` for ever: sorted keys, no spaces, no NaN."""
    return json.dumps(
        data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def digest(data: Any) -> bytes:
    """SHA-256 of :func:`canonical_json`."""
    return hashlib.sha256(canonical_json(data).encode("utf-8", "surrogatepass")).digest()


def points(axes: Mapping[str, tuple[Value, ...]]) -> list[Cell]:
    """Every combination, each with a value for every axis, in the order the values were given."""
    return [dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values())]


def cell_of(point: Cell, axes: Mapping[str, tuple[Value, ...]]) -> Cell:
    """The part of a point that names it: axes with several values, and the ``always`` ones."""
    return {
        key: value for key, value in point.items() if axis_keyed(key).always or len(axes[key]) > 1
    }


def cell_key(cell: Mapping[str, Value]) -> str:
    """A cell as a hashable key, free of order and of whether a number is written 1 or 1.0."""
    return canonical_json({k: v if isinstance(v, str) else float(v) for k, v in cell.items()})


def describe(cell: Mapping[str, Value]) -> str:
    """A cell in words: ``trigger 500ms, cores 2, rate 1000``."""
    parts = []
    for key, value in cell.items():
        axis = axis_keyed(key)
        given = key.startswith((CONF_PREFIX, PARAM_PREFIX))
        name = key if given else axis.name.replace("_", " ")
        parts.append(f"{name} {axis.write(value)}")
    return ", ".join(parts)


def ordered(axes: Mapping[str, tuple[Value, ...]]) -> dict[str, tuple[Value, ...]]:
    """The axes in the one order everything uses: as in ``AXES``, then the others by name."""
    known = [axis.key for axis in AXES.values()]
    rank = {key: position for position, key in enumerate(known)}
    return {key: axes[key] for key in sorted(axes, key=lambda k: (rank.get(k, len(known)), k))}
