"""Which kind a plan or a run is: the strategy that carries it out, and what it can be asked."""

from __future__ import annotations

from bench.experiments.base import Strategy
from bench.experiments.capacity.search import Capacity
from bench.experiments.compare.firm import Firm
from bench.experiments.compare.rounds import Rounds
from bench.experiments.compare.until import Until
from bench.experiments.demand.search import Demand
from bench.experiments.experiment import Experiment
from bench.experiments.tune.search import Tune
from bench.plan.kind import kind_of
from bench.plan.plan import Plan
from bench.plan.spec import LAUNCHES
from bench.summary.source import Source


def strategy_of(plan: Plan) -> Strategy:
    """What the plan says: a search (for capacity, for cores, for settings), rounds until narrow
    enough, until the verdicts are firm, or a number of rounds.
    """
    if plan.settings.capacity is not None:
        return Capacity(plan)
    if plan.settings.demand is not None:
        return Demand(plan)
    if plan.settings.tune is not None:
        return Tune(plan)
    if plan.settings.until is not None:
        return Until(plan)
    by_launch = plan.settings.rule == LAUNCHES and not plan.settings.soak
    return Firm(plan) if by_launch else Rounds(plan)


def experiment_of(run: Source) -> Experiment:
    """What a run can be asked, by its kind; kept with the run where it can keep it."""
    kept = getattr(run, "experiment", None)
    return kept if isinstance(kept, Experiment) else make_experiment(run)


def make_experiment(run: Source) -> Experiment:
    """The same made anew."""
    # Documents and plots are not needed to run anything.
    from bench.experiments.aa.experiment import Itself
    from bench.experiments.capacity.experiment import CapacityRun
    from bench.experiments.compare.experiment import Comparison
    from bench.experiments.demand.experiment import DemandRun
    from bench.experiments.soak.experiment import Soak
    from bench.experiments.tune.experiment import TuneRun

    kinds: tuple[type[Experiment], ...]
    kinds = (Comparison, Itself, CapacityRun, DemandRun, TuneRun, Soak)
    kind = kind_of(run.info.plan)
    return next(one for one in kinds if one.kind == kind)(run)
