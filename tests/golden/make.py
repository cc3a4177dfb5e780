"""Made-up runs of every kind, stored as files.

    .venv/bin/python -m tests.golden.make NAME...

makes those that are not there yet.  A run that is stored is never made anew: that it still reads
as it did is what it is for.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.contract.jobs import JobInfo, Param
from bench.experiments.aa.design import against_itself
from bench.experiments.capacity.rates import capacity_plan
from bench.experiments.registry import strategy_of
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.plan.capacity import CapacitySearch
from bench.plan.own import OwnJob
from bench.plan.plan import Plan
from bench.plan.spec import TrialSpec
from bench.results.schema import (
    Ageing,
    Drift,
    EnginePlace,
    ExecutorUse,
    Prelude,
    RunPart,
    Soak,
    SoakSample,
    TrialResult,
)
from bench.results.store import RunStore
from bench.trial.result import trial_info
from tests.experiments import capacity_world, tuned_systems
from tests.report.made_faults import GONE, SILENT_S, struck
from tests.report.made_pages import with_checks
from tests.report.synthetic import ENVIRONMENT, T0, make_info, make_trial

RUNS = Path(__file__).parent / "stored"

BOTH = ("dstream", "structured")
MASTER = "spark://master.cluster.example:7077"
OLD = "dstream:spark=3.5.9"

#: What an own job says of itself; nobody has its file.
JOB = OwnJob(
    JobInfo(
        "busy_pages",
        "Pages by how often they are asked for",
        "yours",
        inputs=1,
        lines="events",
        keys=50,
        params=(Param("least", 3, "visits below which a page is left out", minimum=1),),
        paths=(("structured", "python"),),
    ),
    "jobs/busy_pages.py",
    "jobs/busy_pages.py",
    "5e" * 32,
    {"dstream": ("python",), "structured": ("python",)},
)

Answer = Callable[[TrialSpec], TrialResult]


class Found:
    """Finds the own job by its path."""

    def find(self, text: str) -> OwnJob | None:
        return JOB if text in (JOB.reference, JOB.name) else None

    def all(self) -> tuple[OwnJob, ...]:
        return (JOB,)


def plan_of(*arms: str, axes: Mapping[str, list[str]] | None = None, **options: Any) -> Plan:
    """A plan with one small cell, as a user of a machine of 4 CPUs would have it."""
    around = Surroundings(4, own=Found(), elsewhere="master" in (axes or {}))
    options = {"warmup": "1s", "duration": "3s", "seed": "7", **options}
    return build_plan(arms, around=around, axes={"cores": ["2"], **(axes or {})}, **options)


def answered(spec: TrialSpec, *, slowdown: float = 1.0, **options: Any) -> TrialResult:
    """A trial of a few batches; ``options`` are those of ``make_trial``."""
    result = make_trial(
        spec.number,
        spec.arm.text,
        trigger_s=spec.trigger_s,
        cores=spec.cores,
        rate_per_s=spec.rate_per_s,
        round_number=spec.round,
        cell=spec.cell,
        warmup_s=1.0,
        duration_s=3.0,
        slowdown=slowdown,
        attempt=spec.attempt,
        **options,
    )
    # Of more trials than these they would only take room.
    if spec.number <= 2:
        with_checks(result)
    if spec.round > 1:
        del result.batches[3:]
    if result.window_s is not None:
        result.spent = {"launch": 6.0, "prelude": 8.0, "settle": 1.0, "window": 3.0, "tail": 0.5}
        result.spent["end"] = result.trial_s - sum(result.spent.values())
        result.prelude = Prelude(
            batches_asked=20, reached=True, settled=False, batch_s=[0.4, 0.2], length_s=8.0
        )
        result.ageing = Ageing(after_tick_s=0.2, change_s=-0.01, z=-0.4, batch_change_s=-0.01)
        result.jvm_age_s = 15.0 + 0.1 * spec.number
    return named(result, spec)


def named(result: TrialResult, spec: TrialSpec) -> TrialResult:
    """The result, which says of its trial what a real one would."""
    info = trial_info(spec).model_copy(update={"code_digest": "0" * 16})
    return result.model_copy(update={"trial": info})


def store(
    name: str, plan: Plan, answer: Answer, *, upto: int | None = None, **changes: Any
) -> RunStore:
    """Run what the plan's strategy asks for, or ``upto`` trials of it, and store that."""
    strategy, results = strategy_of(plan), []
    while (spec := strategy.next(results)) is not None and len(results) != upto:
        results.append(answer(spec))
        assert len(results) < 200, "the search does not end"
    values: dict[str, Any] = {
        "run_id": f"golden-{name}",
        "command": f"sparkbench compare {' '.join(arm.text for arm in plan.arms)}",
        "plan": plan.to_dict(),
        "plan_hash": plan.plan_hash,
        "seed": plan.settings.seed,
        "estimate": plan.settings.estimate,
        "planned_trials": len({r.trial.number for r in results}),
        "finished_at": T0 + 200.0 * (len(results) + 1),
        "digests": True,
        "parts": [RunPart(pid=100, started_at=T0)],
    }
    if upto is not None:
        values |= {"finished_at": None, "planned_trials": len(plan.trials())}
    info = make_info([arm.text for arm in plan.arms]).model_copy(update=values | changes)
    made = RunStore.create(RUNS / name, info)
    for result in results:
        made.write_trial(result)
    for folder in ("logs", "report"):
        (made.path / folder).rmdir()
    return made


