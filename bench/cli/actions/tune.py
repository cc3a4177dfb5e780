"""What ``sparkbench tune`` does: its space, its run, its report."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.cli.actions.handling import Handling
from bench.cli.actions.measure import measure, resumed
from bench.errors import UsageError
from bench.experiments.tune.document import (
    AS_IT_IS,
    settings_words,
    tune_data,
    tune_files,
    tune_lines,
    tune_report,
)
from bench.experiments.tune.search import Tune
from bench.plan import estimate
from bench.plan.plan import Plan
from bench.plan.request import Request
from bench.results.locate import read_info
from bench.runner.exit_codes import DONE
from bench.runner.plans import plan_tune
from bench.runner.surroundings import surroundings
from bench.view.words import spell

if TYPE_CHECKING:
    from bench.run import Run
    from bench.runner.execute import Finished


@dataclass(frozen=True)
class Invocation(Handling):
    """The options of ``tune``, as the user wrote them."""

    request: Request = field(default_factory=Request)
    p99: str | None = None
    budget: str | None = None
    allow_weaker: bool = False


def run_tune(how: Invocation) -> int:
    """Search, confirm and report; the exit code."""
    if how.force:
        raise UsageError("--force: only a run that is resumed can be forced; leave it out")
    plan, text = plan_tune(
        how.request,
        surroundings(how.runtimes),
        p99=how.p99,
        budget=how.budget,
        allow_weaker=how.allow_weaker,
        plan_file=how.plan_file,
    )
    tune = Tune(plan)
    if how.dry_run:
        return _dry_run(tune, how)
    return _end(measure(plan, how, text), tune, how)


def resume_tune(name: str, how: Invocation) -> int:
    """Go on with a search from what is stored; the exit code."""
    if how.request.given or how.plan_file or how.p99 or how.budget or how.allow_weaker:
        raise UsageError("--resume: a search goes on as it was planned; give no other option")
    finished, _kind = resumed(name, how, "tune")
    return _end(finished, Tune(Plan.from_dict(read_info(finished.path).plan)), how)


def _dry_run(tune: Tune, how: Invocation) -> int:
    from bench.runner import preflight

    if how.out is not None:
        preflight.check_out(how.out)
    trials = tune.planned
    total_s = estimate.run_s(trials, tune.plan.settings)
    if how.as_json:
        data = {
            "plan": tune.plan.to_dict(),
            "plan_hash": tune.plan.plan_hash,
            "expected_s": total_s,
            "trials": len(trials),
            "configurations": [
                {"arm": arm.text, "settings": dict(config)}
                for arm, config in zip(tune.arms, tune.configs, strict=True)
            ],
        }
        print(json.dumps(data, indent=1, ensure_ascii=False))
        return DONE
    for number, config in enumerate(tune.configs):
        name = AS_IT_IS if number == 0 else f"try {number}"
        print(f"{name}: {settings_words(tune, config)}")
    print(f"{len(trials)} trials, the confirmation's among them: about {spell(total_s)}")
    return DONE


def _end(finished: Finished, tune: Tune, how: Invocation) -> int:
    """Write and print the report of what has run, whatever ended it."""
    from bench.cli.actions.finish import end

    report = tune_report(tune, finished.outcome.results)

    def answer(run: Run) -> None:
        if how.as_json:
            from bench.report.export import to_json

            data = {**json.loads(to_json(run)), "tune": tune_data(report)}
            print(json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1))
        else:
            from bench.document.terminal import print_lines

            print_lines(tune_lines(report, str(finished.path)), sys.stdout)

    code = finished.outcome.exit_code(gate_failed=report.gate_failed)
    return end(finished, answer, files=lambda folder: tune_files(report, folder), code=code)
