"""A plan that runs, or goes on, in sight of the user; and what it would do."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bench.cli.actions.handling import Handling
from bench.errors import UsageError
from bench.plan import estimate
from bench.plan.axes import Surroundings
from bench.plan.cells import describe
from bench.plan.kind import Kind, kind_of
from bench.plan.load import near_peak
from bench.plan.plan import Plan
from bench.plan.request import Request
from bench.plan.spec import TrialSpec
from bench.view.words import spell

if TYPE_CHECKING:
    from bench.runner.execute import Finished

#: The command that goes on with a run, where it is not ``compare``, and what such a run is.
_OWN: dict[str, str] = {
    "capacity": "a search for capacity",
    "demand": "a search for cores",
    "tune": "a search for settings",
}


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


def resumed(
    name: str,
    how: Handling,
    command: str,
    request: Request | None = None,
    around: Surroundings | None = None,
) -> tuple[Finished, Kind]:
    """Go on with the run ``name`` (``last``, a folder) of ``command``; how it ended, and its kind.

    Raises :class:`UsageError` for a run of another command, and for options that a run which exists
    has settled.
    """
    from bench.results.locate import read_info, resolve_run
    from bench.runner.resume import resume, stored_plan
    from bench.runner.surroundings import surroundings
    from bench.view import make_view

    if how.out is not None:
        raise UsageError("--out: a resumed run stays where it is; leave it out")
    if how.dry_run:
        raise UsageError("--dry-run: a resumed run has its plan; leave one of the two out")
    path = resolve_run(name)
    info = read_info(path)
    kind = kind_of(info.plan)
    belongs = kind if kind in _OWN else "compare"
    if belongs != command:
        what = _OWN.get(kind) or f"not {_OWN[command]}"
        raise UsageError(f"--resume {path}: {what}; use `sparkbench {belongs} --resume`")
    plan = stored_plan(info, path)
    with make_view(plan, sys.stderr, quiet=how.quiet) as view:
        finished = resume(
            path,
            request=request or Request(),
            around=around or surroundings(),
            on_event=view,
            force=how.force,
            wait=how.wait,
        )
    return finished, kind


def command_line() -> str:
    """The command as the user could type it again."""
    return shlex.join(["sparkbench", *sys.argv[1:]])


def would_run(
    plan: Plan, trials: Sequence[TrialSpec], each_s: Sequence[float], how: Handling, **more: Any
) -> bool:
    """Refuse what a run would refuse of the paths; print the plan as JSON if that is asked for.

    ``more`` stands in it too.  Whether the user is still to be told.
    """
    from bench.runner import preflight

    if how.out is not None:
        preflight.check_out(how.out)
    preflight.check_replay(plan.settings.replay)
    if how.as_json:
        data = {
            "plan": plan.to_dict(),
            "plan_hash": plan.plan_hash,
            "expected_s": sum(each_s),
            **more,
            "trials": [
                {**spec.to_dict(), "expected_s": seconds}
                for spec, seconds in zip(trials, each_s, strict=True)
            ],
        }
        print(json.dumps(data, indent=1, ensure_ascii=False))
    return not how.as_json


def print_dry_run(plan: Plan, how: Handling) -> None:
    """Print the trials of a plan in order, and how long they will take; write nothing."""
    from bench.machine.calibration import calibrated_peak
    from bench.runner.execute import plan_notes
    from bench.runner.timings import learned_costs

    trials = plan.trials()
    each_s = estimate.each_s(trials, plan.settings, learned_costs())
    if not would_run(plan, trials, each_s, how, notes=plan_notes(plan)):
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
    words = [
        f"{most}{len(trials)} trials in {rounds}: about {spell(sum(each_s))}",
        *plan_notes(plan),
    ]
    print("; ".join(words))
