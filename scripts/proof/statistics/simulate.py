"""The proof of the statistics: how often they are wrong, by simulation.

``python -m scripts.proof.statistics.simulate`` prints the tables of docs/statistics.md.
Each row has a seed of its own, made of the common seed and the row's name, so that one row can be
computed alone.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bench.stats.launches import LOOKS, alpha_at
from bench.stats.sequential import open_minimum, pilot_rounds
from scripts.proof.statistics.designs import (
    BUDGET_ROUNDS,
    TARGET,
    Simulation,
    counted,
    looked_at,
    stopped,
)
from scripts.proof.statistics.worlds import DIFFICULT, EXCHANGEABLE, several

SEED = 20260
RUNS = 100_000


#: What a launch scatters by on a quiet machine (here 0.9%), on a laptop in use, on a restless one.
SPREADS = (0.01, 0.02, 0.04, 0.08)

#: Ratios to find: structured to dstream in README's table, a tenth, a twentieth, none.
RATIOS = (0.73, 0.9, 0.95, 1.0)


@dataclass(frozen=True)
class Row:
    """A row of a table, and how to compute it; ``truth`` is the ratio that the arms have."""

    table: str
    name: str
    simulate: Simulation
    truth: float = 1.0


@dataclass(frozen=True)
class Figures:
    """Shares of runs, 0 to 1.

    ``covered``: all intervals hold the true ratio.  ``alarms``: some interval leaves out 1.
    ``claims``: some verdict is *faster* or *slower*; ``wrong``: in the wrong direction.
    ``within``: all say *within noise*.  ``rounds``: their mean.  ``reached``: the target width was
    reached, ``None`` where there is none.
    """

    rounds: float
    covered: float
    alarms: float
    claims: float
    wrong: float
    within: float
    reached: float | None


def figures(row: Row, runs: int = RUNS, seed: int = SEED) -> Figures:
    """Compute one row."""
    rng = np.random.default_rng([seed, zlib.crc32(f"{row.table}/{row.name}".encode())])
    end = row.simulate(rng, runs)
    truth = math.log(row.truth)
    wrong = end.claims & (np.sign(end.means) != np.sign(truth))
    return Figures(
        rounds=float(np.mean(end.rounds)),
        covered=float((np.abs(end.means - truth) <= end.widths).all(axis=1).mean()),
        alarms=float((np.abs(end.means) > end.widths).any(axis=1).mean()),
        claims=float(end.claims.any(axis=1).mean()),
        wrong=float(wrong.any(axis=1).mean()),
        within=float(end.within.all(axis=1).mean()),
        reached=end.reached,
    )


def rows() -> Iterator[Row]:
    """All rows, in the order they are printed."""
    for name, world in EXCHANGEABLE.items():
        for spread in (0.01, 0.08):
            yield Row("looks", f"{name}, {spread:.0%}", looked_at(world, spread))
    for name, world in DIFFICULT.items():
        yield Row("difficult", name, looked_at(world, 0.01))
    normal = next(iter(EXCHANGEABLE.values()))
    for ratio in RATIOS:
        for spread in SPREADS:
            name = f"{ratio:g}, {spread:.0%}"
            yield Row("power", name, looked_at(normal, spread, ratio), ratio)
    for cells in (4, 16):
        for name, world in EXCHANGEABLE.items():
            simulation = looked_at(several(world, cells), 0.02, cells=cells)
            yield Row("cells", f"{cells}: {name}", simulation)
    for rounds in (2, 3, 5, 10):
        for name, world in EXCHANGEABLE.items():
            yield Row("fixed", f"{rounds}: {name}", counted(world, 0.04, rounds))
    for name, world in (EXCHANGEABLE | DIFFICULT).items():
        yield Row("until", name, stopped(world, "until"))
    yield Row("watched", "open interval, stopped at the first difference", stopped(normal, "open"))
    yield Row("watched", "Student, stopped at the first difference", stopped(normal, "student"))


@dataclass(frozen=True)
class Layout:
    """What a table is called and which figures it shows."""

    heading: str
    columns: tuple[str, ...]


_EQUAL = ("covered", "alarms", "claims", "within")
_COLUMNS = {
    "covered": "covers %",
    "alarms": "leaves out 1 %",
    "claims": "faster or slower %",
    "wrong": "wrong word %",
    "within": "within noise %",
    "reached": "target reached %",
}
LAYOUTS = {
    "looks": Layout("equal arms, a launch scatters by", _EQUAL),
    "power": Layout("true ratio, a launch scatters by", ("covered", "claims", "wrong", "within")),
    "cells": Layout("cells at once (half of the noise shared), 2%", _EQUAL),
    "difficult": Layout("where the assumptions fail, 1%", _EQUAL),
    "fixed": Layout("rounds fixed in advance (--rounds), 4%", _EQUAL),
    "until": Layout(
        f"--until {TARGET:.0%}, pilot of {pilot_rounds()}, at most {BUDGET_ROUNDS} rounds",
        ("covered", "alarms", "claims", "reached"),
    ),
    "watched": Layout("looking at the ratio", ("covered", "alarms", "claims", "reached")),
}


def line(row: Row, found: Figures) -> str:
    """One line of a Markdown table, shares in percent."""
    cells = [row.name, f"{found.rounds:.1f}"]
    for column in LAYOUTS[row.table].columns:
        share = getattr(found, column)
        digits = 0 if column == "reached" else 1
        cells.append("–" if share is None else f"{100 * share:.{digits}f}")
    return f"| {' | '.join(cells)} |"


def table(name: str, runs: int = RUNS, seed: int = SEED) -> str:
    """One table in Markdown, between the markers that the document holds it by."""
    layout = LAYOUTS[name]
    columns = [layout.heading, "rounds", *(_COLUMNS[column] for column in layout.columns)]
    lines = [f"<!-- simulation {name}: {runs} runs, seed {seed} -->"]
    lines.append(f"| {' | '.join(columns)} |")
    lines.append(f"|---|{'---:|' * (len(columns) - 1)}")
    lines += [line(row, figures(row, runs, seed)) for row in rows() if row.table == name]
    return "\n".join([*lines, "<!-- end -->"])


def rounds_table() -> str:
    """The levels of each look, and what the other rules ask for, by the number of verdicts."""
    looks = " | ".join(f"look after {n}" for n in LOOKS)
    lines = ["<!-- rounds -->"]
    lines.append(f"| verdicts at once (m) | {looks} | pilot of --until | open interval from |")
    lines.append("|---:|" + "---:|" * (len(LOOKS) + 2))
    for m in (1, 2, 3, 4, 6, 8, 12, 16, 24, 32):
        levels = " | ".join(f"{100 - 100 * alpha_at(n, m, looks=True):.2f}%" for n in LOOKS)
        lines.append(f"| {m} | {levels} | {pilot_rounds(m)} | {open_minimum(m)} |")
    return "\n".join([*lines, "<!-- end -->"])


def main() -> None:
    """Print all tables."""
    print("\n\n".join([rounds_table(), *(table(name) for name in LAYOUTS)]))


if __name__ == "__main__":
    main()
