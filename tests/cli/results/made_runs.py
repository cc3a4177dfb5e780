"""Run directories with made-up trials, for the commands that read runs."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.experiments.aa.design import against_itself
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.plan.plan import Plan
from bench.plan.spec import LOG_RATIOS, TrialSpec
from bench.results.schema import TrialResult
from bench.results.store import RunStore
from tests.report.synthetic import ENVIRONMENT, T0, make_info, make_trial


def make_plan(*arms: str, inject_s: float | None = None, **options: Any) -> Plan:
    """A plan for a machine of 4 CPUs; with ``inject_s`` the arm's against itself."""
    options = {"rounds": "5", **options}
    axes = {"trigger": ["1s"], "cores": ["2"]} | options.pop("axes", {})
    plan = build_plan(arms, around=Surroundings(4), axes=axes, **options)
    return plan if inject_s is None else against_itself(plan, inject_s)


def of_before(plan: Plan) -> Plan:
    """The same as a sparkbench of before the rule by launches stored it."""
    return replace(plan, settings=replace(plan.settings, rule=LOG_RATIOS, firm=False))


def make_run(
    path: Path,
    plan: Plan,
    *,
    salt: str = "",
    factor: float = 1.0,
    scatter: float = 0.02,
    statuses: dict[int, str] | None = None,
    code: str = "0" * 16,
    ended: int | None = None,
    environment: dict[str, Any] | None = None,
    **info: Any,
) -> RunStore:
    """Store a run of ``plan``: every latency times ``factor`` and a trial's own noise.

    ``salt`` tells runs apart; ``statuses`` are those of single trials by number; ``ended`` leaves
    the run unfinished after so many trials.
    """
    machine = ENVIRONMENT.model_copy(update=environment or {})
    trials = plan.trials()
    values: dict[str, Any] = {
        "run_id": f"run {salt}",
        "plan": plan.to_dict(),
        "plan_hash": plan.plan_hash,
        "environment": machine,
        "planned_trials": len(trials),
        "finished_at": T0 + 900 if ended is None else None,
    }
    store = RunStore.create(path, make_info().model_copy(update=values | info))
    noise = random.Random(salt)
    for spec in trials[:ended]:
        scale = factor * noise.lognormvariate(0, scatter)
        result = _trial(spec, (statuses or {}).get(spec.number, "ok"), scale)
        result.trial.code_digest = code
        result.environment = machine
        store.write_trial(result)
    return store


def stand_in(salt: str, scatter: float = 0.02) -> Any:
    """A ``run_trial`` that makes its results up."""
    noise = random.Random(salt)

    def run_trial(spec: TrialSpec, settings: Any, *, workdir: Path, on_event: Any) -> TrialResult:
        return _trial(spec, "ok", noise.lognormvariate(0, scatter))

    return run_trial


def _trial(spec: TrialSpec, status: Any, factor: float) -> TrialResult:
    result = make_trial(
        spec.number,
        spec.arm.text,
        trigger_s=spec.trigger_s,
        cores=spec.cores,
        rate_per_s=spec.rate_per_s,
        round_number=spec.round,
        status=status,
        reasons=[] if status == "ok" else ["because it was made so"],
        cell=spec.cell,
    )
    result.trial.inject_s, result.trial.seed = spec.inject_s, spec.seed
    _scale(result, factor, spec.inject_s)
    return result


def _scale(result: TrialResult, factor: float, later_s: float) -> None:
    """Give the latency a value that is known to the last digit."""
    if result.latency_s is None:
        return
    gross = result.latency_s.gross
    for name, base_s in {"p50": 0.6, "p90": 0.9, "p95": 0.95, "p99": 1.0, "max": 1.1}.items():
        setattr(gross, name, base_s * factor + later_s)
