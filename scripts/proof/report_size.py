"""``python -m scripts.proof.report_size``: a large run's report, its time and its size.

The run is made up, 1,000 trials of 300 batches unless told otherwise, and stored as any other; the
clock runs from reading it to the last file of the report.  Exit code 1 beyond the limits.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import count, product
from pathlib import Path

from bench.load.timing.arrivals import parse_arrivals
from bench.load.timing.schedule import Schedule
from bench.measure.checks import run_checks
from bench.measure.cohort import Window
from bench.measure.parts import measure
from bench.results.schema import (
    Batch,
    Environment,
    Lag,
    Load,
    Resources,
    RunInfo,
    TrialInfo,
    TrialResult,
)
from bench.results.store import RunStore
from scripts.proof.text import describe_machine, markdown_table

#: What the report of the large run may take, and what its page may weigh.
LIMIT_S, LIMIT_BYTES = 30.0, 10_000_000

ARMS = ("dstream", "structured")
TRIGGERS_S = (0.1, 0.2, 0.25, 0.4, 0.5)
CORES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
RATE_PER_S = 1000.0

#: Seconds that a batch of each arm takes: fixed, and per record.
_COSTS = {"dstream": (0.050, 6e-5), "structured": (0.040, 3e-5)}

COLUMNS = (
    "trials",
    "batches",
    "read",
    "all files",
    "of CPU",
    "page alone",
    "page, MB",
    "files, MB",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Make the run, report on it and print what it took; the exit code."""
    options = _parser().parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="sparkbench-report-") as folder:
        place = Path(options.keep or folder) / "large"
        made = make_run(place, options.trials, options.batches)
        print(f"{made} trials of {options.batches} batches are stored.", file=sys.stderr)
        from bench.run import Run

        begun, cpu = time.perf_counter(), time.process_time()
        run = Run.load(place)
        read = time.perf_counter()
        paths = run.write_report()
        ended, spent = time.perf_counter(), time.process_time() - cpu
        from bench.report.bundle import render_html

        render_html(Run.load(place))
        alone = time.perf_counter()
        page = paths[0].stat().st_size
        files = sum(path.stat().st_size for path in paths)
    row = (
        f"{made:,}",
        f"{made:,} x {options.batches:,}",
        f"{read - begun:.1f} s",
        f"{ended - read:.1f} s",
        f"{spent:.1f} s",
        f"{alone - ended:.1f} s",
        f"{page / 1e6:.2f}",
        f"{files / 1e6:.1f}",
    )
    print(markdown_table(COLUMNS, [row]))
    print("CPU: of reading and all files. The page: read and made again, alone.")
    print(describe_machine())
    late, heavy = ended - begun > LIMIT_S, page > LIMIT_BYTES
    if late:
        print(f"It takes more than {LIMIT_S:.0f} s.")
    if heavy:
        print(f"The page is above {LIMIT_BYTES / 1e6:.0f} MB.")
    return 1 if late or heavy else 0


def make_run(place: Path, trials: int, batches: int) -> int:
    """Store a made-up run; how many trials it has, whole rounds of all cells or one less."""
    environment = Environment(
        spark="4.3.0",
        java="17.0.15",
        python="3.13.0",
        os="Linux",
        cpu="made up",
        cpus=32,
        memory_bytes=2**36,
        load_average=0.1,
    )
    info = RunInfo(
        run_id="large",
        started_at=1.76e9,
        finished_at=1.76e9 + 3600,
        estimate=False,
        command="sparkbench compare --trigger ... --cores ...",
        sparkbench="made up",
        plan={
            "arms": [{"text": arm, "engine": arm, "keys": {}} for arm in ARMS],
            "axes": {"trigger_s": list(TRIGGERS_S), "cores": list(CORES)},
        },
        plan_hash="0" * 16,
        seed=1,
        environment=environment,
        planned_trials=trials,
    )
    store = RunStore.create(place, info)
    numbers = count(1)
    for round_number, (trigger_s, cores), arm in _order(trials):
        number = next(numbers)
        store.write_trial(
            make_trial(number, arm, round_number, trigger_s, cores, batches, environment)
        )
    return trials


