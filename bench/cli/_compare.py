"""What ``sparkbench compare`` does once its plan stands."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Any

from bench.plan import estimate
from bench.plan.cells import describe
from bench.plan.plan import Plan
from bench.view.words import spell


def compare_run(plan: Plan, out: Path | None, *, as_json: bool, quiet: bool) -> int:
    """Run the plan with a view of its progress, report on it, and return the exit code."""
    from bench.runner.execute import execute
    from bench.view import make_view

    with make_view(plan, sys.stderr, quiet=quiet) as view:
        finished = execute(plan, out=out, command=command_line(), on_event=view)
    problem = finished.outcome.problem
    if problem is not None:
        print(f"sparkbench: {problem}", file=sys.stderr)
    from bench.cli._finish import report

    report(finished.path, as_json=as_json)
    return finished.outcome.exit_code()


def command_line() -> str:
    """The command as the user could type it again."""
    return shlex.join(["sparkbench", *sys.argv[1:]])


def print_dry_run(plan: Plan, out: Path | None, *, as_json: bool) -> None:
    """Print the trials of a plan in order, and how long they will take; write nothing.

    What would be refused of the paths is refused here too.
    """
    from bench.runner import preflight

    if out is not None:
        preflight.check_out(out)
    preflight.check_replay(plan.settings.replay)
    trials = plan.trials()
    total = estimate.run_s(trials, plan.settings)
    if as_json:
        data: dict[str, Any] = {
            "plan": plan.to_dict(),
            "plan_hash": plan.plan_hash,
            "expected_s": total,
            "trials": [
                {**spec.to_dict(), "expected_s": estimate.trial_s(spec, plan.settings)}
                for spec in trials
            ],
        }
        print(json.dumps(data, indent=1, ensure_ascii=False))
        return
    width = max(len(spec.arm.text) for spec in trials)
    print(f"trial  round  {'arm':<{width}}  expected  cell")
    for spec in trials:
        seconds = f"{estimate.trial_s(spec, plan.settings):.0f}s"
        cell = describe(spec.cell)
        print(f"{spec.number:>5}  {spec.round:>5}  {spec.arm.text:<{width}}  {seconds:>8}  {cell}")
    what = ", an estimate" if plan.settings.estimate else ""
    rounds = "1 round" if plan.settings.rounds == 1 else f"{plan.settings.rounds} rounds"
    print(f"{len(trials)} trials in {rounds}{what}: about {spell(total)}")
