"""``python -m scripts.proof.overhead``: what does it cost to be measured?

One stream an API runs on and on, in turn with all instrumentation (listener, reports, watching,
sampling, counters) and with none; Spark's own memory of its batches tells their times in both.
Exit code 1 when the upper bound of a ratio reaches the limit, 3 without a Java, 4 when a stream
failed.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.errors import EnvironmentProblem
from bench.stats.interval import Interval, t_interval
from bench.trial.errors import TrialFailed
from bench.trial.prelude import run_prelude
from bench.trial.setup import load_config
from scripts.proof.blocks import Block, run_blocks
from scripts.proof.session import open_session, spec_for
from scripts.proof.text import describe_machine, markdown_table

ARMS = ("dstream", "dstream:path=jvm", "structured")

#: The ratio that the upper bound of its 95% interval must stay below.
LIMIT = 1.05

TRIGGER_S = 0.5
RATE_PER_S = 1000.0
BLOCK_TRIGGERS = 4
QUADS = 50

#: Its batches are a tenth as long and scatter more.
QUADS_OF = {"dstream:path=jvm": 100}
WARMUP_S = 30.0
PRELUDE_CAP_S = 30.0

#: Spark's memory of its batches, long enough for a whole run.
MEMORY = {
    "spark.streaming.ui.retainedBatches": "100000",
    "spark.sql.streaming.numRecentProgressUpdates": "100000",
}

COLUMNS = ("arm", "what", "bare", "instrumented", "ratio", "95% interval", "pairs", "verdict")


@dataclass(frozen=True)
class Overhead:
    """One quantity of one arm: mean of the bare and the instrumented blocks, and their ratio."""

    arm: str
    what: str
    bare: float
    instrumented: float
    interval: Interval

    @property
    def passed(self) -> bool:
        """Whether the upper bound stays below the limit."""
        return self.interval.high < LIMIT


def overheads(arm: str, blocks: Sequence[Block]) -> list[Overhead]:
    """Batch time and CPU time of an arm; a quad of blocks gives one pair."""
    return [
        _overhead(arm, "batch time (ms)", blocks, lambda b: 1000 * _mean(b.batch_s)),
        _overhead(
            arm,
            "CPU time per batch (ms)",
            blocks,
            lambda b: 1000 * b.cpu.work_s / len(b.batch_s),
        ),
    ]


def compilers_text(arm: str, blocks: Sequence[Block]) -> str:
    """What the JVM's compilers took besides, which no row above holds."""
    bare, instrumented = (
        _mean([1000 * b.cpu.compilers_s / len(b.batch_s) for b in blocks if b.instrumented is kind])
        for kind in (False, True)
    )
    return f"{arm}: bare {bare:.1f}, instrumented {instrumented:.1f}"


def _overhead(
    arm: str, what: str, blocks: Sequence[Block], value: Callable[[Block], float]
) -> Overhead:
    ratios, both = [], ([], [])  # type: ignore[var-annotated]
    for quad in sorted({block.quad for block in blocks}):
        pair = [
            _mean([value(b) for b in blocks if b.quad == quad and b.instrumented is kind])
            for kind in (False, True)
        ]
        ratios.append(math.log(pair[1] / pair[0]))
        both[0].append(pair[0])
        both[1].append(pair[1])
    return Overhead(arm, what, _mean(both[0]), _mean(both[1]), t_interval(ratios))


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def measure_arm(arm: str, quads: int, log: Path) -> list[Block]:
    """Warm an engine up and run its blocks; raises ``TrialFailed``."""
    with open_session(arm.partition(":")[0], log) as session:
        spec = spec_for(arm, TRIGGER_S, RATE_PER_S, sink="drain", conf=MEMORY)
        with session.load(load_config(spec, None)) as load:
            run_prelude(
                session.engine,
                load,
                spec,
                cap_s=PRELUDE_CAP_S,
                temp_dir=session.folder(),
                check=load.poll,
            )
        return run_blocks(
            session, spec, quads=quads, block_triggers=BLOCK_TRIGGERS, warmup_s=WARMUP_S
        )


def row(found: Overhead) -> list[str]:
    """A row of ``COLUMNS``."""
    interval = found.interval
    return [
        found.arm,
        found.what,
        f"{found.bare:.1f}",
        f"{found.instrumented:.1f}",
        f"{interval.ratio:.3f}",
        f"{interval.low:.3f} to {interval.high:.3f}",
        f"{interval.n}",
        f"below {LIMIT:g}" if found.passed else f"not below {LIMIT:g}",
    ]


def parser() -> argparse.ArgumentParser:
    """The options."""
    p = argparse.ArgumentParser(prog="python -m scripts.proof.overhead", description=__doc__)
    p.add_argument("--arms", nargs="+", default=list(ARMS), metavar="ARM")
    of = ", ".join(f"{pairs} for {arm}" for arm, pairs in QUADS_OF.items())
    p.add_argument("--pairs", type=int, metavar="N", help=f"pairs of an arm [{QUADS}; {of}]")
    p.add_argument("--log", type=Path, help="folder for the engines' logs (default: none kept)")
    return p


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print the table, return the exit code."""
    arguments = parser().parse_args(argv)
    if arguments.pairs is not None and arguments.pairs < 2:
        parser().error(f"--pairs: {arguments.pairs} gives no interval; give 2 or more")
    found: list[Overhead] = []
    compilers: list[str] = []
    code = 0
    with tempfile.TemporaryDirectory(prefix="sparkbench-") as scratch:
        log = arguments.log or Path(scratch)
        log.mkdir(parents=True, exist_ok=True)
        try:
            for arm in arguments.arms:
                blocks = measure_arm(arm, arguments.pairs or QUADS_OF.get(arm, QUADS), log)
                found += overheads(arm, blocks)
                compilers.append(compilers_text(arm, blocks))
                print(", ".join(row(found[-2])), file=sys.stderr)
                print(", ".join(row(found[-1])), file=sys.stderr, flush=True)
        except EnvironmentProblem as problem:
            print(problem, file=sys.stderr)
            return 3
        except TrialFailed as problem:
            print(problem, file=sys.stderr)
            code = 4
    print(markdown_table(COLUMNS, [row(each) for each in found]))
    print(f"The JVM's compilers, apart (ms a batch): {'; '.join(compilers)}.")
    print(describe_machine())
    above = sum(not each.passed for each in found)
    print(f"{len(found) - above} of {len(found)} upper bounds are below {LIMIT:g}.")
    return code or int(above > 0)


if __name__ == "__main__":
    sys.exit(main())
