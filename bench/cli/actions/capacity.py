"""What ``sparkbench capacity`` does: its plan, its run, and the end of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bench.cli.actions.handling import Handling
from bench.cli.actions.measure import measure, resumed
from bench.errors import UsageError
from bench.experiments.capacity.search import Capacity
from bench.experiments.demand.search import Demand
from bench.plan import estimate
from bench.plan.build import option
from bench.plan.cells import describe
from bench.plan.plan import Plan
from bench.plan.request import Request
from bench.runner.exit_codes import DONE, exit_code
from bench.runner.surroundings import surroundings
from bench.units import format_duration
from bench.view.words import spell

if TYPE_CHECKING:
    from bench.runner.execute import Finished


@dataclass(frozen=True)
class Invocation(Handling):
    """The options of ``capacity`` or ``demand``.

    ``search`` holds low, high, precision, p99 and budget, of ``demand`` p99 alone.
    """

    request: Request = field(default_factory=Request)
    search: Mapping[str, str] = field(default_factory=dict)
    resume: str | None = None

    @property
    def given(self) -> list[str]:
        """Everything that is written of a plan, as the options are spelled."""
        file = {"plan"} if self.plan_file is not None else set()
        names = sorted(self.request.given | {*self.search} | file)
        return ["ARM" if name == "arms" else option(name) for name in names]


def run_capacity(how: Invocation) -> int:
    """Do what the options ask for; the exit code."""
    return run_search(how, "capacity", make_plan, print_dry_run)


def run_search(
    how: Invocation,
    command: str,
    make: Callable[[Invocation], tuple[Plan, str | None]],
    dry_run: Callable[..., None],
) -> int:
    """Resume, print or run a search of ``command``, and tell its end; the exit code."""
    if how.resume is not None:
        if how.given:
            raise UsageError(f"{how.given[0]}: a resumed run has its plan; leave it out")
        return _end(resumed(how.resume, how, command)[0], how)
    if how.force:
        raise UsageError("--force: only a run that is resumed can be forced; leave it out")
    plan, text = make(how)
    if how.dry_run:
        dry_run(plan, how.out, as_json=how.as_json)
        return DONE
    return _end(measure(plan, how, text), how)


def make_plan(how: Invocation) -> tuple[Plan, str | None]:
    """The plan of a search from what the user wrote, and its file's text; raises `UsageError`."""
    from bench.runner.search_plan import plan_search

    return plan_search(
        how.request, surroundings(how.runtimes), search=how.search, plan_file=how.plan_file
    )


def print_dry_run(plan: Plan, out: Path | None, *, as_json: bool) -> None:
    """Print the searches and how long they may take; write nothing."""
    from bench.runner import preflight

    if out is not None:
        preflight.check_out(out)
    preflight.check_replay(plan.settings.replay)
    search = plan.settings.capacity
    assert search is not None
    strategy = Capacity(plan)
    trials = strategy.remaining(())
    seconds = estimate.each_s(trials, plan.settings)
    if as_json:
        data = {
            "plan": plan.to_dict(),
            "plan_hash": plan.plan_hash,
            "expected_s": sum(seconds),
            "at_most_s": len(strategy.places) * search.budget_s,
            "trials": [
                {**spec.to_dict(), "expected_s": each}
                for spec, each in zip(trials, seconds, strict=True)
            ],
        }
        print(json.dumps(data, indent=1, ensure_ascii=False))
        return
    width = max(len(place.base.arm.text) for place in strategy.places)
    print(f"{'arm':<{width}}  {'from':>9}  {'up to':>10}  {'p99 up to':>9}  cell")
    for place in strategy.places:
        print(
            f"{place.base.arm.text:<{width}}  {place.ladder.low_per_s:>9,.0f}  "
            f"{place.ladder.high_per_s:>10,.0f}  {format_duration(place.bound_s):>9}  "
            f"{describe(place.cell)}"
        )
    many = f"{len(strategy.places)} searches" if len(strategy.places) != 1 else "1 search"
    most = len(strategy.places) * search.budget_s
    print(
        f"{many}: perhaps {len(trials)} trials in {spell(sum(seconds))}, as capacities go; "
        f"with --budget {format_duration(search.budget_s)} each at most about {spell(most)}"
    )


def _end(finished: Finished, how: Invocation) -> int:
    from bench.cli.actions.finish import end, tell

    outcome = finished.outcome
    code = exit_code(
        _statuses(finished),
        interrupted=outcome.interrupted,
        environment=outcome.problem is not None,
    )
    return end(finished, lambda run: tell(run, as_json=how.as_json), code=code)


def _statuses(finished: Finished) -> list[str]:
    """``failed`` for each search that came to nothing because its trials failed or were invalid.

    A trial that fails above what an arm can do is a finding.
    """
    from bench.results.locate import read_info

    plan = Plan.from_dict(read_info(finished.path).plan)
    strategy = Demand(plan) if plan.settings.demand is not None else Capacity(plan)
    searches = strategy.searches(finished.outcome.results)
    words = [{step.outcome.word for step in one.steps} for one in searches if one.end is not None]
    return ["failed" for said in words if said and said <= {"failed", "invalid"}]
