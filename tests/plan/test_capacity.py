"""Ladders of rates, and what a trial of a search is carried out under."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.errors import UsageError
from bench.plan.arms import parse_arm
from bench.plan.capacity import (
    CapacitySearch,
    Ladder,
    read_precision,
    read_search,
)
from bench.plan.estimate import trial_s
from bench.plan.spec import Settings
from bench.plan.windows import settings_for
from tests.trial.conftest import spec


@given(
    low=st.floats(1, 1e6),
    factor=st.floats(1, 1e4),
    precision=st.floats(1.02, 4),
)
def test_rungs_rise_from_bottom_to_top_by_the_precision(low, factor, precision):
    ladder = Ladder(low, low * factor, precision)
    assert ladder.bottom <= 0 <= ladder.top
    rates = [ladder.rate_per_s(rung) for rung in range(ladder.bottom, ladder.top + 1)]
    assert rates[0] >= 0.99 * max(low / 256, min(low, 1))
    assert ladder.rate_per_s(0) == low
    assert rates[-1] == low * factor or ladder.top == 0
    for one, two in pairwise(rates):
        assert 1 < two / one <= precision * 1.02


@given(low=st.floats(1, 1e6), factor=st.floats(1, 1e4), precision=st.floats(1.02, 4))
def test_a_rate_tells_its_rung(low, factor, precision):
    ladder = Ladder(low, low * factor, precision)
    for rung in range(ladder.bottom, ladder.top + 1):
        assert ladder.rung_of(ladder.rate_per_s(rung)) == rung
    assert ladder.rung_of(low * factor * 1.5) is None
    assert ladder.rung_of(0) is None


def test_rates_can_be_typed():
    ladder = Ladder(5000, 1e6, 1.15)
    assert [ladder.rate_per_s(rung) for rung in (0, 1, 5, 20, ladder.top)] == [
        *(5000, 5750, 10_100, 81_800),
        1e6,
    ]


RUN = Settings(warmup_s=5, duration_s=30, capacity=CapacitySearch())


def test_ramp_trials_are_short_and_share_a_jvm():
    ramp = settings_for(spec(purpose="ramp", trigger_s=1.0), RUN)
    assert (ramp.fork, ramp.warmup_s, ramp.duration_s, ramp.tail_s) == ("engine", 2, 5, 5)
    fresh = settings_for(spec(purpose="fresh", trigger_s=1.0), RUN)
    assert (fresh.fork, fresh.warmup_s, fresh.duration_s, fresh.tail_s) == ("cell", 5, 30, 5)


@pytest.mark.parametrize(("p99", "trigger_s"), [(None, 0.1), (None, 10.0), (12.0, 1.0)])
def test_a_trial_waits_for_what_the_bound_allows_and_little_more(p99, trigger_s):
    search = CapacitySearch(p99_s=p99)
    for purpose in ("ramp", "fresh"):
        own = settings_for(
            spec(purpose=purpose, trigger_s=trigger_s), replace(RUN, capacity=search)
        )
        bound = search.bound_s(trigger_s)
        assert bound + trigger_s < own.tail_s <= bound + 5 + 2 * trigger_s


def test_other_runs_keep_their_settings():
    plain = Settings()
    assert settings_for(spec(), plain) is plain


def test_the_time_of_a_search_is_estimated_by_kind():
    arm = parse_arm("structured")
    ramp, fresh = (spec(arm=arm, purpose=what, trigger_s=1.0) for what in ("ramp", "fresh"))
    assert trial_s(ramp, RUN, ramp) < trial_s(ramp, RUN) < trial_s(fresh, RUN)


def test_the_bound_is_three_intervals_and_a_second_at_least():
    search = CapacitySearch()
    assert [search.bound_s(t) for t in (0.0, 0.1, 1.0, 5.0)] == [1, 1, 3, 15]
    assert CapacitySearch(p99_s=0.5).bound_s(5.0) == 0.5


def test_settings_of_a_newer_version_are_ignored():
    data = {**CapacitySearch(p99_s=2).to_dict(), "later": 1}
    assert CapacitySearch.from_dict(data) == CapacitySearch(p99_s=2)


@pytest.mark.parametrize("text", ["1", "1.01", "4.1", "nan", "wide", "-2"])
def test_a_precision_out_of_range_is_refused(text):
    with pytest.raises(ValueError, match=r"write one like 1\.15"):
        read_precision(text)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"high": "100"}, "--high: 100 records/s are below the start, 1,000"),
        ({"high": "fast"}, "--high: 'fast' is not a rate"),
        ({"precision": "1"}, "--precision: "),
        ({"p99": "0s"}, "--p99: 0s leaves room for nothing"),
        ({"p99": "3"}, "--p99: '3' is not a duration"),
        ({"budget": "0s"}, "--budget: "),
    ],
)
def test_what_cannot_be_is_one_sentence(given, words):
    with pytest.raises(UsageError) as refused:
        read_search(low_per_s=1000, longest_trigger_s=1, **given)
    assert words in str(refused.value)


def test_the_budget_grows_with_the_trigger():
    assert read_search(low_per_s=1, longest_trigger_s=0.1).budget_s == 360
    assert read_search(low_per_s=1, longest_trigger_s=5).budget_s == 1800
    assert read_search(low_per_s=1, longest_trigger_s=5, budget="9m").budget_s == 540
