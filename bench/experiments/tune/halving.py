"""Successive halving: many configurations tried a little, the better half of them tried again.

Source: Karnin, Koren and Somekh 2013 (ICML), Jamieson and Talwalkar 2016 (AISTATS); the effort of a
configuration is counted in rounds, and what it has shown in earlier rounds counts on.  Every round
runs all that are left, so that what a round is like hits all of them alike.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Rung:
    """``configs`` that are left run until each has been through ``rounds`` rounds in all."""

    configs: int
    rounds: int


def rungs(configs: int) -> list[Rung]:
    """Halving from ``configs`` (2 or more) until 2 are left; each rung doubles the rounds."""
    found, left, rounds = [], configs, 1
    while True:
        found.append(Rung(left, rounds))
        if left <= 2:
            return found
        left, rounds = math.ceil(left / 2), rounds * 2


def trials(configs: int) -> int:
    """Trials of the whole search."""
    ladder = rungs(configs)
    before = [0, *(rung.rounds for rung in ladder)]
    return sum(
        rung.configs * (rung.rounds - done) for rung, done in zip(ladder, before, strict=False)
    )


def most_configs(affordable: int, available: int) -> int:
    """The most configurations whose search needs no more than ``affordable`` trials; at least 2."""
    count = 2
    while count < available and trials(count + 1) <= affordable:
        count += 1
    return count
