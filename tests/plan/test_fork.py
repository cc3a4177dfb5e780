"""Which trials share a JVM, and how they come to stand next to each other."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.errors import UsageError
from bench.plan import estimate
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.plan.cells import grouped_order
from bench.plan.fork import MOVING, jvm_groups, may_share
from bench.plan.plan import Plan
from bench.plan.spec import Cell, TrialSpec

AXES = {"trigger": ["500ms,1s,2s"], "rate": ["1000,2000"], "cores": ["1,2"]}


def plan(fork="engine", arms=("dstream", "structured"), **changes):
    return build_plan(arms, around=Surroundings(2), axes=AXES, fork=fork, **changes)


def blocks(specs):
    """Runs of consecutive trials that share."""
    found = [[specs[0]]]
    for before, after in pairwise(specs):
        if may_share(before, after):
            found[-1].append(after)
        else:
            found.append([after])
    return found


def test_a_round_is_one_block_an_arm_and_static_cell():
    found = blocks(plan().round_trials(1))
    assert [len(block) for block in found] == [6] * 4
    assert {(block[0].arm.text, block[0].cores) for block in found} == {
        (arm, cores) for arm in ("dstream", "structured") for cores in (1, 2)
    }


def test_the_order_inside_is_drawn_for_each_round_and_the_same_for_every_arm():
    made = plan()
    seen = set()
    for number in range(1, 9):
        by_cores = {}
        for block in blocks(made.round_trials(number)):
            inside = tuple((spec.trigger_s, spec.rate_per_s) for spec in block)
            by_cores.setdefault(block[0].cores, set()).add(inside)
            seen.add(inside)
        assert all(len(orders) == 1 for orders in by_cores.values())
    assert len(seen) > 10


@given(st.lists(st.integers(0, 3), min_size=1, max_size=9), st.integers(1, 4), st.integers(1, 9))
def test_every_arm_runs_every_cell_once_and_each_group_in_one_piece(raw, arms, number):
    names = sorted(set(raw))
    groups = [names.index(group) for group in raw]
    order = grouped_order(groups, arms, number, 1)
    assert sorted(order) == [(cell, arm) for cell in range(len(groups)) for arm in range(arms)]
    pieces = [key for key, _ in groupby(order, key=lambda pair: (groups[pair[0]], pair[1]))]
    assert len(pieces) == len(set(pieces)) == len(names) * arms


def test_arms_take_turns_in_going_first():
    firsts = [[block[0].arm.text for block in blocks(plan().round_trials(n))] for n in (1, 2)]
    order = [dict(zip(arms, range(len(arms)), strict=False)) for arms in firsts]
    assert order[0].keys() == order[1].keys()
    by_cores = [
        {b[0].cores: b[0].arm.text for b in reversed(blocks(plan().round_trials(n)))}
        for n in (1, 2)
    ]
    assert all(by_cores[0][cores] != by_cores[1][cores] for cores in (1, 2))


def test_only_what_a_running_jvm_takes_from_stream_to_stream_may_differ():
    base = plan().round_trials(1)[0]
    moved = {"trigger_s": 9.0, "rate_per_s": 9.0, "arrivals": "poisson", "number": 99}
    assert may_share(base, replace(base, **moved, seed=5, slot=7))
    for name in ("round", "attempt", "job", "sink", "path", "conf", "cores", "streams", "equal"):
        other = {"conf": {"a": "b"}}.get(name, 77 if isinstance(getattr(base, name), int) else "x")
        assert not may_share(base, replace(base, **{name: other})), name
    assert set(TrialSpec.__dataclass_fields__) >= MOVING


def test_cells_are_grouped_by_all_but_trigger_and_load():
    cells: list[Cell] = [
        {"trigger_s": t, "rate_per_s": r, "cores": c}
        for t in (1.0, 2.0)
        for r in (5.0, 6.0)
        for c in (1, 2)
    ]
    assert jvm_groups(cells) == [0, 1] * 4


def test_the_fork_is_part_of_the_plan_and_its_hash_but_not_by_default():
    shared, own = plan(), plan("cell")
    assert shared.plan_hash != own.plan_hash
    assert own.plan_hash == plan(None).plan_hash
    assert "fork" not in own.to_dict()["settings"]
    assert Plan.from_dict(shared.to_dict()) == shared


def test_an_unknown_fork_is_refused_with_the_known_ones():
    with pytest.raises(UsageError, match=r"--fork: unknown fork 'jvm' \(known: cell, engine\)"):
        plan("jvm")


def test_sharing_saves_the_start_and_the_prelude_of_every_trial_but_the_first():
    shared, own = plan(), plan("cell")
    trials = shared.trials()
    pairs = zip(trials[1:], trials, strict=False)
    sharing = sum(may_share(before, after) for after, before in pairs)
    assert sharing > 0
    saved_s = estimate.run_s(own.trials(), own.settings) - estimate.run_s(trials, shared.settings)
    least_prelude_s = own.settings.prelude_batches * 0.2
    assert saved_s > sharing * least_prelude_s
