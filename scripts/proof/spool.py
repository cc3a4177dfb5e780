"""``python -m scripts.proof.spool``: what the sources of ours gain over Spark's own socket source.

First the capacity of each, the spooled source's with each durability: streams of rising rate in
one JVM, a new one after each that did not hold.  Then the batch time at a low rate, with each sink
in pairs of streams in one JVM, who goes first taking turns.  What fails is told and the rest goes
on.  Exit code 1 when an aim is missed, 3 without a Java, 4 when something failed, 130 when
interrupted.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.contract import PHASES
from bench.errors import EnvironmentProblem
from bench.experiments.capacity.outcome import outcome_of
from bench.plan.spec import Settings
from bench.stats.interval import Interval, NoInterval, t_interval
from bench.trial.errors import TrialFailed
from bench.trial.run import TrialRunner
from scripts.proof.ramp import Capacity, search
from scripts.proof.session import spec_for
from scripts.proof.spool_pairs import (
    NATIVE,
    PAIR_PER_S,
    SINKS,
    SOCKET,
    SPOOLED,
    TRIGGER_S,
    Pairs,
    find_pairs,
)
from scripts.proof.text import describe_machine, markdown_table

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
    Contender("native", NATIVE, {}, 1e6, 8e6),
)

#: Arms whose batch times are paired with the socket's, and the most times the socket's aimed at.
PAIRED = {SPOOLED: 1.3, NATIVE: 0.9}

#: The rate at which memory is compared.
MEMORY_PER_S = 1e6

#: Streams of the search: short, as each is one of many.
PROBE = Settings(
    warmup_s=2.0, duration_s=6.0, prelude_cap_s=6.0, tail_s=5.0, fork="engine", estimate=True
)
PROBE_P99_S = 3.0

#: Pairs of streams a sink, where the user does not say.
PAIRS = 5

#: Aims: of the spooled source records/s with durability none, and times the socket's; of the
#: native one times the spooled one's and times the socket's.
LEAST_PER_S, LEAST_RATIO = 500_000.0, 10.0
NATIVE_TIMES_SPOOLED, NATIVE_TIMES_SOCKET = 2.0, 100.0

COLUMNS = ("source", "holds (records/s)", "does not hold", "because", "times the socket's")
PAIR_COLUMNS = ("batch time", "socket", "this", "ratio", "95% interval", "pairs")
PHASE_COLUMNS = ("of it", "socket", "this", "more")


def find_capacity(
    contender: Contender, folder: Path, memory: dict[str, int] | None = None
) -> Capacity:
    """Search one source's capacity; raises ``EnvironmentProblem`` without a Java.

    ``memory`` takes the peak of bytes resident at :data:`MEMORY_PER_S`, by the contender's name.
    """
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
            if memory is not None and rate_per_s == MEMORY_PER_S and result.resources:
                memory[contender.name] = result.resources.rss_peak_bytes
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


def pair_row(sink: str, found: Pairs, interval: Interval) -> list[str]:
    """The row of ``PAIR_COLUMNS``."""
    socket, other = (statistics.median(side) for side in zip(*found.batch_s, strict=True))
    return [
        f"{PAIR_PER_S:g} records/s, {sink}",
        f"{1000 * socket:.0f} ms",
        f"{1000 * other:.0f} ms",
        f"{interval.ratio:.3f}",
        f"{interval.low:.3f} to {interval.high:.3f}",
        str(len(found.batch_s)),
    ]


def phase_rows(sink: str, found: Pairs) -> list[list[str]]:
    """Rows of ``PHASE_COLUMNS``: where the two differ, by the medians over the streams."""
    rows = []
    (other,) = found.phases.keys() - {SOCKET}
    for name in PHASES:
        if name == "wait":  # for the tick: before the batch
            continue
        socket_ms, other_ms = (
            1000 * statistics.median(phases.get(name, 0.0) for phases in found.phases[arm])
            for arm in (SOCKET, other)
        )
        if max(socket_ms, other_ms) >= 1:
            cells = [f"{value:.0f} ms" for value in (socket_ms, other_ms)]
            rows.append([f"{sink}: {name}", *cells, f"{other_ms - socket_ms:+.0f} ms"])
    return rows


def ratio_of(found: Pairs) -> Interval:
    """The other source over the socket, with its interval; ``NoInterval`` where there is none."""
    return t_interval([math.log(b / a) for a, b in found.batch_s])


def missed_aims(
    found: Mapping[str, Capacity],
    batch: Mapping[tuple[str, str], Interval],
    memory: Mapping[str, int],
) -> list[str]:
    """What was aimed at and not reached, of that which was measured.

    ``found`` and ``memory`` are by contender, ``batch`` by arm and sink.
    """
    missed = []
    socket, spooled, native = (found.get(name) for name in (CONTENDERS[0].name, _NONE, _NATIVE))
    if spooled is not None and spooled.held_per_s < LEAST_PER_S:
        missed.append(f"{LEAST_PER_S:,.0f} records/s with durability none")
    least = 0.0 if socket is None else LEAST_RATIO * socket.held_per_s
    if spooled is not None and spooled.held_per_s < least:
        missed.append(f"{LEAST_RATIO:g} times the socket's capacity")
    for times, than, of in (
        (NATIVE_TIMES_SPOOLED, spooled, "spooled source"),
        (NATIVE_TIMES_SOCKET, socket, "socket"),
    ):
        if native is not None and than is not None and native.held_per_s < times * than.held_per_s:
            missed.append(f"native: {times:g} times the {of}'s capacity")
    if memory.get(_NATIVE, 0) > memory.get(_NONE, math.inf):
        missed.append(f"native: memory at {MEMORY_PER_S:,.0f} records/s at most the spooled one's")
    for (arm, sink), interval in batch.items():
        most = PAIRED[arm]
        if interval.ratio > most:
            missed.append(f"{arm}: at most {most:g} times the socket's batch time, {sink}")
    return missed


_NONE, _NATIVE = CONTENDERS[1].name, CONTENDERS[-1].name


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def parser() -> argparse.ArgumentParser:
    """The options."""
    p = argparse.ArgumentParser(prog="python -m scripts.proof.spool", description=__doc__)
    p.add_argument("--pairs", type=int, default=PAIRS, help="0: none (default %(default)s)")
    p.add_argument("--only-pairs", action="store_true", help="leave the capacities out")
    p.add_argument(
        "--only",
        metavar="SOURCE",
        choices=[contender.name.partition(",")[0] for contender in CONTENDERS],
        nargs="+",
        help="sources to search and to pair (default: all)",
    )
    p.add_argument("--log", type=Path, help="folder for logs and trials (default: none kept)")
    return p


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print the tables, return the exit code."""
    arguments = parser().parse_args(argv)
    if arguments.pairs == 1:
        parser().error("--pairs: 1 gives no interval; give 0, or 2 or more")
    wanted = arguments.only or [contender.name.partition(",")[0] for contender in CONTENDERS]
    found: dict[str, Capacity] = {}
    memory: dict[str, int] = {}
    pairs: dict[tuple[str, str], Pairs] = {}
    code = 0
    with tempfile.TemporaryDirectory(prefix="sparkbench-spool-") as scratch:
        log = arguments.log or Path(scratch)
        log.mkdir(parents=True, exist_ok=True)
        try:
            for contender in () if arguments.only_pairs else CONTENDERS:
                if contender.name.partition(",")[0] not in wanted:
                    continue
                try:
                    found[contender.name] = find_capacity(contender, log, memory)
                except TrialFailed as problem:
                    _say(str(problem))
                    code = 4
            for arm in PAIRED:
                for sink in SINKS if arguments.pairs and arm.rpartition("=")[2] in wanted else ():
                    pairs[arm, sink] = find_pairs(arguments.pairs, sink, log, _say, arm)
        except EnvironmentProblem as problem:
            _say(str(problem))
            code = 3
        except KeyboardInterrupt:
            _say("interrupted; what follows was measured before")
            code = 130
    if any(one.failed for one in pairs.values()):
        code = code or 4
    missed = _print_findings(found, pairs, memory)
    return code or int(missed)


