"""What ``sparkbench soak`` does: the run of a plan whose trials are long and watched."""

from __future__ import annotations

from bench.cli.actions.handling import Handling
from bench.cli.actions.measure import measure, print_dry_run
from bench.plan.request import Request
from bench.runner.exit_codes import DONE


def run_soak(request: Request, how: Handling) -> int:
    """Do what the options ask for; the exit code."""
    from bench.cli.actions.finish import end, tell
    from bench.runner.plans import plan_soak
    from bench.runner.surroundings import surroundings

    plan, text = plan_soak(request, surroundings(how.runtimes), plan_file=how.plan_file)
    if how.dry_run:
        print_dry_run(plan, how)
        return DONE
    return end(measure(plan, how, text), lambda run: tell(run, as_json=how.as_json))
