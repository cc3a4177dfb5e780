"""What ``sparkbench compare`` does once its plan stands."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.cli.actions.handling import Handling
from bench.cli.actions.measure import measure, print_dry_run, resumed
from bench.errors import UsageError
from bench.plan.request import Request
from bench.runner.exit_codes import DONE

if TYPE_CHECKING:
    from bench.run import Run
    from bench.runner.execute import Finished


@dataclass(frozen=True)
class Invocation(Handling):
    """How ``compare`` is asked for: anew, or going on with a run."""

    resume: str | None = None


def run_compare(request: Request, how: Invocation) -> int:
    """Do what the options ask for; the exit code."""
    from bench.cli.actions.aa import aa_end
    from bench.runner.plan_files import over_file
    from bench.runner.surroundings import surroundings

    around = surroundings(how.runtimes)
    request, text = over_file(request, how.plan_file, around)
    if how.resume is not None:
        finished, kind = resumed(how.resume, how, "compare", request, around)
        return aa_end(finished, as_json=how.as_json) if kind == "aa" else _end(finished, how)
    if how.force:
        raise UsageError("--force: only a run that is resumed can be forced; leave it out")
    plan = request.plan(around)
    if how.dry_run:
        print_dry_run(plan, how)
        return DONE
    return _end(measure(plan, how, text), how)


def print_plan_schema() -> None:
    """Print the JSON Schema of plan files."""
    from bench.plan.file import plan_schema

    print(json.dumps(plan_schema(), indent=2, ensure_ascii=False))


def _end(finished: Finished, how: Invocation) -> int:
    from bench.cli.actions.finish import end, tell

    def answer(run: Run) -> None:
        tell(run, as_json=how.as_json)
        if how.as_json and not how.quiet:
            _print_time_share(run)

    return end(finished, answer)


def _print_time_share(run: Run) -> None:
    """What the table would have said of the run's time, where only JSON is printed."""
    from bench.summary.conduct import time_share

    spent = time_share(run.info, run.results)
    if spent is not None:
        print(spent, file=sys.stderr)
