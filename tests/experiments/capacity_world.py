"""A made-up engine under a capacity search: results with checks, as a trial would store them."""

from __future__ import annotations

from collections.abc import Callable

from bench.experiments.capacity.rates import capacity_plan
from bench.experiments.capacity.search import Capacity
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.plan.capacity import CapacitySearch
from bench.plan.plan import Plan
from bench.plan.spec import TrialSpec
from bench.results.schema import (
    BatchTime,
    Check,
    Lag,
    Latency,
    Load,
    Quantiles,
    TrialResult,
)
from tests.made_results import ENVIRONMENT, info_of, read_back

#: Words of an outcome to the checks that make it, and the status they give.
FAILING = {
    "holds": ((), "ok"),
    "slow": ((), "ok"),
    "saturated": (("saturation", "backlog_slope"), "saturated"),
    "late": (("cohort_visible",), "saturated"),
    "between": (("backlog_slope",), "unsettled"),
    "few": (("measured_batches",), "unsettled"),
    "cold": (("warmup_settled",), "unsettled"),
    "lost": (("conservation_records",), "invalid"),
    "torn": (("contiguous_ranges",), "invalid"),
    "generator": (("delivered_load",), "invalid"),
    "shared": (("generator_cpu", "starved_lag"), "invalid"),
    "invalid": (("clock_step",), "invalid"),
    "failed": ((), "failed"),
    "unsupported": ((), "unsupported"),
}

CHECKS = (
    *("starved_lag", "delivered_load", "generator_cpu", "window_intervals", "contiguous_ranges"),
    *("conservation_records", "conservation_bytes", "negative_latency", "clock_step"),
    *("cohort_visible", "saturation", "measured_batches", "warmup_settled", "backlog_slope"),
)


def make_plan(*arms: str, trigger: str = "1s", low: str = "1000", **search) -> Plan:
    """A plan for two cores."""
    built = build_plan(
        arms or ("null",),
        around=Surroundings(2),
        axes={"trigger": [trigger], "cores": ["2"], "rate": [low]},
        rounds="1",
    )
    return capacity_plan(built, CapacitySearch(**{"budget_s": 1e9, **search}))


def make_result(
    spec: TrialSpec | None,
    word: str = "holds",
    *,
    p99_s: float | None = None,
    busy: float = 0.2,
    trial_s: float = 10.0,
    starved_s: float = 0.0,
) -> TrialResult:
    """The result of ``spec`` that says ``word``, read back from JSON as a resumed run sees it."""
    assert spec is not None
    failing, status = FAILING[word]
    p99 = p99_s if p99_s is not None else (99.0 if word == "slow" else 1.1)
    measured = word not in ("failed", "unsupported")
    lag = Lag(p50=0.0, p99=starved_s, max=starved_s)
    each = Quantiles(n=5000, p50=0.6, p90=1.0, p95=1.05, p99=p99, max=p99 + 0.1, mean=0.6)
    result = TrialResult(
        trial=info_of(spec, purpose=spec.purpose),
        status=status,  # type: ignore[arg-type]
        reasons=[] if status == "ok" else [f"it is {word}"],
        latency_s=Latency(gross=each, net=each) if measured and word != "late" else None,
        batch_s=BatchTime(n=10, p50=busy * spec.trigger_s, p90=busy, max=busy)
        if measured
        else None,
        throughput_per_s=spec.rate_per_s,
        load=Load(
            offered_per_s=spec.rate_per_s,
            delivered_per_s=spec.rate_per_s,
            sent_records=1,
            sent_bytes=1,
            send_lag_s=lag,
            starved_s=lag,
            blocked_s=lag,
            t0=0.0,
            schedule={},
        )
        if measured
        else None,
        checks=[
            Check(
                name=name,
                value=None,
                threshold=None,
                passed=name not in failing,
                message=f"{name}: as it is; do something",
            )
            for name in CHECKS
        ]
        if measured
        else [],
        trial_s=trial_s,
        environment=ENVIRONMENT,
    )
    return read_back(result)


def drive(
    strategy: Capacity, world: Callable[[TrialSpec], TrialResult], limit: int = 200
) -> tuple[list[TrialSpec], list[TrialResult]]:
    """Specs and results of a whole run in a world."""
    specs: list[TrialSpec] = []
    results: list[TrialResult] = []
    while (spec := strategy.next(results)) is not None:
        specs.append(spec)
        results.append(world(spec))
        assert len(specs) <= limit, [(s.purpose, s.rate_per_s) for s in specs]
    return specs, results


def with_capacity(fresh: float, ramp: float | None = None, word: str = "saturated"):
    """A world that holds every rate up to ``fresh``, in the ramp's JVM up to ``ramp``."""

    def world(spec: TrialSpec) -> TrialResult:
        most = fresh if spec.purpose == "fresh" or ramp is None else ramp
        holds = spec.rate_per_s <= most
        busy = min(1.0, spec.rate_per_s / most) if holds else 1.5
        return make_result(spec, "holds" if holds else word, busy=busy)

    return world