def compare(name: str) -> None:
    """Two cells, three arms; a slow one, one that is alike, and a round that was disturbed."""

    def answer(spec: TrialSpec) -> TrialResult:
        slow = 1.35 if "path=python" in spec.arm.text else 1.0
        if (spec.arm.text, spec.round, spec.trigger_s) == ("structured", 2, 1.0):
            reason = "CPU time that the host gave to others is 8%, allowed at most 2%"
            return answered(spec, status="invalid", reasons=[reason])
        return answered(spec, slowdown=slow)

    arms = (*BOTH, "structured:path=python")
    store(name, plan_of(*arms, axes={"trigger": ["500ms,1s"]}), answer)


def until(name: str) -> None:
    """Rounds until the intervals are narrow."""
    store(name, plan_of(*BOTH, until="20%", budget="30m"), answered)


def estimate(name: str) -> None:
    """As --quick does it."""
    plan = plan_of(*BOTH, quick=True)
    store(name, plan, answered, command="sparkbench compare --quick", warnings=["A warning."])


def statuses(name: str) -> None:
    """Every status that a trial can have, and a user's words that no report may obey."""

    def answer(spec: TrialSpec) -> TrialResult:
        status, reason = {
            ("dstream", 0.5): ("saturated", "the backlog grew by 212 records/s (196 to 228)"),
            ("dstream", 2.0): ("unsettled", "3 measured batches, at least 10 are needed"),
            ("structured", 2.0): ("invalid", "delivered 90% of the load | <b>*less*</b>"),
            ("structured:conf.x=a|b", 0.5): ("failed", "the engine ended: `Boom`"),
            ("structured:conf.x=a|b", 1.0): ("unsupported", "no such setting"),
        }.get((spec.arm.text, spec.trigger_s), ("ok", ""))
        return answered(spec, status=status, reasons=[reason] if reason else [])

    arms = (*BOTH, "structured:conf.x=a|b")
    plan = plan_of(*arms, axes={"trigger": ["500ms,1s,2s"]}, rounds="1")
    store(name, plan, answer, warnings=["1000 records/s is near what one generator can send here."])


def axes(name: str) -> None:
    """A cell of many axes, a job with a parameter, settings of Spark and trials in one JVM."""
    plan = build_plan(
        ("dstream:path=jvm", "structured:profile=tuned"),
        around=Surroundings(4, jobs=("echo", "wordcount")),
        axes={
            "job": ["wordcount"],
            "sink": ["files"],
            "cores": ["2"],
            "trigger": ["1s"],
            "rate": ["500,1500"],
            "arrivals": ["burst:factor=3,at=2s,for=500ms"],
            "keys": ["100"],
            "skew": ["0.5"],
            "streams": ["2"],
            "equal": ["cpus"],
            "partitions": ["matched"],
        },
        conf=["spark.locality.wait=0s", "spark.locality.wait=1s"],
        rounds="1",
        warmup="1s",
        duration="3s",
        seed="11",
        metric="e2e_p50",
        fork="engine",
    )
    store(name, plan, answered)


