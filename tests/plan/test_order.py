"""Order: every round is a block, balanced, and the same for ever."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bench.plan.cells import grouped_order, hashed, shuffled, trial_seed


def round_order(cells, arms, number, seed):
    """Of cells that share nothing."""
    return grouped_order(range(cells), arms, number, seed)


cells = st.integers(1, 7)
arms = st.integers(1, 5)
seeds = st.integers(0, 2**63)


@given(cells, arms, st.integers(1, 50), seeds)
def test_a_round_runs_every_arm_at_every_cell_once(cells, arms, number, seed):
    order = round_order(cells, arms, number, seed)
    assert sorted(order) == [(cell, arm) for cell in range(cells) for arm in range(arms)]


@given(cells, arms, st.integers(1, 50), seeds)
def test_the_arms_of_a_cell_run_one_after_another(cells, arms, number, seed):
    order = round_order(cells, arms, number, seed)
    for first in range(0, len(order), arms):
        assert len({cell for cell, _arm in order[first : first + arms]}) == 1


def _positions(cells, arms, number, seed):
    """(cell, arm) to its position within the cell."""
    order = round_order(cells, arms, number, seed)
    return {pair: slot % arms for slot, pair in enumerate(order)}


@given(cells, arms, st.integers(1, 12), seeds)
def test_over_rounds_each_arm_takes_each_position_equally_often(cells, arms, rounds, seed):
    seen = Counter()
    for number in range(1, rounds + 1):
        for (cell, arm), position in _positions(cells, arms, number, seed).items():
            seen[cell, arm, position] += 1
    low, high = rounds // arms, -(-rounds // arms)
    for cell in range(cells):
        for arm in range(arms):
            for position in range(arms):
                assert low <= seen[cell, arm, position] <= high


@given(cells, arms, st.integers(1, 20), seeds)
def test_within_a_round_each_arm_is_first_in_about_as_many_cells(cells, arms, number, seed):
    firsts = Counter(
        arm
        for (_cell, arm), position in _positions(cells, arms, number, seed).items()
        if position == 0
    )
    assert all(cells // arms <= firsts[arm] <= -(-cells // arms) for arm in range(arms))


def test_seeds_change_the_order():
    orders = {tuple(round_order(4, 2, 1, seed)) for seed in range(40)}
    assert len(orders) > 30


def test_who_is_first_is_not_predictable_from_the_round_before():
    firsts = [round_order(1, 2, number, 1)[0][1] for number in range(1, 41)]
    pairs = Counter(zip(firsts[::2], firsts[1::2], strict=True))
    assert set(pairs) == {(0, 1), (1, 0)}
    assert min(pairs.values()) >= 4


def test_the_order_of_a_seed_never_changes():
    assert shuffled(6, 1, "cells", 1) == [4, 5, 0, 1, 2, 3]
    assert hashed("a", 1) == 21299139474854
    cell = {"trigger_s": 1.0, "cores": 2, "rate_per_s": 1000.0}
    assert trial_seed(1, cell, 1) == 123529695390350


def test_a_trial_seed_depends_on_cell_and_round_alone():
    cell = {"trigger_s": 1.0, "cores": 2}
    assert trial_seed(1, cell, 1) == trial_seed(1, dict(reversed(cell.items())), 1)
    seeds = {trial_seed(s, cell, r) for s in range(5) for r in range(1, 6)}
    assert len(seeds) == 25
    assert all(0 <= seed < 2**53 for seed in seeds)