def _order(trials: int) -> Iterator[tuple[int, tuple[float, int], str]]:
    made = 0
    for round_number in count(1):
        for cell, arm in product(product(TRIGGERS_S, CORES), ARMS):
            if made == trials:
                return
            made += 1
            yield round_number, cell, arm


def make_trial(
    number: int,
    arm: str,
    round_number: int,
    trigger_s: float,
    cores: int,
    batches: int,
    environment: Environment,
) -> TrialResult:
    """One trial, measured by the code that measures real ones."""
    rng = random.Random(number)
    schedule = Schedule(parse_arrivals("constant"), RATE_PER_S, seed=number)
    t0 = 1.76e9 + 600.0 * number + rng.random() * trigger_s
    warm = batches // 5
    window = Window(t0, warm * trigger_s, (batches - 2) * trigger_s, trigger_s)
    made = list(_batches(arm, schedule, t0, trigger_s, cores, batches, rng))
    sent = sum(n for batch in made for _stream, _first, n in batch.ranges)
    parts = measure(made, [schedule], window, sent_records=[sent], sent_bytes=sent * 100)
    for batch, flag in zip(made, parts.warmup, strict=True):
        batch.warmup = flag
    first = schedule.time(schedule.count_before(window.start_s))
    last = schedule.time(schedule.count_before(window.end_s) - 1)
    lag = Lag(p50=1e-4, p99=rng.uniform(1e-3, 3e-3), max=6e-3)
    return TrialResult(
        trial=TrialInfo(
            number=number,
            arm=arm,
            engine=arm,
            cell={"trigger_s": trigger_s, "cores": cores},
            job="echo",
            sink="drain",
            path="python" if arm == "dstream" else "jvm",
            trigger_s=trigger_s,
            cores=cores,
            rate_per_s=RATE_PER_S,
            round=round_number,
            slot=(number - 1) % 2,
            seed=number,
            code_digest="0" * 16,
        ),
        status="ok",
        batches=made,
        window_s=(t0 + first, t0 + last),
        load=Load(
            offered_per_s=RATE_PER_S,
            delivered_per_s=RATE_PER_S,
            sent_records=sent,
            sent_bytes=sent * 100,
            send_lag_s=lag,
            starved_s=lag,
            blocked_s=Lag(p50=0, p99=0, max=0),
            t0=t0,
            schedule=schedule.to_dict(),
        ),
        latency_s=parts.latency_s,
        batch_s=parts.batch_s,
        throughput_per_s=parts.throughput_per_s,
        backlog=parts.backlog,
        resources=Resources(
            window_s=window.length_s,
            jvm_cpu_s=8.0,
            driver_cpu_s=0.5,
            workers_cpu_s=1.0,
            generator_cpu_s=0.4,
            cpu_s_per_million=400.0,
            rss_peak_bytes=2**30,
        ),
        checks=run_checks(parts.measurements),
        startup_s=6.0,
        trial_s=batches * trigger_s + 10,
        jvm_id=str(number),
        environment=environment,
    )


def _batches(
    arm: str,
    schedule: Schedule,
    t0: float,
    trigger_s: float,
    cores: int,
    batches: int,
    rng: random.Random,
) -> Iterator[Batch]:
    fixed, each = _COSTS[arm]
    tick, free, taken = (t0 // trigger_s + 1) * trigger_s, t0, 0
    for batch_id in range(batches):
        started = max(tick, free)
        due = schedule.count_before(started - t0)
        work = (fixed + each * (due - taken)) / cores**0.2 * rng.lognormvariate(0, 0.1)
        parts = {"scheduling": 0.004, "planning": 0.006, "execution": work, "commit": 0.008}
        visible = started + 0.010 + work
        yield Batch(
            batch_id=batch_id,
            ranges=[(0, taken, due - taken)],
            planned_start=tick,
            started=started,
            visible=visible,
            finished=visible + 0.008,
            phases={"wait": started - tick, **parts},
            processed_records=due - taken,
            processed_bytes=(due - taken) * 100,
        )
        free, taken = visible + 0.008, due
        tick = max(tick + trigger_s, free // trigger_s * trigger_s)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scripts.proof.report_size")
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--batches", type=int, default=300)
    parser.add_argument("--keep", metavar="DIR", help="leave the run and its report in DIR/large")
    return parser


if __name__ == "__main__":
    sys.exit(main())