def single(name: str) -> None:
    """One arm alone."""
    store(name, plan_of("structured"), answered)


def aa(name: str) -> None:
    """An arm against itself, in two cells."""
    plan = against_itself(plan_of("structured", rounds="6"))
    store(name, plan, answered, command="sparkbench aa structured --rounds 6")


def aa_inject(name: str) -> None:
    """The same with a delay on one side, and nothing else that tells them apart."""

    def answer(spec: TrialSpec) -> TrialResult:
        result = answered(replace(spec, arm=plan.arms[0]))
        for spread in (result.latency_s.gross, result.latency_s.net):
            for key in ("p50", "p90", "p95", "p99", "max", "mean"):
                setattr(spread, key, getattr(spread, key) + spec.inject_s)
        return named(result, spec)

    plan = against_itself(plan_of("structured", rounds="6"), 0.2)
    store(name, plan, answer, command="sparkbench aa structured --rounds 6 --inject 200ms")


def capacity(name: str) -> None:
    """A search in which one arm meets the bound of latency, one its limit and one no limit."""
    limits = {"dstream": 9_000, "structured": 5_000, "structured:path=python": 0, "null": 1e9}

    def answer(spec: TrialSpec) -> TrialResult:
        limit = limits[spec.arm.text]
        if not limit:
            return shared(capacity_world.make_result(spec, "unsupported"), spec)
        share = spec.rate_per_s / limit
        word = "slow" if spec.arm.text == "dstream" else "saturated"
        told = (
            capacity_world.make_result(spec, p99_s=1.05 + 0.9 * share, busy=0.1 + 0.8 * share)
            if share <= 1
            else capacity_world.make_result(spec, word, busy=1.5)
        )
        return shared(told, spec)

    def shared(result: TrialResult, spec: TrialSpec) -> TrialResult:
        failing = [check for check in result.checks if not check.passed]
        result = result.model_copy(update={"environment": ENVIRONMENT, "checks": failing})
        return named(result, spec)

    plan = plan_of(*limits, axes={"rate": ["2000"]}, rounds="1")
    search = CapacitySearch(high_per_s=20_000, precision=1.2, budget_s=1e5)
    store(name, capacity_plan(plan, search), answer, command="sparkbench capacity --precision 20%")


def tune(name: str) -> None:
    """A search for settings that finds one which halves the latency."""
    system = tuned_systems.System({("a", "1"): 0.5})

    def answer(spec: TrialSpec) -> TrialResult:
        return named(system(spec).model_copy(update={"environment": ENVIRONMENT}), spec)

    plan = tuned_systems.make_tune(trials=26).plan
    store(name, plan, answer, command="sparkbench tune null --budget 3m")


def soak(name: str) -> None:
    """Long trials: one in which the heap grows, one in which nothing does."""

    def answer(spec: TrialSpec) -> TrialResult:
        result = answered(spec)
        grows = 2.0 if spec.arm.engine == "dstream" else 0.0
        assert result.window_s is not None
        start = result.window_s[0]
        heap = [int(2**28 * (1 + grows * k / 8)) for k in range(8)]
        samples = [
            SoakSample(
                at=start + k,
                rss_bytes=2**29 + size // 2,
                heap_after_gc_bytes=size,
                state_rows=1000,
                state_bytes=2**20,
                checkpoint_files=40 + k,
                checkpoint_bytes=2**21,
            )
            for k, size in enumerate(heap)
        ]
        drifts = [
            Drift(
                name="heap after collection",
                unit="bytes",
                n=80,
                first=heap[0],
                last=heap[-1],
                change_share=0.4 * grows,
                z=5.0 * grows,
                found=grows > 0,
            ),
            Drift(name="batch time", unit="s", n=80, first=0.3, last=0.29, z=-0.5),
            Drift(name="state", unit="bytes", n=2, first=None, last=None),
        ]
        result.soak = Soak(samples=samples, drifts=drifts)
        return result.model_copy(update={"window_s": (start, start + 1800.0)})

    plan = plan_of(*BOTH, rounds="1", duration="30m")
    plan = replace(plan, settings=replace(plan.settings, soak=True))
    store(name, plan, answer, command="sparkbench soak --for 30m", finished_at=T0 + 4000.0)


