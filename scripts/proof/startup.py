"""``python -m scripts.proof.startup``: where do a trial's seconds go, and what saves some of them?

First rounds of a comparison, a trial an arm, in pairs with and without each thing that can be
switched off: the class archive, the next JVM started ahead, the end by kill.  Then starts of each
engine in pairs, with and without the archive: the time from the order to start its process to the
end of the second batch that holds records.  With ``--steady``, also whole trials in pairs, for the
batch time of a warmed-up engine.  With ``--job FILE --job FILE``, nothing but starts of each arm in
pairs of one job and the other, such as the same one in Python and in Scala.  Who goes first takes
turns.  Exit code 3 without a Java or an archive, 4 when a stream failed.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from bench.errors import EnvironmentProblem
from bench.plan.spec import Settings
from bench.runtime.cds import ClassArchive
from bench.runtime.cds_build import class_archive
from bench.stats.interval import Interval, NoInterval, t_interval
from bench.trial.errors import TrialFailed
from scripts.proof.launches import WITHOUT, Steady, launch, start_spec, steady
from scripts.proof.rounds import SWITCHES, round_tables
from scripts.proof.text import describe_machine, markdown_table

ARMS = ("dstream", "structured")

#: The ratio (without / with) that is aimed at.
AIM = 1.5

PAIRS = 5
ROUND_PAIRS = 3
STEADY_PAIRS = 4
STEADY_TRIGGER_S = 0.5
STEADY = Settings(warmup_s=5.0, duration_s=15.0, prelude_cap_s=25.0, tail_s=30.0)

#: What is compared of a steady trial, in seconds.
STEADY_VALUES: dict[str, Callable[[Steady], float]] = {
    "p99 latency": lambda seen: seen.latency_p99_s,
    "p50 latency": lambda seen: seen.latency_p50_s,
    "Median batch time": lambda seen: seen.batch_p50_s,
}

COLUMNS = ("arm", "without", "with", "median ratio", "mean ratio", "95% interval", "pairs")

_Side = TypeVar("_Side")
_Seen = TypeVar("_Seen")


def in_pairs(
    count: int, sides: tuple[_Side, _Side], run: Callable[[_Side, Path], _Seen]
) -> list[tuple[_Seen, _Seen]]:
    """``run`` of both sides, ``count`` times, who goes first taking turns.

    Each run gets a folder of its own, gone afterwards.
    """
    pairs = []
    for number in range(count):
        order = sides if number % 2 == 0 else sides[::-1]
        seen = []
        for which in order:
            with tempfile.TemporaryDirectory(prefix="sparkbench-startup-") as folder:
                seen.append(run(which, Path(folder)))
        pairs.append((seen[0], seen[1]) if number % 2 == 0 else (seen[1], seen[0]))
    return pairs


def row(arm: str, unit: str, pairs: Sequence[tuple[float, float]]) -> list[str]:
    """One line of a table from values without and with."""
    logs = [math.log(without / with_) for without, with_ in pairs]
    without, with_ = (statistics.median(side) for side in zip(*pairs, strict=True))
    interval = _interval(logs)
    return [
        arm,
        f"{without:.3g} {unit}",
        f"{with_:.3g} {unit}",
        f"{math.exp(statistics.median(logs)):.3f}",
        f"{math.exp(statistics.fmean(logs)):.3f}",
        "none" if interval is None else f"{interval.low:.3f} to {interval.high:.3f}",
        str(len(logs)),
    ]


def _interval(logs: Sequence[float]) -> Interval | None:
    try:
        return t_interval(logs)
    except NoInterval:
        return None


def start_tables(
    arms: Sequence[str], pairs: int, archive: ClassArchive, say: Callable[[str], None]
) -> str:
    """Both tables of the starts: wall time, and CPU time, which a busy machine disturbs less."""
    wall, cpu, logs = [], [], []
    for arm in arms:
        say(f"{arm}: {pairs} pairs of starts")
        seen = in_pairs(pairs, (WITHOUT, archive), partial(launch, start_spec(arm)))
        for _without, with_ in seen:
            if with_.archive not in ("used", "given"):
                raise TrialFailed(f"{arm}: the archive was {with_.archive}")
        walls = [(a.wall_s, b.wall_s) for a, b in seen]
        wall.append(row(arm, "s", walls))
        cpu.append(row(arm, "CPU s", [(a.cpu_s, b.cpu_s) for a, b in seen]))
        logs += [math.log(a / b) for a, b in walls]
    ratio = math.exp(statistics.median(logs))
    verdict = "reached" if ratio >= AIM else "not reached"
    return "\n\n".join(
        [
            "From the order to start a process to the end of its second batch, without / with:",
            markdown_table(COLUMNS, wall),
            f"Median ratio of all pairs: {ratio:.2f}; the aim of {AIM:g} is {verdict}.",
            "CPU time of the same (interpreter, JVM and Python workers):",
            markdown_table(COLUMNS, cpu),
        ]
    )


def job_table(
    arms: Sequence[str],
    pairs: int,
    jobs: tuple[str, str],
    archive: ClassArchive,
    say: Callable[[str], None],
) -> str:
    """Wall time of the starts of two jobs, compiled beforehand."""
    rows = []
    for arm in arms:
        say(f"{arm}: {pairs} pairs of starts of {' and '.join(jobs)}")
        first, second = (start_spec(arm, job) for job in jobs)
        seen = in_pairs(pairs, (first, second), lambda spec, folder: launch(spec, archive, folder))
        rows.append(row(arm, "s", [(a.wall_s, b.wall_s) for a, b in seen]))
    columns = ("arm", *(Path(job).name for job in jobs), *COLUMNS[3:])
    what = "From the order to start a process to the end of its second batch:"
    return f"{what}\n\n{markdown_table(columns, rows)}"


def steady_table(
    arms: Sequence[str], pairs: int, archive: ClassArchive, say: Callable[[str], None]
) -> str:
    """Latency and batch time after prelude and warm-up, without and with the archive.

    1 lies in the interval where nothing changed.  The latency, which a comparison ranks, scatters
    far less from trial to trial than the batch time, so it says more.
    """
    rows: dict[str, list[list[str]]] = {what: [] for what in STEADY_VALUES}
    for arm in arms:
        say(f"{arm}: {pairs} pairs of trials")
        measure = partial(steady, arm, settings=STEADY, trigger_s=STEADY_TRIGGER_S)
        seen = in_pairs(pairs, (WITHOUT, archive), measure)
        for what, value_s in STEADY_VALUES.items():
            values = [(1000 * value_s(a), 1000 * value_s(b)) for a, b in seen]
            rows[what].append(row(arm, "ms", values))
    tables = [f"At a trigger of {STEADY_TRIGGER_S:g} s, warmed up, without / with the archive:"]
    for what, lines in rows.items():
        tables += [f"{what}:", markdown_table(COLUMNS, lines)]
    return "\n\n".join(tables)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the arguments ask for and print it as Markdown; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m scripts.proof.startup", description=__doc__)
    parser.add_argument("--arm", action="append", choices=ARMS, help="by default both")
    parser.add_argument("--pairs", type=int, default=PAIRS, help=f"of starts [{PAIRS}]")
    parser.add_argument("--rounds", type=int, default=ROUND_PAIRS, help="pairs of [%(default)s]")
    parser.add_argument("--switch", action="append", choices=SWITCHES, help="by default all")
    parser.add_argument("--steady", action="store_true", help="whole trials too")
    parser.add_argument("--steady-pairs", type=int, default=STEADY_PAIRS, metavar="N")
    parser.add_argument("--job", action="append", default=[], help="a job's file, given twice")
    given = parser.parse_args(arguments)
    if len(given.job) not in (0, 2):
        parser.error("--job is given twice, or not at all")
    arms = given.arm or ARMS

    def say(text: str) -> None:
        print(text, file=sys.stderr)

    try:
        archive = class_archive(lambda: say("preparing the class archive"))
        if archive.path is None:
            raise EnvironmentProblem(f"no class archive: {archive.note}")
        print(describe_machine(), end="\n\n")
        if given.job:
            print(job_table(arms, given.pairs, tuple(given.job), archive, say))
            return 0
        if given.rounds:
            switches = given.switch or list(SWITCHES)
            print(round_tables(arms, given.rounds, switches, say), end="\n\n", flush=True)
        if given.pairs:
            print(start_tables(arms, given.pairs, archive, say), end="\n\n", flush=True)
        if given.steady:
            print(steady_table(arms, given.steady_pairs, archive, say))
    except EnvironmentProblem as problem:
        say(str(problem))
        return 3
    except TrialFailed as problem:
        say(f"failed: {problem}")
        return 4
    return 0


if __name__ == "__main__":
    sys.exit(main())
