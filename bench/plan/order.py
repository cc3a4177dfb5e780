"""The order of trials: randomised blocks, balanced over position, the same for ever from a seed.

A round is a block: every cell runs once per arm.  Cells come in a seeded order; the arms of a cell
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

from collections.abc import Mapping, Sequence

from bench.plan.cells import digest
from bench.plan.spec import Value


def hashed(*parts: object) -> int:
    """A 48-bit integer from the parts; fits every JSON reader's numbers exactly."""
    return int.from_bytes(digest(list(parts))[:6], "big")


def shuffled(count: int, *salt: object) -> list[int]:
    """``range(count)`` in an order fixed by the salt."""
    return sorted(range(count), key=lambda item: (hashed(*salt, item), item))


def round_order(cells: int, arms: int, round_number: int, seed: int) -> list[tuple[int, int]]:
    """``(cell index, arm index)`` of each slot of a round (from 1), first to last."""
    return grouped_order(range(cells), arms, round_number, seed)


def grouped_order(
    groups: Sequence[int], arms: int, round_number: int, seed: int
) -> list[tuple[int, int]]:
    """The same for cells in groups: ``groups[i]`` is the number (from 0) of cell i's group."""
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
