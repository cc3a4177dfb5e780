"""The cells of a plan, every combination of the axes' values, and the order of their trials.

The order is one of randomised blocks, balanced over position, the same for ever from a seed.  A
round is a block: every cell runs once per arm.  Cells come in a seeded order; the arms of a cell
run one after another, so that what drifts over minutes hits all of them alike.  Who goes first
rotates: over as many consecutive rounds as there are arms, each arm takes each position exactly
once in every cell, and within a round each arm is first in about the same number of cells.

Where the cells of a group share a JVM (``--fork engine``), the group takes the place of the cell:
an arm runs all cells of the group one after another, in an order that is drawn for each round and
is the same for every arm, so that what the place in the JVM's life does hits all of them alike.

Nothing here uses ``random``: items are sorted by the SHA-256 of seed, purpose and item, which no
version of Python will ever change.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Mapping, Sequence
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


def hashed(*parts: object) -> int:
    """A 48-bit integer from the parts; fits every JSON reader's numbers exactly."""
    return int.from_bytes(digest(list(parts))[:6], "big")


def shuffled(count: int, *salt: object) -> list[int]:
    """``range(count)`` in an order fixed by the salt."""
    return sorted(range(count), key=lambda item: (hashed(*salt, item), item))


def grouped_order(
    groups: Sequence[int], arms: int, round_number: int, seed: int
) -> list[tuple[int, int]]:
    """``(cell index, arm index)`` of each slot of a round (from 1), first to last.

    ``groups[i]`` is the number (from 0) of cell i's group.
    """
    count = max(groups) + 1
    block, step = divmod(round_number - 1, arms)
    base = shuffled(arms, seed, "arms", block)
    offsets = shuffled(count, seed, "offsets", block)
    order = []
    for group in shuffled(count, seed, "cells", round_number):
        cells = [cell for cell, its in enumerate(groups) if its == group]
        inside = [cells[k] for k in shuffled(len(cells), seed, "inside", round_number, group)]
        shift = (step + offsets[group]) % arms
        order += [(cell, arm) for arm in base[shift:] + base[:shift] for cell in inside]
    return order


def trial_seed(seed: int, cell: Mapping[str, Value], round_number: int) -> int:
    """The seed of load and trigger phase: one for all arms of a cell and round."""
    return hashed(seed, "trial", dict(cell), round_number)
