"""What a plan says of cores to search and of streams to be watched idle."""

from __future__ import annotations

import pytest

from bench.errors import UsageError
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.plan.capacity import DemandSearch
from bench.plan.estimate import trial_s
from bench.plan.kind import kind_of
from bench.plan.plan import Plan
from bench.plan.spec import Settings


def test_settings_of_a_search_for_cores_come_back_and_earlier_plans_keep_their_hash():
    assert "demand" not in Settings().to_dict()
    assert "idle_s" not in Settings().to_dict()
    given = Settings(demand=DemandSearch(2.0), idle_s=20.0)
    assert Settings.from_dict(given.to_dict()) == given
    assert kind_of({"settings": given.to_dict()}) == "demand"


@pytest.mark.parametrize(("p99_s", "trigger_s", "bound_s"), [(2.0, 5.0, 2.0), (None, 5.0, 15.0)])
def test_the_bound_is_that_of_a_search_for_capacity(p99_s, trigger_s, bound_s):
    assert DemandSearch(p99_s).bound_s(trigger_s) == bound_s


def test_an_idle_stream_is_watched_long_enough_and_its_time_is_planned():
    def plan(idle: str | None) -> Plan:
        return build_plan(["structured"], around=Surroundings(2), idle=idle, rounds="1")

    with pytest.raises(UsageError, match="--idle: 2s is too short"):
        plan("2s")
    short, long = plan(None), plan("20s")
    (spec,) = long.round_trials(1)
    more = trial_s(spec, long.settings) - trial_s(spec, short.settings)
    assert more == pytest.approx(20.0)
