"""The order of trials: randomised blocks, balanced over position, the same for ever from a seed.

A round is a block: every cell runs once per arm.  Cells come in a seeded order; the arms of a cell
run one after another, so that what drifts over minutes hits all of them alike.  Who goes first
rotates: over as many consecutive rounds as there are arms, each arm takes each position exactly
once in every cell, and within a round each arm is first in about the same number of cells.

Nothing here uses ``random``: items are sorted by the SHA-256 of seed, purpose and item, which no
version of Python will ever change.
"""

from __future__ import annotations

from collections.abc import Mapping

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
    block, step = divmod(round_number - 1, arms)
    base = shuffled(arms, seed, "arms", block)
    offsets = shuffled(cells, seed, "offsets", block)
    order = []
    for cell in shuffled(cells, seed, "cells", round_number):
        shift = (step + offsets[cell]) % arms
        order += [(cell, arm) for arm in base[shift:] + base[:shift]]
    return order


def trial_seed(seed: int, cell: Mapping[str, Value], round_number: int) -> int:
    """The seed of load and trigger phase: one for all arms of a cell and round."""
    return hashed(seed, "trial", dict(cell), round_number)
