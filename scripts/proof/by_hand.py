"""``python -m scripts.proof.by_hand``: what does our harness add to a DStream in Scala?

Batch times of ``dstream:path=jvm`` in a trial, and of the same job in a program written by hand
(``by_hand.scala``) that ``spark-submit`` runs, with the same load, cores, memory, collector and
class archive, at the same number of batches after its start; in pairs, who goes first taking turns.
Exit code 1 where a ratio is above the aim, 3 without a Java.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from bench.errors import EnvironmentProblem
from bench.load.sending.process import LoadProcess
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.plan.spec import Settings, TrialSpec
from bench.process.affinity import plan_cpus
from bench.runtime.cds import spark_home
from bench.runtime.cds_build import class_archive
from bench.runtime.compiled import compiled_library
from bench.runtime.jobs import compile_for
from bench.trial.errors import TrialFailed
from bench.trial.limits import CONNECT_S
from bench.trial.run import TrialRunner
from bench.trial.setup import engine_environment, load_config, task_slots
from scripts.proof.startup import row
from scripts.proof.text import describe_machine, markdown_table

JOBS = ("wordcount", "running_wordcount")
SOURCE = Path(__file__).with_suffix(".scala")

#: Times the program's batch time at most.
AIM = 1.05

PAIRS = 5
TRIGGER_S = 0.5
RATE_PER_S = 5000.0
#: Batches of the harness's prelude, of its warm-up, and measured ones.
PRELUDE, SETTLED, MEASURED = 20, 30, 30
SETTINGS = Settings(
    warmup_s=SETTLED * TRIGGER_S, duration_s=MEASURED * TRIGGER_S, prelude_batches=PRELUDE
)
COLUMNS = ("job", "harness", "by hand", "median ratio", "mean ratio", "95% interval", "pairs")

#: A program that has not come so far by then does not keep up.
PATIENCE_S = 120.0


def spec_of(job: str, seed: int) -> TrialSpec:
    """The trial; the program gets the same load."""
    plan = build_plan(
        ["dstream:path=jvm"],
        around=Surroundings(2, JOBS),
        axes={
            "job": [job],
            "trigger": [f"{TRIGGER_S}s"],
            "rate": [str(RATE_PER_S)],
            "cores": ["2"],
            "equal": ["cpus"],
        },
        rounds="1",
        seed=str(seed),
    )
    (spec,) = plan.round_trials(1)
    return spec


def in_harness(spec: TrialSpec, folder: Path) -> float:
    """Median batch time in seconds.  Raises :class:`TrialFailed`."""
    with TrialRunner() as run:
        result = run(spec, SETTINGS, workdir=folder, on_event=lambda event: None)
    if result.batch_s is None:
        raise TrialFailed(f"{spec.job}: {'; '.join(result.reasons)}")
    return result.batch_s.p50


def by_hand(spec: TrialSpec, folder: Path, jar: Path) -> float:
    """The same of the program, from what it prints."""
    cpus = plan_cpus(spec.cores)
    with (
        (folder / "log").open("wb") as log,
        LoadProcess(load_config(spec, cpus.generator), stderr=log) as load,
    ):
        (port,) = load.listen()
        with _submitted(spec, port, folder, jar, log) as program:
            reader = _Batches(program)
            load.wait_accepted(CONNECT_S, reader.check)
            load.go(time.time() + 0.2)
            times = reader.take(PRELUDE + SETTLED + MEASURED)
    return statistics.median(times[PRELUDE + SETTLED :])


@contextmanager
def _submitted(
    spec: TrialSpec, port: int, folder: Path, jar: Path, log: IO[bytes]
) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, **engine_environment(spec.arm.engine)}
    options = f"-XX:+UseG1GC -Dfile.encoding=UTF-8 {class_archive().java_options(folder)}"
    command = [
        *(str(spark_home(environment) / "bin" / "spark-submit"), "--class", "ByHand"),
        *("--master", f"local[{task_slots(spec)}]", "--driver-java-options", options.strip()),
        *("--conf", "spark.ui.enabled=false", "--conf", "spark.log.level=ERROR", str(jar)),
        *(spec.job, str(port), str(round(TRIGGER_S * 1000)), str(folder / "checkpoint")),
    ]
    program = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
        env=environment,
        start_new_session=True,
    )
    try:
        if cpus := plan_cpus(spec.cores).trial:
            os.sched_setaffinity(program.pid, cpus)
        yield program
    finally:
        os.killpg(program.pid, signal.SIGKILL)
        program.wait()


class _Batches:
    """Seconds of each batch with records, as they are printed."""

    def __init__(self, program: subprocess.Popen[str]) -> None:
        self._program = program
        self._times: list[float] = []
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self._program.stdout is not None
        for line in self._program.stdout:
            word, *numbers = line.split()
            if word == "batch":
                records, began_ms, ended_ms = map(int, numbers)
                if records:
                    self._times.append((ended_ms - began_ms) / 1000)

    def check(self) -> None:
        """Raises :class:`TrialFailed` where the program has ended."""
        if self._program.poll() is not None:
            raise TrialFailed("the program written by hand ended; see its log")

    def take(self, count: int) -> list[float]:
        """The first ``count``."""
        deadline = time.monotonic() + PATIENCE_S
        while len(self._times) < count:
            self.check()
            if time.monotonic() > deadline:
                raise TrialFailed(f"{len(self._times)} of {count} batches in {PATIENCE_S:g} s")
            time.sleep(0.1)
        return self._times[:count]


def pairs_of(job: str, count: int, jar: Path) -> list[tuple[float, float]]:
    """Batch times in the harness and by hand, a pair each."""
    found = []
    for number in range(count):
        spec = spec_of(job, number + 1)
        seen = {}
        for which in ("harness", "hand") if number % 2 == 0 else ("hand", "harness"):
            with tempfile.TemporaryDirectory(prefix="sparkbench-by-hand-") as name:
                folder = Path(name)
                seen[which] = (
                    in_harness(spec, folder) if which == "harness" else by_hand(spec, folder, jar)
                )
        found.append((seen["harness"], seen["hand"]))
        _say(f"{job}, pair {number + 1}: {seen['harness']:.4f} s, by hand {seen['hand']:.4f} s")
    return found


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the pairs and print the table; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("jobs", nargs="*", choices=[*JOBS, []], help="jobs [both]")
    parser.add_argument("--pairs", type=int, default=PAIRS, help=f"pairs a job [{PAIRS}]")
    given = parser.parse_args(argv)
    jobs = given.jobs or JOBS
    try:
        jar = compiled_library("by_hand", [SOURCE], say=_say)
        compile_for([spec_of(job, 1) for job in jobs], _say)
        rows = [row(job, "s", pairs_of(job, given.pairs, jar)) for job in jobs]
    except EnvironmentProblem as problem:
        _say(str(problem))
        return 3
    print(markdown_table(COLUMNS, rows))
    print(f"\n{describe_machine()}")
    missed = any(float(one[3]) > AIM for one in rows)
    print(f"The aim, at most {AIM:g} of it, is {'not ' if missed else ''}reached.")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
