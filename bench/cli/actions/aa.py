"""What ``sparkbench aa`` does: its plan, its run, and what is kept of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.cli.actions.finish import end
from bench.cli.actions.handling import Handling
from bench.cli.actions.measure import measure, print_dry_run
from bench.document.parts import Line
from bench.document.terminal import print_lines
from bench.errors import EnvironmentProblem
from bench.experiments.aa.document import AAReport, aa_data, aa_report
from bench.plan.request import Request
from bench.run import Run
from bench.runner.exit_codes import DONE, ENVIRONMENT
from bench.runner.plans import plan_aa
from bench.runner.surroundings import surroundings
from bench.runner.threshold import keep_threshold
from bench.view.ending import ending_lines

if TYPE_CHECKING:
    from bench.runner.execute import Finished


def run_aa(request: Request, inject: str | None, how: Handling) -> int:
    """Do what the options ask for; the exit code."""
    around = surroundings(how.runtimes)
    plan, text = plan_aa(request, around, inject=inject, plan_file=how.plan_file)
    if how.dry_run:
        print_dry_run(plan, how)
        return DONE
    return aa_end(measure(plan, how, text), as_json=how.as_json)


def aa_end(finished: Finished, *, as_json: bool) -> int:
    """Report on an A/A run that has come to an end, keep its threshold; the exit code."""
    lost: list[EnvironmentProblem] = []

    def answer(run: Run) -> None:
        found = aa_report(run)
        kept = _kept(run, found, lost) if finished.outcome.complete else []
        if as_json:
            from bench.report.export import to_json

            data = {**json.loads(to_json(run)), "aa": None if found is None else aa_data(found)}
            print(json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1))
        else:
            from rich.console import Console

            from bench.report.terminal import print_summary

            print_summary(run, Console(file=sys.stdout))
            print_lines([*kept, *ending_lines(run)], sys.stdout)

    code = end(finished, answer)
    # Its threshold is what the run is for, so that losing it is no success.
    return ENVIRONMENT if lost and code == DONE else code


def _kept(run: Run, found: AAReport | None, lost: list[EnvironmentProblem]) -> Sequence[Line]:
    """Store the threshold of a full A/A run; what was done about it.

    ``lost`` gets what hindered it.
    """
    try:
        words = keep_threshold(run.info, found)
    except EnvironmentProblem as problem:
        lost.append(problem)
        return [Line(f"! It is not kept: {problem}", "yellow")]
    return [] if words is None else [Line(words, "dim")]
