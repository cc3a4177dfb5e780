"""Made-up runs that have something to show in every part of a report."""

from __future__ import annotations

from bench.load.timing.stored import schedules_of
from bench.measure.checks import run_checks
from bench.measure.cohort import Window
from bench.measure.parts import measure
from bench.results.schema import Check, TrialResult
from bench.run import Run
from tests.report.synthetic import make_info, make_results, make_trial

#: A string of a user's that would break a page which does not escape.
EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)>&\"'`{{7*7}}<!--"


def with_checks(result: TrialResult) -> TrialResult:
    """The trial with the checks that its batches give."""
    if result.load is None or result.window_s is None:
        return result
    t0 = result.load.t0
    first, last = result.window_s
    window = Window(t0, first - t0 - 1e-6, last - t0 + 1e-6, result.trial.trigger_s)
    sent = result.load.sent_records
    parts = measure(
        result.batches,
        schedules_of(result.load.schedule),
        window,
        sent_records=[sent],
        sent_bytes=sent * 100,
    )
    result.checks = run_checks(parts.measurements)
    return result


def big_run() -> Run:
    """Both engines, 2 triggers, 2 core counts, 6 rounds; saturated and unsupported trials too."""
    results = [with_checks(result) for result in make_results(rounds=6)]
    for result in results:
        result.trial.slot = (result.trial.number - 1) % 2
    results[3].checks.append(
        Check(
            name="steal",
            value=0.08,
            threshold=0.02,
            passed=False,
            message="CPU time that the host gave to others is 8%: use more rounds.",
        )
    )
    return Run(None, make_info(planned=len(results)), results)


def rates_run() -> Run:
    """Both engines at three rates; the highest saturates one of them."""
    numbers = iter(range(1, 100))
    results = [
        make_trial(
            next(numbers),
            arm,
            rate_per_s=rate,
            round_number=round_number,
            status="saturated" if (arm, rate) == ("dstream", 9000.0) else "ok",
        )
        for round_number in (1, 2)
        for rate in (1000.0, 3000.0, 9000.0)
        for arm in ("dstream", "structured")
    ]
    return Run(None, make_info(planned=len(results)), results)


def evil_run() -> Run:
    """Every string that comes from a user or a machine is hostile."""
    arms = [f"dstream:conf.x={EVIL}", f"structured:conf.x={EVIL}"]
    results = []
    for number in range(1, 9):
        arm = arms[number % 2]
        result = make_trial(
            number,
            arm,
            round_number=(number + 1) // 2,
            cell={"conf.a": EVIL if number < 5 else "b", "trigger_s": 1.0},
            status="invalid" if number == 8 else "ok",
            reasons=[EVIL] if number == 8 else [],
        )
        result.trial.job = result.trial.sink = result.trial.path = EVIL
        result.trial.guarantee = result.trial.payload = result.trial.profile = EVIL
        result.trial.spark_conf = {EVIL: EVIL}
        result.checks = [
            Check(name=EVIL, value=1, threshold=0, passed=False, message=EVIL),
        ]
        result.batches[-1].failure = EVIL
        result.environment = result.environment.model_copy(update={"cpu": EVIL, "spark": EVIL})
        results.append(result)
    info = make_info(arms, run_id=EVIL, command=EVIL, git={"commit": EVIL, "dirty": True})
    machine = info.environment.model_copy(update={"cpu": EVIL, "os": EVIL, "java": EVIL})
    return Run(
        None, info.model_copy(update={"environment": machine, "warnings": [EVIL]}), results, [EVIL]
    )
