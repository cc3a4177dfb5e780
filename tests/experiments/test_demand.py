"""The search for the least cores that hold a rate."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.errors import UsageError
from bench.experiments.base import Judging, Telling
from bench.experiments.capacity.outcome import Outcome
from bench.experiments.capacity.rule import End
from bench.experiments.demand.search import Demand, Step, decide, demand_plan
from bench.experiments.registry import strategy_of
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.plan.capacity import DemandSearch
from bench.plan.plan import Plan
from tests.experiments.capacity_world import make_result


def make_plan(*arms, cores="1,2,3,4,5,6,7,8", rates=("50000",), p99_s=2.0, **axes):
    built = build_plan(
        arms or ("null",),
        around=Surroundings(64),
        axes={"trigger": ["1s"], "cores": cores.split(","), "rate": list(rates), **axes},
        rounds="1",
    )
    return demand_plan(built, DemandSearch(p99_s))


def needing(least, word="saturated"):
    """A world in which so many cores and more hold the rate."""
    return lambda spec: make_result(spec, "holds" if spec.cores >= least else word)


def drive(strategy, world, limit=60):
    specs, results = [], []
    while (spec := strategy.next(results)) is not None:
        specs.append(spec)
        results.append(world(spec))
        assert len(specs) <= limit
    return specs, results


@given(count=st.integers(1, 64), least=st.integers(0, 64))
def test_the_bracket_closes_on_the_fewest_that_hold_in_few_steps(count, least):
    steps: list[Step] = []
    while isinstance(position := decide(steps, count), int):
        assert 0 <= position < count
        assert position not in {step.position for step in steps}
        steps.append(Step(position, Outcome("holds" if position >= least else "slow")))
    assert len(steps) <= 2 * count.bit_length()
    if least < count:
        assert position == End("closed", least, least - 1 if least else None)
    else:
        assert position == End("most", None, count - 1)


@given(said=st.lists(st.booleans(), min_size=1, max_size=16))
def test_whatever_a_machine_says_what_is_reported_was_seen(said):
    """Cores that hold only sometimes, in no order: the pair is one that two trials showed."""
    steps: list[Step] = []
    while isinstance(position := decide(steps, len(said)), int):
        steps.append(Step(position, Outcome("holds" if said[position] else "slow")))
    if position.held is None:
        assert not any(step.outcome.holds for step in steps)
        return
    assert said[position.held]
    assert position.missed == (position.held - 1 if position.held else None)
    assert position.missed is None or not said[position.missed]


@given(least=st.integers(1, 9), cut=st.integers(0, 8))
def test_a_resumed_search_goes_on_as_if_nothing_had_been(least, cut):
    plan = make_plan("null", "structured")
    specs, results = drive(Demand(plan), needing(least))
    again = Demand(Plan.from_dict(plan.to_dict()))
    cut = min(cut, len(results) - 1)
    assert again.next(results[:cut]) == specs[cut]
    assert again.next(results) is None
    assert [spec.number for spec in specs] == list(range(1, len(specs) + 1))
    assert all(again.belongs(result) for result in results)


def test_every_trial_is_alone_in_its_jvm_and_as_long_as_a_fresh_one_of_capacity():
    from bench.plan.windows import settings_for

    plan = make_plan(p99_s=3.0)
    (spec,) = drive(Demand(plan), needing(1))[0]
    assert spec.purpose == "fresh"
    assert spec.prelude_per_s == 12_500
    own = settings_for(spec, plan.settings)
    assert (own.fork, own.tail_s, own.duration_s) == ("cell", 5.0, plan.settings.duration_s)


def test_partitions_that_match_the_cores_follow_them():
    plan = make_plan("structured", cores="1,2,4", partitions=["matched"])
    specs, _results = drive(Demand(plan), needing(4))
    assert [(spec.cores, spec.partitions) for spec in specs] == [(1, 1), (2, 2), (4, 4)]


def test_what_failed_runs_once_more_and_then_counts_as_not_held():
    plan = make_plan(cores="1,2")
    specs, results = drive(
        Demand(plan), lambda spec: make_result(spec, "failed" if spec.cores == 1 else "holds")
    )
    assert [(spec.cores, spec.attempt) for spec in specs] == [(1, 1), (1, 2), (2, 1)]
    assert Demand(plan).searches(results)[0].end == End("closed", 1, 0)


@pytest.mark.parametrize(
    ("word", "end", "tried"),
    [
        ("generator", End("generator", None, 0), [1]),
        ("unsupported", End("unsupported", None, 2), [1, 2, 3]),
        ("failed", End("failed", None, 2), [1, 1, 2, 2, 3, 3]),
        ("slow", End("most", None, 2), [1, 2, 3]),
    ],
)
def test_where_nothing_holds_the_reason_is_told(word, end, tried):
    plan = make_plan(cores="1,2,3")
    specs, results = drive(Demand(plan), lambda spec: make_result(spec, word))
    assert [spec.cores for spec in specs] == tried
    assert Demand(plan).searches(results)[0].end == end


def test_it_tells_what_it_found():
    strategy = strategy_of(make_plan("null", rates=("10k", "50k"), cores="1,2"))
    assert isinstance(strategy, Demand)
    assert isinstance(strategy, Telling)
    assert isinstance(strategy, Judging)
    _specs, results = drive(
        strategy, lambda spec: needing(1 if spec.rate_per_s < 20_000 else 3)(spec)
    )
    assert strategy.told(results) == [
        "null (trigger 1s, rate 10000): 1 core, the fewest of the search",
        "null (trigger 1s, rate 50000): not held by 2 cores (backlog grows)",
    ]
    assert strategy.judged(results[-1]) == "backlog grows: as it is"
    assert len(strategy.remaining(())) >= 2
    assert strategy.remaining(results) == []


def test_what_cannot_be_searched_is_one_sentence():
    with pytest.raises(UsageError, match="cores are what is searched"):
        make_plan("null:cores=2")
    with pytest.raises(UsageError, match="no one rate that could hold"):
        make_plan("null", arrivals=["burst:factor=9,at=2s,for=2s"])
