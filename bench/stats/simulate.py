"""The proof of the statistics: how often they are wrong, by simulation.

``python -m bench.stats.simulate`` prints the tables of docs/statistics.md.  Each row has a seed of
its own, made of the common seed and the row's name, so that one row can be computed alone.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bench.stats.designs import (
    BUDGET_ROUNDS,
    TARGET,
    Simulation,
    fixed,
    stopped,
    topped_up,
)
from bench.stats.interval import cell_level, minimum_rounds, multiplier
from bench.stats.rule import THRESHOLD
from bench.stats.sequential import open_minimum, pilot_rounds
from bench.stats.worlds import DIFFICULT, EXCHANGEABLE, SPREAD, several

SEED = 20260
RUNS = 100_000


@dataclass(frozen=True)
class Row:
    """A row of a table, and how to compute it; ``planned`` rounds, 0 where runs end by a rule."""

    table: str
    name: str
    simulate: Simulation
    planned: int = 0


@dataclass(frozen=True)
class Figures:
    """Shares of runs of equal arms, 0 to 1.

    ``covered``: all intervals hold the true ratio.  ``alarms``: some interval leaves out 1.
    ``claims``: some verdict is *faster* or *slower* at the default threshold.  ``rounds``: their
    mean.  ``reached``: the target width was reached, ``None`` where there is none.
    """

    rounds: float
    covered: float
    alarms: float
    claims: float
    reached: float | None


def figures(row: Row, runs: int = RUNS, seed: int = SEED) -> Figures:
    """Compute one row."""
    name = f"{row.table}/{row.name}/{row.planned}"
    rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
    end = row.simulate(rng, runs)
    nearest = (np.abs(end.means) - end.widths).max(axis=1)
    missed = float((nearest > 0).mean())
    # the true ratio is 1, so that an interval misses it exactly when it raises a false alarm
    claims = float((nearest > math.log(THRESHOLD)).mean())
    return Figures(float(np.mean(end.rounds)), 1 - missed, missed, claims, end.reached)


def rows() -> Iterator[Row]:
    """All rows, in the order they are printed."""
    for table, group in (("exchangeable", EXCHANGEABLE), ("difficult", DIFFICULT)):
        for name, world in group.items():
            for n in (minimum_rounds(), 10, 20):
                yield Row(table, name, fixed(world, n), n)
    for cells in (4, 16):
        n = minimum_rounds(cells)
        for name, world in EXCHANGEABLE.items():
            yield Row("cells", f"{cells}: {name}", fixed(several(world, cells), n, cells), n)
    for name, world in (EXCHANGEABLE | DIFFICULT).items():
        yield Row("until", name, stopped(world, "until"))
    normal = next(iter(EXCHANGEABLE.values()))
    yield Row("watched", "open interval, stopped at the first difference", stopped(normal, "open"))
    yield Row("watched", "Student, stopped at the first difference", stopped(normal, "student"))
    yield Row("watched", "Student, 6 rounds added when inconclusive", topped_up(normal, 6))


def line(row: Row, found: Figures) -> str:
    """One line of a Markdown table, shares in percent."""
    shares = [found.covered, found.alarms, found.claims]
    cells = [row.name, f"{found.rounds:.1f}", *(f"{100 * share:.1f}" for share in shares)]
    if row.table in TABLES_WITH_TARGET:
        cells.append("–" if found.reached is None else f"{100 * found.reached:.0f}")
    return f"| {' | '.join(cells)} |"


TABLES_WITH_TARGET = ("until", "watched")
HEADINGS = {
    "exchangeable": "exchangeable trials",
    "cells": "several cells at once (half of the noise shared)",
    "difficult": "where the assumptions fail",
    "until": f"--until {TARGET:.0%}, pilot of {pilot_rounds()}, at most {BUDGET_ROUNDS} rounds",
    "watched": "looking at the ratio",
}


def table(name: str, runs: int = RUNS, seed: int = SEED) -> str:
    """One table in Markdown, between the markers that the document holds it by."""
    columns = [HEADINGS[name], "rounds", "covers %", "false alarms %", "false claims %"]
    if name in TABLES_WITH_TARGET:
        columns.append("target reached %")
    lines = [f"<!-- simulation {name}: {runs} runs, seed {seed} -->"]
    lines.append(f"| {' | '.join(columns)} |")
    lines.append(f"|---|{'---:|' * (len(columns) - 1)}")
    lines += [line(row, figures(row, runs, seed)) for row in rows() if row.table == name]
    return "\n".join([*lines, "<!-- end -->"])


def rounds_table() -> str:
    """How many rounds which rule asks for, and what they can resolve, by the number of cells."""
    lines = ["<!-- rounds -->"]
    lines.append(
        "| verdicts at once (m) | level of each | minimum rounds | pilot of --until "
        "| open interval has bounds from | 10 rounds resolve |"
    )
    lines.append("|---:|---:|---:|---:|---:|---:|")
    for m in (1, 2, 3, 4, 6, 8, 12, 16, 24, 32):
        level = cell_level(m)
        width = multiplier(9, level) * math.sqrt(2) * SPREAD / math.sqrt(10)
        lines.append(
            f"| {m} | {100 * level:.2f}% | {minimum_rounds(m)} | {pilot_rounds(m)} "
            f"| {open_minimum(m)} | {math.expm1(width):.0%} |"
        )
    return "\n".join([*lines, "<!-- end -->"])


def main() -> None:
    """Print all tables."""
    print("\n\n".join([rounds_table(), *(table(name) for name in HEADINGS)]))


if __name__ == "__main__":
    main()