def _print_findings(
    found: Mapping[str, Capacity],
    pairs: Mapping[tuple[str, str], Pairs],
    memory: Mapping[str, int],
) -> bool:
    """The tables; whether an aim was missed."""
    socket = found.get(CONTENDERS[0].name)
    if found:
        print(markdown_table(COLUMNS, [capacity_row(n, c, socket) for n, c in found.items()]))
        print()
    if memory:
        sizes = [[name, f"{size / 2**20:,.0f} MiB"] for name, size in memory.items()]
        print(markdown_table(("source", f"memory at {MEMORY_PER_S:,.0f} records/s"), sizes))
        print()
    ratios: dict[tuple[str, str], Interval] = {}
    for (arm, sink), one in pairs.items():
        try:
            ratios[arm, sink] = ratio_of(one)
        except NoInterval as problem:
            _say(f"batch times with the {sink} sink: {problem}")
    if ratios:
        named = {key: f"{key[0].rpartition('=')[2]}, {key[1]}" for key in ratios}
        rows = [pair_row(named[key], pairs[key], ratio) for key, ratio in ratios.items()]
        print(markdown_table(PAIR_COLUMNS, rows))
        print()
        rows = [row for key in ratios for row in phase_rows(named[key], pairs[key])]
        print(markdown_table(PHASE_COLUMNS, rows))
        print()
    print(describe_machine())
    missed = missed_aims(found, ratios, memory)
    if missed:
        print("Missed: " + "; ".join(missed) + ".")
    elif found or ratios:
        print("Every aim that was measured was reached.")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