def faults(name: str) -> None:
    """A source that goes away for 3 s; one arm of three never comes back."""

    def answer(spec: TrialSpec) -> TrialResult:
        return named(struck(spec.number, spec.arm.text, spec.fault, spec.round), spec)

    axes = {"fault": ["disconnect:at=9s,for=3s"]}
    plan = plan_of(*SILENT_S, axes=axes, rounds="2", warmup="6s", duration="18s")
    made = store(name, plan, answer, command="sparkbench compare --fault disconnect:at=9s,for=3s")
    assert any(GONE in result.fault.ended_by for result in made.read_trials()[0])


def cluster(name: str) -> None:
    """Executors on two machines of a standalone cluster."""

    def answer(spec: TrialSpec) -> TrialResult:
        result = answered(spec)
        result.resources.executors = [
            ExecutorUse(
                id=str(n),
                host=f"worker-{n}.cluster.example",
                cores=1,
                tasks=12,
                run_s=1.5,
                cpu_s=1.1 + 0.1 * n,
                gc_s=0.02,
                heap_peak_bytes=2**28,
            )
            for n in range(2)
        ]
        result.resources.executors_cpu_s = 2.3
        return result

    axes = {"master": [MASTER], "executors": ["2"]}
    plan = plan_of(*BOTH, axes=axes, advertise="generator.cluster.example")
    store(name, plan, answer, command=f"sparkbench compare --master {MASTER} --executors 2")


def versions(name: str) -> None:
    """Each arm on a Spark, a Java and a Python of its own."""
    seen = {"spark": "3.5.9", "java": "11.0.2", "engine_python": "3.10.4"}
    places = {
        OLD: EnginePlace(spark="3.5.9", java="11.0.2", python="3.10.4"),
        "structured": EnginePlace(spark="4.3.0", java="17.0.12", python="3.11.9"),
    }

    def answer(spec: TrialSpec) -> TrialResult:
        result = answered(spec)
        if spec.arm.text == OLD:
            result.environment = result.environment.model_copy(update=seen)
        return result

    store(name, plan_of(OLD, "structured"), answer, places=places)


def own_job(name: str) -> None:
    """A job of a user's, with a parameter."""
    plan = plan_of(*BOTH, axes={"job": [JOB.reference]}, params=["least=5"])
    store(name, plan, answered, command=f"sparkbench compare --job {JOB.file} --param least=5")


def interrupted(name: str) -> None:
    """Ended after seven trials of a plan of two cells."""
    plan = plan_of(*BOTH, axes={"trigger": ["500ms,1s"]})
    store(name, plan, answered, upto=7)


def replanned(name: str) -> None:
    """Gone on with by force, with more rounds than it had."""
    parts = [
        RunPart(pid=100, started_at=T0),
        RunPart(
            pid=200,
            started_at=T0 + 850,
            forced=["the run had --rounds 2, not 5", "the code was changed"],
            replanned=True,
        ),
    ]
    store(name, plan_of(*BOTH, rounds="5"), answered, parts=parts)


KINDS: dict[str, Callable[[str], None]] = {
    made.__name__.replace("_", "-"): made
    for made in (
        *(compare, until, estimate, statuses, axes, single, aa, aa_inject, capacity, tune, soak),
        *(faults, cluster, versions, own_job, interrupted, replanned),
    )
}


def main(names: list[str]) -> None:
    for name in names or KINDS:
        if not (RUNS / name).exists():
            KINDS[name](name)


if __name__ == "__main__":
    main(sys.argv[1:])
