"""What ``sparkbench capacity`` and ``demand`` do: their plans, their runs, and the end of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.cli.actions.handling import Handling
from bench.cli.actions.measure import measure, resumed, would_run
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
    from bench.runner.search_plan import plan_search

    def make() -> tuple[Plan, str | None]:
        around = surroundings(how.runtimes)
        return plan_search(how.request, around, search=how.search, plan_file=how.plan_file)

    return _run(how, "capacity", make, _print_capacity)


def run_demand(how: Invocation) -> int:
    """The same of a search for cores."""
    from bench.runner.search_plan import plan_demand

    def make() -> tuple[Plan, str | None]:
        around = surroundings(how.runtimes)
        return plan_demand(how.request, around, p99=how.search.get("p99"), plan_file=how.plan_file)

    return _run(how, "demand", make, _print_demand)


def _run(
    how: Invocation,
    command: str,
    make: Callable[[], tuple[Plan, str | None]],
    dry_run: Callable[[Plan, Invocation], None],
) -> int:
    """Resume, print or run a search of ``command``, and tell its end; the exit code."""
    if how.resume is not None:
        if how.given:
            raise UsageError(f"{how.given[0]}: a resumed run has its plan; leave it out")
        return _end(resumed(how.resume, how, command)[0], how)
    if how.force:
        raise UsageError("--force: only a run that is resumed can be forced; leave it out")
    plan, text = make()
    if how.dry_run:
        dry_run(plan, how)
        return DONE
    return _end(measure(plan, how, text), how)


def _print_capacity(plan: Plan, how: Invocation) -> None:
    """Print the searches and how long they may take; write nothing."""
    search = plan.settings.capacity
    assert search is not None
    strategy = Capacity(plan)
    trials = strategy.remaining(())
    each_s = estimate.each_s(trials, plan.settings)
    most_s = len(strategy.places) * search.budget_s
    if not would_run(plan, trials, each_s, how, at_most_s=most_s):
        return
    width = max(len(place.base.arm.text) for place in strategy.places)
    print(f"{'arm':<{width}}  {'from':>9}  {'up to':>10}  {'p99 up to':>9}  cell")
    for place in strategy.places:
        print(
            f"{place.base.arm.text:<{width}}  {place.ladder.low_per_s:>9,.0f}  "
            f"{place.ladder.high_per_s:>10,.0f}  {format_duration(place.bound_s):>9}  "
            f"{describe(place.cell)}"
        )
    print(
        f"{_many(strategy)}: perhaps {len(trials)} trials in {spell(sum(each_s))}, as capacities "
        f"go; with --budget {format_duration(search.budget_s)} each at most about {spell(most_s)}"
    )


def _print_demand(plan: Plan, how: Invocation) -> None:
    strategy = Demand(plan)
    trials = strategy.remaining(())
    each_s = estimate.each_s(trials, plan.settings)
    if not would_run(plan, trials, each_s, how):
        return
    width = max(len(place.arm) for place in strategy.places)
    print(f"{'arm':<{width}}  {'cores':>9}  {'p99 up to':>9}  cell")
    for place in strategy.places:
        cores = [base.cores for base in place.bases]
        among = f"{cores[0]} to {cores[-1]}" if len(cores) > 1 else str(cores[0])
        print(
            f"{place.arm:<{width}}  {among:>9}  {format_duration(place.bound_s):>9}  "
            f"{describe(place.cell)}"
        )
    print(f"{_many(strategy)}: perhaps {len(trials)} trials in {spell(sum(each_s))}")


def _many(strategy: Capacity | Demand) -> str:
    count = len(strategy.places)
    return f"{count} searches" if count != 1 else "1 search"


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
