"""What ``sparkbench aa`` does: its plan, its run, and what is kept of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bench.cli.actions.finish import end
from bench.cli.actions.handling import Handling
from bench.cli.actions.measure import measure, print_dry_run
from bench.document.table import Line, print_lines
from bench.errors import EnvironmentProblem, UsageError
from bench.experiments.aa.design import DEFAULT_ROUNDS, against_itself, least_rounds
from bench.experiments.aa.document import AAReport, aa_data, aa_lines, aa_report
from bench.machine.noise import Noise, remember
from bench.plan.plan import Plan
from bench.plan.request import Request
from bench.run import Run
from bench.runner.exit_codes import DONE, ENVIRONMENT
from bench.runner.plan_files import over_file
from bench.runner.surroundings import surroundings
from bench.units import parse_duration
from bench.view.ending import ending_lines

if TYPE_CHECKING:
    from bench.runner.execute import Finished


#: What the plan of a comparison says of how often it compares; an A/A run has its own rule.
_NOT_REPEATED = frozenset({"rounds", "until", "budget"})


def run_aa(request: Request, inject: str | None, how: Handling) -> int:
    """Do what the options ask for; the exit code."""
    plan, text = aa_plan(request, inject, how)
    if how.dry_run:
        print_dry_run(plan, how.out, as_json=how.as_json)
        return DONE
    return aa_end(measure(plan, how, text), as_json=how.as_json)


def aa_plan(request: Request, inject: str | None, how: Handling) -> tuple[Plan, str | None]:
    """The plan of an A/A run, and the text of its file; raises :class:`UsageError`."""
    around = surroundings(how.runtimes)
    request, text = over_file(request, how.plan_file, around, _NOT_REPEATED)
    plan = request.plan(around)
    if "rounds" not in request.settings:
        count = least_rounds(len(plan.points)) if request.quick else DEFAULT_ROUNDS
        count = max(count, least_rounds(len(plan.points)))
        request = replace(request, settings={**request.settings, "rounds": str(count)})
        plan = request.plan(around)
    return against_itself(plan, 0.0 if inject is None else _delay(inject)), text


def aa_end(finished: Finished, *, as_json: bool) -> int:
    """Report on an A/A run that has come to an end, keep its threshold; the exit code."""
    lost: list[EnvironmentProblem] = []

    def answer(run: Run) -> None:
        found = aa_report(run)
        kept = _keep(run, found, lost) if finished.outcome.complete else []
        if as_json:
            from bench.report.export import to_json

            data = {**json.loads(to_json(run)), "aa": None if found is None else aa_data(found)}
            print(json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1))
        else:
            from rich.console import Console

            from bench.report.terminal import print_summary

            print_summary(run, Console(file=sys.stdout))
            found_lines = [] if found is None else aa_lines(found)
            print_lines([*found_lines, *kept, *ending_lines(run)], sys.stdout)

    code = end(finished, answer)
    # Its threshold is what the run is for, so that losing it is no success.
    return ENVIRONMENT if lost and code == DONE else code


def _delay(text: str) -> float:
    try:
        seconds = parse_duration(text)
    except ValueError as error:
        raise UsageError(f"--inject: {error}") from None
    if seconds == 0:
        raise UsageError("--inject: 0s delays nothing; give a time like 20ms, or leave it out")
    return seconds


def _keep(run: Run, found: AAReport | None, lost: list[EnvironmentProblem]) -> Sequence[Line]:
    """Store the threshold of a full A/A run; what was done about it, in a sentence.

    ``lost`` gets what hindered it.
    """
    if found is None or found.control.floor is None:
        return []
    if found.control.inject_s:
        return [Line("It is not kept: one side was delayed.", "dim")]
    if run.info.estimate:
        return [Line("It is not kept: --quick gives an estimate.", "dim")]
    floor, machine = found.control.floor, run.info.environment
    try:
        path = remember(
            Noise(
                cpu=machine.cpu,
                cpus=machine.cpus,
                spark=machine.spark,
                arm=found.arm,
                metric=found.metric.key,
                threshold=floor.threshold,
                floor=floor.floor,
                spread=floor.spread,
                rounds=floor.rounds,
                cells=len(floor.per_cell),
                run_id=run.info.run_id,
                at=run.info.started_at,
            )
        )
    except EnvironmentProblem as problem:
        lost.append(problem)
        return [Line(f"! It is not kept: {problem}", "yellow")]
    return [Line(f"It is kept in {path}.", "dim")]
