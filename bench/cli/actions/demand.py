"""What ``sparkbench demand`` does: its plan and its dry run; the rest is that of ``capacity``."""

from __future__ import annotations

import json
from pathlib import Path

from bench.cli.actions.capacity import Invocation, run_search
from bench.experiments.demand.search import Demand
from bench.plan import estimate
from bench.plan.cells import describe
from bench.plan.plan import Plan
from bench.runner.surroundings import surroundings
from bench.units import format_duration
from bench.view.words import spell


def run_demand(how: Invocation) -> int:
    """Do what the options ask for; the exit code."""
    return run_search(how, "demand", make_plan, print_dry_run)


def make_plan(how: Invocation) -> tuple[Plan, str | None]:
    """The plan of a search from what the user wrote, and its file's text; raises `UsageError`."""
    from bench.runner.search_plan import plan_demand

    around = surroundings(how.runtimes)
    return plan_demand(how.request, around, p99=how.search.get("p99"), plan_file=how.plan_file)


def print_dry_run(plan: Plan, out: Path | None, *, as_json: bool) -> None:
    """Print the searches and how long they may take; write nothing."""
    from bench.runner import preflight

    if out is not None:
        preflight.check_out(out)
    preflight.check_replay(plan.settings.replay)
    strategy = Demand(plan)
    trials = strategy.remaining(())
    seconds = estimate.each_s(trials, plan.settings)
    if as_json:
        data = {
            "plan": plan.to_dict(),
            "plan_hash": plan.plan_hash,
            "expected_s": sum(seconds),
            "trials": [
                {**spec.to_dict(), "expected_s": each}
                for spec, each in zip(trials, seconds, strict=True)
            ],
        }
        print(json.dumps(data, indent=1, ensure_ascii=False))
        return
    width = max(len(place.arm) for place in strategy.places)
    print(f"{'arm':<{width}}  {'cores':>9}  {'p99 up to':>9}  cell")
    for place in strategy.places:
        cores = [base.cores for base in place.bases]
        among = f"{cores[0]} to {cores[-1]}" if len(cores) > 1 else str(cores[0])
        print(
            f"{place.arm:<{width}}  {among:>9}  {format_duration(place.bound_s):>9}  "
            f"{describe(place.cell)}"
        )
    many = f"{len(strategy.places)} searches" if len(strategy.places) != 1 else "1 search"
    print(f"{many}: perhaps {len(trials)} trials in {spell(sum(seconds))}")
