"""How long trials will take: what adds up, and what an engine costs besides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.plan import estimate
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.plan.estimate import BUILT_IN, Costs

AROUND = Surroundings(cores=2)
COSTS = {name: Costs(5.0, 3.0, 0.5, 0.4, 0.3, 0.1) for name in BUILT_IN}


def plan(*arms, **options):
    return build_plan(arms, around=AROUND, **options)


def test_a_trial_is_the_sum_of_its_phases():
    made = plan(quick=True)
    first, second = made.trials()[:2]
    # launch, prelude, change, half a trigger, settling, window, tail, end, between
    known_s = 4.0 + 0.5 + 0.4 + 0.5 + 2.0 + 8.0 + 1.5 + 0.3 + 0.1 + 0.2
    assert estimate.trial_s(first, made.settings, None, COSTS) == pytest.approx(5.0 + known_s)
    assert estimate.trial_s(second, made.settings, first, COSTS) == pytest.approx(3.0 + known_s)
    both = estimate.each_s([first, second], made.settings, COSTS)
    assert both == pytest.approx([5.0 + known_s, 3.0 + known_s])


def test_two_quick_rounds_are_a_minute_and_a_half():
    made = plan(quick=True)
    assert 75 < estimate.run_s(made.round_trials(1) + made.round_trials(2), made.settings) < 100


def test_an_age_is_waited_for_and_no_longer():
    made = plan(quick=True, age="2m")
    spec = made.trials()[0]
    old = estimate.trial_s(spec, made.settings, None, COSTS)
    assert old == pytest.approx(120 + 0.5 + 8.0 + 1.5 + 0.3 + 0.1 + 0.2)
    young = replace(made.settings, age_s=1.0)
    none = replace(made.settings, age_s=None)
    assert estimate.trial_s(spec, young, None, COSTS) == estimate.trial_s(spec, none, None, COSTS)


def test_a_prelude_without_a_number_counts_with_its_cap():
    made = plan(quick=True)
    spec = made.trials()[0]
    open_ended = replace(made.settings, prelude_batches=None)
    more = estimate.trial_s(spec, open_ended, None, COSTS) - estimate.trial_s(
        spec, made.settings, None, COSTS
    )
    assert more == pytest.approx(made.settings.prelude_cap_s - 4.5)


def test_on_a_cluster_every_jvm_is_waited_for():
    made = plan(quick=True)
    first, second = (replace(spec, master="spark://h:1") for spec in made.trials()[:2])
    assert estimate.trial_s(second, made.settings, first, COSTS) == estimate.trial_s(
        second, made.settings, None, COSTS
    )
