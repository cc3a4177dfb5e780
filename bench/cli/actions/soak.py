"""What ``sparkbench soak`` does: the run of a plan whose trials are long and watched."""

from __future__ import annotations

from dataclasses import replace

from bench.cli.actions.compare import Invocation
from bench.cli.actions.measure import measure, print_dry_run
from bench.plan.request import Request
from bench.runner.exit_codes import DONE

#: What the plan of a comparison says and no long trial asks for.
_NOT_SOAKED = frozenset({"rounds", "until", "budget", "metric", "fork", "fault"})


def run_soak(request: Request, how: Invocation) -> int:
    """Do what the options ask for; the exit code."""
    from bench.cli.actions.finish import end, tell
    from bench.runner.plan_files import over_file
    from bench.runner.surroundings import surroundings

    around = surroundings(how.runtimes)
    request, text = over_file(request, how.plan_file, around, _NOT_SOAKED)
    plan = request.plan(around)
    plan = replace(plan, settings=replace(plan.settings, soak=True))
    if how.dry_run:
        print_dry_run(plan, how.out, as_json=how.as_json)
        return DONE
    return end(measure(plan, how, text), lambda run: tell(run, as_json=how.as_json))
