"""``python -m scripts.proof.accuracy``: is the measured latency the true one?

Each stream is measured the usual way (batch ranges, listener times, arrival schedule) and, at the
same time, by stamps that the records carry through the pipeline to the driver.  Exit code 1 when
a figure is outside its tolerance, 3 without a Java, 4 when a stream failed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.contract.truth import FILE_KEY, read_truth
from bench.document.text import seconds
from bench.errors import EnvironmentProblem
from bench.load.config import LoadConfig
from bench.load.content.payload import Payload
from bench.plan.spec import Settings, TrialSpec
from bench.trial.errors import TrialFailed
from bench.trial.measured import MeasuredStream, Observed
from bench.trial.prelude import run_prelude
from bench.trial.setup import load_config, prepare_load
from bench.units import format_duration, parse_duration, parse_rate
from scripts.proof.agreement import Agreement, agreement
from scripts.proof.session import PAYLOAD_BYTES, Session, open_session, spec_for
from scripts.proof.text import describe_machine, markdown_table

ARMS = (
    *("dstream", "dstream:path=jvm", "structured"),
    *("structured:mode=continuous", "structured:mode=realtime"),
)
TRIGGERS_S = (0.2, 0.5, 1.0, 5.0)
RATES_PER_S = (1000.0, 5000.0)

#: A DStream in Python needs about this long for a batch: below, batches would queue for ever.
LEAST_TRIGGER_S = {"dstream": 0.5}

#: What writes row by row has none: its streams are those of one interval.
NO_TRIGGER_S = {"structured:mode=continuous": 1.0, "structured:mode=realtime": 1.0}

SETTINGS = Settings(warmup_s=2.0, duration_s=6.0, tail_s=30.0)
PRELUDE_CAP_S = 15.0

COLUMNS = (
    "arm",
    "trigger",
    "records/s",
    "records",
    "p50 true",
    "p50 measured",
    "off (ms)",
    "p99 true",
    "p99 measured",
    "off (ms)",
    "allowed (ms)",
    "batch off p50, max (ms)",
    "misplaced",
    "verdict",
)


@dataclass(frozen=True)
class Case:
    """One stream that was measured both ways."""

    spec: TrialSpec
    seen: Observed
    agreement: Agreement


def measure_case(
    session: Session, arm: str, trigger_s: float, rate_per_s: float, settings: Settings = SETTINGS
) -> Case:
    """Run one stream in ``session``, measured both ways; raises ``TrialFailed``."""
    folder = session.folder()
    spec = _spec(folder, arm, trigger_s, rate_per_s)
    with session.load(_stamped(spec)) as load:
        seen = MeasuredStream(
            session.engine,
            load,
            spec,
            settings,
            prepared=prepare_load(load.config),
            temp_dir=folder,
            phase=lambda name: None,
        ).run()
    if not seen.drained:
        raise TrialFailed(f"{arm} fell behind {rate_per_s:g} records/s: the stream did not drain")
    truth = list(read_truth(spec.conf[FILE_KEY]))
    return Case(spec, seen, agreement(seen.batches, truth, seen.schedules, seen.window))


def warm_up(session: Session, arm: str, rate_per_s: float, cap_s: float = PRELUDE_CAP_S) -> None:
    """The prelude of a trial, with the truth sink."""
    folder = session.folder()
    spec = _spec(folder, arm, 0.5, rate_per_s)
    with session.load(_stamped(spec)) as load:
        run_prelude(session.engine, load, spec, cap_s=cap_s, temp_dir=folder, check=load.poll)


def _spec(folder: Path, arm: str, trigger_s: float, rate_per_s: float) -> TrialSpec:
    conf = {FILE_KEY: str(folder / "truth")}
    return spec_for(arm, trigger_s, rate_per_s, sink="truth", conf=conf)


def _stamped(spec: TrialSpec) -> LoadConfig:
    config = load_config(spec, None)
    return replace(config, payload=Payload(bytes_per_line=PAYLOAD_BYTES, stamp=True))


def run_cases(
    arms: Sequence[str], triggers_s: Sequence[float], rates_per_s: Sequence[float], log: Path
) -> Iterator[Case]:
    """All cases, one engine process an arm, in the order given."""
    for arm in arms:
        engine = arm.partition(":")[0]
        with open_session(engine, log) as session:
            warm_up(session, arm, rates_per_s[0])
            for rate_per_s in rates_per_s:
                for trigger_s in triggers_s:
                    least_s = LEAST_TRIGGER_S.get(arm, 0.0)
                    if NO_TRIGGER_S.get(arm, trigger_s) == trigger_s >= least_s:
                        yield measure_case(session, arm, trigger_s, rate_per_s)


def row(case: Case) -> list[str]:
    """The case as a row of ``COLUMNS``."""
    found = case.agreement
    return [
        case.spec.arm.text,
        format_duration(case.spec.trigger_s),
        f"{case.spec.rate_per_s:g}",
        f"{found.records}",
        seconds(found.truth_p50_s),
        seconds(found.range_p50_s),
        _ms(found.p50_off_s),
        seconds(found.truth_p99_s),
        seconds(found.range_p99_s),
        _ms(found.p99_off_s),
        f"{found.p99_allowed_s * 1000:.0f}",
        f"{_ms(found.late_p50_s)}, {found.late_max_s * 1000:.1f}",
        f"{found.mismatches}",
        "agrees" if not found.problems else "off: " + ", ".join(found.problems),
    ]


def _ms(value: float) -> str:
    return f"{value * 1000:+.2g}" if abs(value) < 0.001 else f"{value * 1000:+.1f}"


def parser() -> argparse.ArgumentParser:
    """The options; every list is separated by commas."""
    p = argparse.ArgumentParser(prog="python -m scripts.proof.accuracy", description=__doc__)
    p.add_argument("--arms", nargs="+", default=list(ARMS), metavar="ARM")
    p.add_argument("--trigger", default=",".join(format_duration(t) for t in TRIGGERS_S))
    p.add_argument("--rate", default=",".join(f"{rate:g}" for rate in RATES_PER_S))
    p.add_argument("--log", type=Path, help="folder for the engines' logs (default: none kept)")
    return p


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print the table, return the exit code."""
    arguments = parser().parse_args(argv)
    triggers_s = [parse_duration(text) for text in arguments.trigger.split(",")]
    rates_per_s = [parse_rate(text) for text in arguments.rate.split(",")]
    cases: list[Case] = []
    code = 0
    with tempfile.TemporaryDirectory(prefix="sparkbench-") as scratch:
        log = arguments.log or Path(scratch)
        log.mkdir(parents=True, exist_ok=True)
        try:
            for case in run_cases(arguments.arms, triggers_s, rates_per_s, log):
                cases.append(case)
                print(", ".join(row(case)), file=sys.stderr, flush=True)
        except EnvironmentProblem as problem:
            print(problem, file=sys.stderr)
            return 3
        except TrialFailed as problem:
            print(problem, file=sys.stderr)
            code = 4
    print(markdown_table(COLUMNS, [row(case) for case in cases]))
    print(describe_machine())
    outside = sum(bool(case.agreement.problems) for case in cases)
    print(f"{len(cases) - outside} of {len(cases)} streams agree with the ground truth.")
    return code or int(outside > 0)


if __name__ == "__main__":
    sys.exit(main())
