"""An A/A run as a whole, from made-up rounds."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from bench.stats.aa import NOTICED, self_control, shifts
from bench.stats.interval import multiplier
from bench.stats.metrics import METRICS
from bench.stats.outcome import Outcome
from bench.stats.selfcontrol import false_alarms, noise_floor
from bench.stats.verdict import Pair

P99 = METRICS["e2e_p99"]


def rounds(n, *, level_s=1.0, scatter=0.03, later_s=0.0, seed=1):
    """Pairs of one cell: both sides scatter alike, the contender is ``later_s`` longer."""
    rng = random.Random(seed)

    def value(extra):
        return Outcome(level_s * rng.lognormvariate(0, scatter) + extra)

    return [Pair(number, value(0.0), value(later_s)) for number in range(1, n + 1)]


def logs(pairs):
    return [math.log(p.contender.value) - math.log(p.baseline.value) for p in pairs]


def test_floor_and_alarms_are_those_of_the_log_ratios():
    cells = [rounds(10, seed=1), rounds(10, seed=2)]
    found = self_control(cells, P99)
    table = np.array([logs(pairs) for pairs in cells]).T
    assert found.floor == noise_floor(table)
    first, second = (
        np.log([[getattr(pair, side).value for pair in pairs] for pairs in cells]).T
        for side in ("baseline", "contender")
    )
    assert found.alarms == false_alarms(first, second)
    assert found.alarms.runs >= 2
    assert (found.rounds, found.why_not) == (10, "")
    assert all(cell.power is None for cell in found.cells)


def test_an_injected_delay_is_seen_and_taken_off_again():
    plain = self_control([rounds(12)], P99)
    delayed = self_control([rounds(12, later_s=0.2)], P99, inject_s=0.2)
    assert delayed.floor.floor == pytest.approx(plain.floor.floor)
    (before,), (after,) = plain.cells, delayed.cells
    assert after.shift_s - before.shift_s == pytest.approx(0.2)
    assert after.power.seen > 0.99
    assert after.verdict.word == "slower"
    assert after.rounds_needed <= 12


def test_a_delay_too_small_to_notice_has_little_power():
    (cell,) = self_control([rounds(6, later_s=0.001)], P99, inject_s=0.001).cells
    assert cell.power.seen < 0.5
    assert cell.rounds_needed is None


def test_the_least_delay_is_noticed_as_often_as_it_says():
    n, scatter = 8, 0.03
    found = self_control([rounds(n, scatter=scatter)], P99)
    (cell,) = found.cells
    assert 0 < cell.least_seen_s < cell.least_claimed_s
    # The run's own spread is taken for the truth, so it is the one to simulate with.
    spread = float(np.std(logs(rounds(n, scatter=scatter)), ddof=1))
    rng = np.random.default_rng(3)
    level_s = math.exp(np.mean([math.log(p.baseline.value) for p in rounds(n, scatter=scatter)]))
    for delay_s, bound in (
        (cell.least_seen_s, 0.0),
        (cell.least_claimed_s, math.log(found.floor.threshold)),
    ):
        draws = math.log1p(delay_s / level_s) + spread * rng.normal(size=(20_000, n))
        errors = draws.std(axis=1, ddof=1) / math.sqrt(n)
        noticed = (draws.mean(axis=1) - multiplier(n - 1, 0.95) * errors > bound).mean()
        assert noticed == pytest.approx(NOTICED, abs=0.03)


def test_a_cell_that_cannot_be_ranked_is_left_out_with_its_reason():
    bad = rounds(8, seed=4)
    bad[3] = Pair(4, bad[3].baseline, Outcome(9.0, "saturated", ("too slow",)))
    found = self_control([rounds(8), bad], P99)
    assert found.cells[1].verdict.word == "unranked"
    assert len(found.floor.per_cell) == 1
    assert found.rounds == 8


def test_a_disturbed_round_counts_nowhere():
    one, other = rounds(8, seed=1), rounds(8, seed=2)
    one[2] = Pair(3, Outcome(50.0, "invalid"), one[2].contender)
    found = self_control([one, other], P99)
    assert found.rounds == 7
    assert found.floor.floor < 1.2


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ([], "no cell could be ranked"),
        ([rounds(3)], "3 rounds count in every cell, 4 are the minimum"),
        (
            [[Pair(n, Outcome(1.0), Outcome(1.0)) for n in range(1, 9)]],
            "all 8 rounds gave the same",
        ),
        ([[Pair(n, Outcome(None), Outcome(1.0)) for n in range(1, 9)]], "no cell could be ranked"),
    ],
)
def test_where_there_is_no_floor_it_says_why(cells, why):
    found = self_control(cells, P99)
    assert found.floor is None
    assert found.alarms is None
    assert found.why_not.startswith(why)


def test_a_delay_longer_than_the_latency_is_a_reason_not_an_error():
    assert self_control([rounds(6)], P99, inject_s=5.0).floor is None


def test_only_gross_latencies_grow_by_the_delay():
    assert {key for key, metric in METRICS.items() if shifts(metric)} == {"e2e_p99", "e2e_p50"}
    (cell,) = self_control([rounds(8)], METRICS["batch_p50"]).cells
    assert cell.least_seen_s is None
