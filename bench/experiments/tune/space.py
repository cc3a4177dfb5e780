"""What a tuning run may try: dimensions that fit the arm, and which configurations go first.

The first configurations are the arm as it is and what is known to be good (the profiles); the rest
come from a Latin hypercube over the dimensions (McKay, Beckman and Conover 1979, Technometrics 21,
239), so that few of them try every value of every dimension about equally often.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from bench.contract.knobs import ANYWHERE, SLOTS, Dimension, Use
from bench.plan.arms import parse_arm
from bench.plan.cells import shuffled
from bench.plan.spec import Arm

#: Settings by the key they have in an arm (``trigger``, ``conf.KEY``); empty: the arm as it is.
Config = Mapping[str, str]

#: Designs drawn before a space that yields too few different configurations is taken to be spent.
_DRAWS = 20


def fitting(
    dimensions: Iterable[Dimension],
    use: Use,
    *,
    fixed: Collection[str],
    allow_weaker: bool = False,
) -> tuple[Dimension, ...]:
    """The dimensions that can be searched, with what stands for the slots filled in.

    Left out are those that do not fit ``use``, those in ``fixed``, which the user has set, and
    those that weaken the guarantee unless that is allowed.  Of two with one key the later wins.
    """
    return tuple(
        replace(
            dimension,
            fit=ANYWHERE,
            values=tuple(
                dict.fromkeys(value.replace(SLOTS, str(use.slots)) for value in dimension.values)
            ),
        )
        for dimension in dimensions
        if dimension.key not in fixed
        and dimension.fit.covers(use)
        and (allow_weaker or not dimension.weakens)
    )


def without(dimensions: Iterable[Dimension], key: str, unwanted: Iterable[str]) -> list[Dimension]:
    """The dimensions without some values of one; a dimension without any value is left out."""
    drop = set(unwanted)
    kept = [
        replace(d, values=tuple(v for v in d.values if v not in drop)) if d.key == key else d
        for d in dimensions
    ]
    return [dimension for dimension in kept if dimension.values]


def size(space: Sequence[Dimension]) -> int:
    """How many configurations there are at most, the arm as it is among them."""
    return math.prod(len(dimension.values) + 1 for dimension in space)


def design(
    space: Sequence[Dimension], starts: Iterable[Config], count: int, seed: int
) -> list[dict[str, str]]:
    """Up to ``count`` different configurations: the arm as it is, ``starts``, then drawn ones."""
    found: dict[tuple[tuple[str, str], ...], dict[str, str]] = {}
    for config in ({}, *starts):
        found.setdefault(_key(config), dict(config))
    for draw in range(_DRAWS):
        missing = count - len(found)
        if missing <= 0:
            break
        for config in _hypercube(space, missing, seed, draw):
            found.setdefault(_key(config), config)
    return list(found.values())[:count]


def configured(arm: Arm, config: Config) -> Arm:
    """The arm with the settings of ``config``, in the spelling that names it in results."""
    if not config:
        return arm
    keys = {**arm.keys, **config}
    return parse_arm(arm.engine + ":" + ",".join(f"{key}={value}" for key, value in keys.items()))


def _hypercube(
    space: Sequence[Dimension], count: int, seed: int, draw: int
) -> list[dict[str, str]]:
    """``count`` rows; each column holds every level, "leave it" among them, about equally often."""
    rows: list[dict[str, str]] = [{} for _ in range(count)]
    for dimension in space:
        levels = ("", *dimension.values)
        order = shuffled(len(levels), seed, "levels", dimension.key, draw)
        places = shuffled(count, seed, "column", dimension.key, draw)
        for position, row in enumerate(places):
            level = levels[order[position % len(levels)]]
            if level:
                rows[row][dimension.key] = level
    return rows


def _key(config: Config) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(config.items()))
