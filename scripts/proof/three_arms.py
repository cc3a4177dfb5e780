"""``python -m scripts.proof.three_arms``: each job's DStream in Python, in Scala, and its query.

Whole runs of ``sparkbench compare dstream dstream:path=jvm structured --job JOB --quick``, kept in
``--dir`` under the job's name: what has ended is read, what was interrupted goes on, so it can be
done in parts (``JOB ...``; without any, all), and ``--record FILE`` keeps the row of each run.
Options it does not know go to the command (``--trigger=2s``).  The table has a row a job with p50,
p99 and CPU time per million records of each arm, and where the difference comes from.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.contract.jobs import JOBS
from bench.document import text
from bench.experiments.compare.causes import Told, causes
from bench.run import Run
from bench.stats.metrics import METRICS
from scripts.proof.text import describe_machine, markdown_table

ARMS = ("dstream", "dstream:path=jvm", "structured")

#: Where its usual arm is not the one without Python.
INSTEAD: dict[str, tuple[str, ...]] = {
    "custom_state": ("dstream", "dstream:path=jvm", "structured:path=jvm"),
}

#: Jobs whose DStream side is in Scala alone: nothing to tell apart.
JOBS_HERE = tuple(name for name, job in JOBS.items() if ("dstream", "jvm") not in job.paths)

#: A stream for each input, and a slot more for each receiver.
EQUAL = ("--equal", "cpus", "--cores", "2")

COLUMNS = (
    *("job", "rounds", "p50", "p99", "CPU s/million"),
    *("p99 comes from", "CPU comes from", "without Python"),
)


def run_one(job: str, folder: Path, words: Sequence[str]) -> int:
    """Run, or go on with, the comparison of one job; its exit code."""
    path = folder / job
    command = [sys.executable, "-m", "bench.cli", "compare", "--quiet"]
    if (path / "run.json").exists():
        command += ["--resume", str(path), "--force"]
    else:
        streams = JOBS[job].inputs if JOBS[job].inputs > 1 else 2 if JOBS[job].inputs == 0 else 1
        command += [*INSTEAD.get(job, ARMS), "--job", job, "--quick", *EQUAL, *words]
        command += ["--streams", str(streams), "--out", str(path)]
    return subprocess.run(command, check=False).returncode


def row(job: str, run: Run) -> list[str]:
    """What was measured of a job, its three arms in turn."""
    arms = INSTEAD.get(job, ARMS)
    trials = {arm: [r for r in run.results if r.trial.arm == arm] for arm in arms}
    (latency, cpu) = (
        [one.parts.cause for one in causes(run, METRICS[key])]
        for key in ("e2e_p99", "cpu_per_million")
    )
    whole = causes(run, METRICS["e2e_p99"])
    return [
        f"`{job}`",
        str(max((len(found) for found in trials.values()), default=0)),
        *(" / ".join(_figure(trials[arm], read, shown) for arm in arms) for read, shown in FIGURES),
        *(", ".join(found) or "not ranked" for found in (latency, cpu)),
        _without(whole),
    ]


def _without(whole: Sequence[Told]) -> str:
    """What the verdict on p99 becomes when Python is taken out."""
    if not whole:
        return ""
    parts = whole[0].parts
    if parts.changes is None:
        return "not told"
    if parts.turns:
        return f"turns: {parts.whole.word} to {parts.api.word}"
    return f"{parts.whole.word} to {parts.api.word}" if parts.changes else f"stays {parts.api.word}"


FIGURES: tuple[tuple[Callable[[Any], float | None], Callable[[float], str]], ...] = (
    (METRICS["e2e_p50"].read, text.seconds),
    (METRICS["e2e_p99"].read, text.seconds),
    (METRICS["cpu_per_million"].read, lambda value: f"{value:.0f}"),
)


def _figure(
    trials: Sequence[Any], read: Callable[[Any], float | None], shown: Callable[[float], str]
) -> str:
    """The median of an arm's trials; its status where that is not ``ok``."""
    values = [value for r in trials if r.status == "ok" and (value := read(r)) is not None]
    if values:
        return shown(median(values))
    return next((r.status for r in trials), text.NONE)


def table(folder: Path, record: Path | None) -> str:
    """A row for each job that was ever recorded, or that has a run in ``folder``."""
    lines = [] if record is None or not record.exists() else record.read_text().splitlines()
    rows = {line["job"]: line["row"] for line in map(json.loads, lines)}
    for job in JOBS:
        if (folder / job / "run.json").exists():
            rows[job] = row(job, Run.load(folder / job))
    return markdown_table(COLUMNS, [rows[job] for job in JOBS if job in rows])


def note(record: Path, job: str, run: Run, words: Sequence[str]) -> None:
    """Add the row of a run to a file of a JSON line a run."""
    line = {"job": job, "options": list(words), "machine": describe_machine(), "row": row(job, run)}
    with record.open("a") as lines:
        lines.write(json.dumps(line, ensure_ascii=False) + "\n")


def main(argv: list[str] | None = None) -> int:
    """Run what is asked for and print the table of all that is there; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("jobs", nargs="*", choices=[*JOBS_HERE, []], help="jobs to run [all]")
    parser.add_argument("--dir", type=Path, default=Path("runs/three-arms"), help="where runs go")
    parser.add_argument("--record", type=Path, help="a file of a JSON line a run, added to")
    parser.add_argument("--table", action="store_true", help="run nothing, print what is there")
    given, words = parser.parse_known_args(argv)
    for job in () if given.table else (given.jobs or JOBS_HERE):
        # What keeps one job from running, or ends it, does so with the next.
        if (code := run_one(job, given.dir, words)) in (3, 130):
            return code
        if given.record is not None and code in (0, 4):
            note(given.record, job, Run.load(given.dir / job), words)
    print(table(given.dir, given.record))
    print(f"\n{describe_machine()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
