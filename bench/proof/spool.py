"""``python -m bench.proof.spool``: what the spooled source gains over Spark's own socket source.

First the capacity of both, the spooled source's with each durability: streams of rising rate in
one JVM, a new one after each that did not hold.  Then the batch time at a low rate, in pairs of
streams in one JVM, who goes first taking turns.  Exit code 1 when an aim is missed, 3 without a
Java, 4 when a stream failed.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.errors import EnvironmentProblem
from bench.plan.spec import Settings
from bench.proof.ramp import Capacity, search
from bench.proof.session import spec_for
from bench.proof.spool_pairs import PAIR_PER_S, SOCKET, SPOOLED, TRIGGER_S, find_pairs
from bench.proof.text import describe_machine, markdown_table
from bench.stats.interval import Interval, t_interval
from bench.strategy.capacity_outcome import outcome_of
from bench.trial.errors import TrialFailed
from bench.trial.run import TrialRunner

DURABILITY = "sparkbench.source.durability"


@dataclass(frozen=True)
class Contender:
    """A source and the rates (records/s) between which its capacity is looked for."""

    name: str
    arm: str
    conf: dict[str, str]
    low_per_s: float
    high_per_s: float = 4e6


CONTENDERS = (
    Contender("socket", SOCKET, {}, 5e3, 3.2e5),
    *(
        Contender(f"spooled, durability {word}", SPOOLED, {DURABILITY: word}, 1.25e5)
        for word in ("none", "batch", "always")
    ),
)

#: Streams of the search: short, as each is one of many.
PROBE = Settings(
    warmup_s=2.0, duration_s=6.0, prelude_cap_s=6.0, tail_s=5.0, fork="engine", estimate=True
)
PROBE_P99_S = 3.0

#: Pairs of streams, where the user does not say.
PAIRS = 6

#: Aims: records/s with durability none, times the socket's, and times the socket's batch time.
LEAST_PER_S, LEAST_RATIO, MOST_BATCH_RATIO = 500_000.0, 10.0, 1.3

COLUMNS = ("source", "holds (records/s)", "does not hold", "because", "times the socket's")
PAIR_COLUMNS = ("batch time at", "socket", "spooled", "ratio", "95% interval", "pairs")


def find_capacity(contender: Contender, folder: Path) -> Capacity:
    """Search one source's capacity; raises ``EnvironmentProblem`` without a Java."""
    with TrialRunner() as run:
        number = 0

        def probe(rate_per_s: float) -> str:
            nonlocal number
            number += 1
            spec = replace(
                spec_for(contender.arm, TRIGGER_S, rate_per_s, sink="drain", conf=contender.conf),
                number=number,
                cell={"trigger_s": TRIGGER_S, "rate_per_s": rate_per_s},
                # A JVM that begins in the middle of the search has to compile first.
                prelude_per_s=contender.low_per_s,
            )
            workdir = folder / f"{contender.name.replace(', ', '-').replace(' ', '-')}-{number}"
            workdir.mkdir()
            result = run(spec, PROBE, workdir=workdir, on_event=lambda event: None)
            found = outcome_of(result, PROBE_P99_S)
            batch = f", batch {result.batch_s.p50:.2f} s" if result.batch_s else ""
            _say(f"{contender.name}: {rate_per_s:,.0f}/s {found.word}{batch} {found.reason}")
            if found.word == "unsupported":
                raise TrialFailed(f"{contender.name}: {found.reason}")
            return found.word

        return search(probe, contender.low_per_s, contender.high_per_s)


def capacity_row(name: str, found: Capacity, socket: Capacity | None) -> list[str]:
    """A row of ``COLUMNS``."""
    missed = "-" if found.missed_per_s is None else f"{found.missed_per_s:,.0f}"
    ratio = "-"
    if socket is not None and socket.held_per_s:
        ratio = f"{found.held_per_s / socket.held_per_s:.1f}"
    more = " or more" if found.at_least else ""
    return [name, f"{found.held_per_s:,.0f}{more}", missed, found.reason or "-", ratio]


def pair_row(pairs: Sequence[tuple[float, float]], interval: Interval) -> list[str]:
    """The row of ``PAIR_COLUMNS``."""
    socket, spooled = (statistics.median(side) for side in zip(*pairs, strict=True))
    return [
        f"{PAIR_PER_S:g} records/s",
        f"{1000 * socket:.0f} ms",
        f"{1000 * spooled:.0f} ms",
        f"{interval.ratio:.3f}",
        f"{interval.low:.3f} to {interval.high:.3f}",
        str(len(pairs)),
    ]


def missed_aims(
    socket: Capacity | None, spooled: Capacity | None, batch: Interval | None
) -> list[str]:
    """What was aimed at and not reached, of that which was measured."""
    missed = []
    if spooled is not None and spooled.held_per_s < LEAST_PER_S:
        missed.append(f"{LEAST_PER_S:,.0f} records/s with durability none")
    least = 0.0 if socket is None else LEAST_RATIO * socket.held_per_s
    if spooled is not None and spooled.held_per_s < least:
        missed.append(f"{LEAST_RATIO:g} times the socket's capacity")
    if batch is not None and batch.ratio > MOST_BATCH_RATIO:
        missed.append(f"at most {MOST_BATCH_RATIO:g} times the socket's batch time")
    return missed


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def parser() -> argparse.ArgumentParser:
    """The options."""
    p = argparse.ArgumentParser(prog="python -m bench.proof.spool", description=__doc__)
    p.add_argument("--pairs", type=int, default=PAIRS, help="0: none (default %(default)s)")
    p.add_argument("--only-pairs", action="store_true", help="leave the capacities out")
    p.add_argument("--log", type=Path, help="folder for logs and trials (default: none kept)")
    return p


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print the tables, return the exit code."""
    arguments = parser().parse_args(argv)
    if arguments.pairs == 1:
        parser().error("--pairs: 1 gives no interval; give 0, or 2 or more")
    found: dict[str, Capacity] = {}
    pairs: list[tuple[float, float]] = []
    code = 0
    with tempfile.TemporaryDirectory(prefix="sparkbench-spool-") as scratch:
        log = arguments.log or Path(scratch)
        log.mkdir(parents=True, exist_ok=True)
        try:
            for contender in () if arguments.only_pairs else CONTENDERS:
                found[contender.name] = find_capacity(contender, log)
            if arguments.pairs:
                pairs = find_pairs(arguments.pairs, log, _say)
        except EnvironmentProblem as problem:
            _say(str(problem))
            return 3
        except TrialFailed as problem:
            _say(str(problem))
            code = 4
    socket, spooled = (found.get(contender.name) for contender in CONTENDERS[:2])
    if found:
        print(markdown_table(COLUMNS, [capacity_row(n, c, socket) for n, c in found.items()]))
        print()
    batch = t_interval([math.log(b / a) for a, b in pairs]) if pairs else None
    if batch is not None:
        print(markdown_table(PAIR_COLUMNS, [pair_row(pairs, batch)]))
        print()
    print(describe_machine())
    missed = missed_aims(socket, spooled, batch)
    if found or pairs:
        print(
            "Missed: " + "; ".join(missed) + "."
            if missed
            else "Every aim that was measured was reached."
        )
    return code or int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
