"""Rounds a verdict takes, and what a user may ask for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.errors import UsageError
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.plan.plan import Plan
from bench.plan.precision import minimum, shortfall
from bench.plan.spec import Settings
from bench.stats.launches import LEAST
from tests.cli.results.made_runs import of_before

AROUND = Surroundings(cores=4)
STRUCK = ("stall:at=20s,for=3s", "disconnect:at=20s,for=3s")


def plan(*arms, triggers="1s", cores="1", faults=("none",), **options):
    axes = {"trigger": [triggers], "cores": [cores], "fault": list(faults)}
    return build_plan(arms, around=AROUND, axes=axes, **options)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (
            of_before(plan(rounds="3")),
            "with 1 cell a verdict needs at least 4 rounds; 3 give an estimate",
        ),
        (
            of_before(plan(triggers="1s,2s", cores="1,2", rounds="1")),
            "with 4 cells a verdict needs at least 5 rounds; 1 gives an estimate",
        ),
        (
            of_before(plan("null", "dstream", "structured", triggers="1s,2s", rounds="4")),
            "with 2 cells and 3 arms a verdict needs at least 5 rounds; 4 give an estimate",
        ),
        (of_before(plan(rounds="4")), None),
        (
            of_before(plan(faults=STRUCK, rounds="4")),
            "the verdicts on outage and on recovery, 4 at once, need at least 5 rounds; "
            "those of the cells have enough",
        ),
        (
            of_before(plan(faults=STRUCK, rounds="3")),
            "with 2 cells a verdict needs at least 4 rounds; 3 give an estimate",
        ),
        (of_before(plan(faults=STRUCK, rounds="5")), None),
        (of_before(plan("null", faults=STRUCK, rounds="4")), None),
        (
            of_before(plan(quick=True, rounds="3")),
            "with 1 cell a verdict needs at least 4 rounds; 3 give an estimate",
        ),
    ],
)
def test_too_few_rounds_of_a_plan_of_before_are_told_in_advance(made, words):
    assert shortfall(made) == words


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (plan(rounds="1"), "with 1 cell a verdict needs at least 2 rounds; 1 gives an estimate"),
        (
            plan("null", "dstream", "structured", triggers="1s,2s", cores="1,2", rounds="1"),
            "with 4 cells and 3 arms a verdict needs at least 2 rounds; 1 gives an estimate",
        ),
        (
            plan(quick=True, rounds="1"),
            "with 1 cell a verdict needs at least 2 rounds; 1 gives an estimate",
        ),
        (plan(triggers="1s,2s", cores="1,2", rounds="2"), None),
        (plan(faults=STRUCK, rounds="2"), None),
        (plan(), None),
        (plan(quick=True), None),
        (plan("null", rounds="1"), None),
        (plan(until="5%"), None),
        (replace(plan(rounds="1"), settings=replace(plan(rounds="1").settings, soak=True)), None),
    ],
)
def test_too_few_rounds_are_told_in_advance(made, words):
    assert shortfall(made) == words


@pytest.mark.parametrize("triggers", ["1s", "1s,2s", "1s,2s,3s,4s,5s,6s,7s,8s"])
def test_two_launches_an_arm_suffice_for_any_number_of_verdicts(triggers):
    assert minimum(plan(triggers=triggers)) == minimum(plan(triggers=triggers, rounds="9")) == LEAST
    assert minimum(of_before(plan(triggers=triggers))) == minimum(
        plan(triggers=triggers, until="5%")
    )


def test_until_begins_with_the_pilot_of_its_verdicts():
    made = plan(triggers="1s,2s", until="7.5%", budget="20m", metric="throughput")
    settings = made.settings
    assert (settings.until, settings.budget_s, settings.rounds) == (0.075, 1200.0, 7)
    assert settings.metric == "throughput"
    assert minimum(made) == 4
    assert Plan.from_dict(made.to_dict()) == made


def test_settings_at_their_default_leave_the_hash_of_earlier_plans():
    assert not {"until", "budget_s", "metric"} & Settings().to_dict().keys()
    assert Settings.from_dict(Settings(until=0.05).to_dict()).until == 0.05


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"until": "0.05"}, "--until: '0.05' is not a share in percent; write one like 5%"),
        ({"until": "0%"}, "--until: '0%' is not between"),
        ({"until": "100%"}, "--until: '100%' is not between"),
        ({"until": "5%", "budget": "0s"}, "--budget: a budget of 0s runs nothing"),
        ({"until": "5%", "rounds": "8"}, "--rounds: --until finds the number; leave it out"),
        ({"budget": "5m"}, "--budget: a budget ends a run with --until; add it"),
        ({"metric": "e2e_p90"}, "--metric: unknown metric 'e2e_p90' (known: e2e_p99"),
    ],
)
def test_what_cannot_be_asked_for(options, words):
    with pytest.raises(UsageError) as caught:
        plan(**options)
    assert str(caught.value).startswith(words)


def test_one_arm_has_no_interval():
    with pytest.raises(UsageError, match="--until: one arm has nothing to be compared with"):
        plan("null", until="5%")
