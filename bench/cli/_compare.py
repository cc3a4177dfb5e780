"""What ``sparkbench compare`` does once its plan stands."""

from __future__ import annotations

import json
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.cli._handling import Handling
from bench.errors import UsageError
from bench.plan import estimate
from bench.plan.axes import Surroundings
from bench.plan.cells import describe
from bench.plan.load import near_peak
from bench.plan.plan import Plan
from bench.plan.request import Request
from bench.runner.exit_codes import DONE
from bench.view.words import spell

if TYPE_CHECKING:
    from bench.run import Run
    from bench.runner.execute import Finished


@dataclass(frozen=True)
class Invocation(Handling):
    """How ``compare`` is asked for: anew, or going on with a run."""

    resume: str | None = None


def run_compare(request: Request, how: Invocation) -> int:
    """Do what the options ask for; the exit code."""
    from bench.runner.plan_files import over_file
    from bench.runner.surroundings import surroundings

    around = surroundings(how.runtimes)
    request, text = over_file(request, how.plan_file, around)
    if how.resume is not None:
        return _resume(request, around, how)
    if how.force:
        raise UsageError("--force: only a run that is resumed can be forced; leave it out")
    plan = request.plan(around)
    if how.dry_run:
        print_dry_run(plan, how.out, as_json=how.as_json)
        return DONE
    return _end(measure(plan, how, text), how)


def _resume(request: Request, around: Surroundings, how: Invocation) -> int:
    from bench.results.locate import read_info, resolve_run
    from bench.runner.resume import resume, stored_plan
    from bench.strategy.aa import arm_of
    from bench.strategy.capacity_plan import is_capacity
    from bench.strategy.demand import is_demand
    from bench.view import make_view

    if how.out is not None:
        raise UsageError("--out: a resumed run stays where it is; leave it out")
    if how.dry_run:
        raise UsageError("--dry-run: a resumed run has its plan; leave one of the two out")
    path = resolve_run(how.resume or "last")
    info = read_info(path)
    if is_capacity(info.plan):
        raise UsageError(
            f"--resume {path}: a search for capacity; use `sparkbench capacity --resume`"
        )
    if is_demand(info.plan):
        raise UsageError(f"--resume {path}: a search for cores; use `sparkbench demand --resume`")
    plan = stored_plan(info, path)
    with make_view(plan, sys.stderr, quiet=how.quiet) as view:
        finished = resume(
            path,
            request=request,
            around=around,
            on_event=view,
            force=how.force,
            wait=how.wait,
        )
    if arm_of(info.plan) is not None:
        from bench.cli._aa import aa_end

        return aa_end(finished, as_json=how.as_json)
    return _end(finished, how)


def print_plan_schema() -> None:
    """Print the JSON Schema of plan files."""
    from bench.plan.file_schema import plan_schema

    print(json.dumps(plan_schema(), indent=2, ensure_ascii=False))


def _end(finished: Finished, how: Invocation) -> int:
    from bench.cli._finish import end, tell

    def answer(run: Run) -> None:
        tell(run, as_json=how.as_json)
        if how.as_json and not how.quiet:
            _print_time_share(run)

    return end(finished, answer)


def _print_time_share(run: Run) -> None:
    """What the table would have said of the run's time, where only JSON is printed."""
    from bench.report.conduct import time_share

    spent = time_share(run.info, run.results)
    if spent is not None:
        print(spent, file=sys.stderr)


def measure(plan: Plan, how: Handling, text: str | None) -> Finished:
    """Run a plan in sight of the user; ``text`` is that of its plan file."""
    from bench.runner.execute import execute
    from bench.view import make_view

    with make_view(plan, sys.stderr, quiet=how.quiet) as view:
        return execute(
            plan,
            out=how.out,
            command=command_line(),
            on_event=view,
            wait=how.wait,
            plan_file=text,
        )


def command_line() -> str:
    """The command as the user could type it again."""
    return shlex.join(["sparkbench", *sys.argv[1:]])


def print_dry_run(plan: Plan, out: Path | None, *, as_json: bool) -> None:
    """Print the trials of a plan in order, and how long they will take; write nothing.

    What would be refused of the paths is refused here too.
    """
    from bench.runner import preflight
    from bench.runner.calibration import calibrated_peak
    from bench.runner.execute import plan_notes
    from bench.runner.timings import learned_costs

    if out is not None:
        preflight.check_out(out)
    preflight.check_replay(plan.settings.replay)
    trials = plan.trials()
    each_s = estimate.each_s(trials, plan.settings, learned_costs())
    total = sum(each_s)
    if as_json:
        data: dict[str, Any] = {
            "plan": plan.to_dict(),
            "plan_hash": plan.plan_hash,
            "expected_s": total,
            "notes": plan_notes(plan),
            "trials": [
                {**spec.to_dict(), "expected_s": seconds}
                for spec, seconds in zip(trials, each_s, strict=True)
            ],
        }
        print(json.dumps(data, indent=1, ensure_ascii=False))
        return
    for message in near_peak(plan.round_trials(1), calibrated_peak()):
        print(f"warning: {message}", file=sys.stderr)
    width = max(len(spec.arm.text) for spec in trials)
    print(f"trial  round  {'arm':<{width}}  expected  cell")
    for spec, expected_s in zip(trials, each_s, strict=True):
        seconds = f"{expected_s:.0f}s"
        cell = describe(spec.cell)
        print(f"{spec.number:>5}  {spec.round:>5}  {spec.arm.text:<{width}}  {seconds:>8}  {cell}")
    most = "at most " if plan.settings.firm else ""
    rounds = "1 round" if plan.settings.rounds == 1 else f"{plan.settings.rounds} rounds"
    words = [f"{most}{len(trials)} trials in {rounds}: about {spell(total)}", *plan_notes(plan)]
    print("; ".join(words))
