"""What a trial says of its rate: backlog, bound, loss; and whose fault it is."""

from __future__ import annotations

import pytest

from bench.experiments.capacity import outcome as capacity_outcome
from bench.experiments.capacity.outcome import MEANING, outcome_of
from bench.experiments.capacity.search import Capacity
from bench.measure.thresholds import THRESHOLDS
from tests.experiments.capacity_world import CHECKS, make_plan, make_result

SPEC = Capacity(make_plan()).next([])


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("holds", "holds"),
        ("slow", "slow"),
        ("saturated", "saturated"),
        ("late", "saturated"),
        ("between", "between"),
        ("few", "between"),
        ("lost", "lost"),
        ("torn", "lost"),
        ("generator", "generator"),
        ("invalid", "invalid"),
        ("failed", "failed"),
        ("unsupported", "unsupported"),
        # The engine was still getting faster, or shared its CPUs: the rate held all the same.
        ("cold", "holds"),
        ("shared", "holds"),
    ],
)
def test_each_ending_has_its_word(said, word):
    found = outcome_of(make_result(SPEC, said), bound_s=3.0)
    assert found.word == word
    assert bool(found.reason) == (word != "holds")
    assert found.word in MEANING


def test_disturbances_that_did_not_matter_are_noted():
    assert len(outcome_of(make_result(SPEC, "shared"), 3.0).notes) == 2
    assert outcome_of(make_result(SPEC), 3.0).notes == ()


def test_the_bound_is_on_p99():
    assert outcome_of(make_result(SPEC, p99_s=2.9), 3.0).holds
    slow = outcome_of(make_result(SPEC, p99_s=3.1), 3.0)
    assert (slow.word, slow.reason) == ("slow", "p99 is 3.1 s, allowed at most 3 s")


@pytest.mark.parametrize(("starved_s", "word"), [(0.5, "generator"), (0.05, "slow")])
def test_a_late_generator_is_to_blame_for_as_much_as_it_was_late(starved_s, word):
    result = make_result(SPEC, "shared", p99_s=3.2, starved_s=starved_s)
    assert outcome_of(result, 3.0).word == word


def test_an_engine_behind_what_was_delivered_is_saturated_whatever_was_offered():
    result = make_result(SPEC, "generator")
    checks = [
        c.model_copy(update={"passed": c.name != "saturation" and c.passed}) for c in result.checks
    ]
    changed = {"checks": checks, "throughput_per_s": 0.9 * result.load.delivered_per_s}
    assert outcome_of(result.model_copy(update=changed), 3.0).word == "saturated"


def test_the_reason_is_what_was_seen_without_advice():
    assert outcome_of(make_result(SPEC, "saturated"), 3.0).reason == "as it is"
    assert outcome_of(make_result(SPEC, "lost"), 3.0).reason == "conservation_records: as it is"


def test_a_result_without_a_latency_says_nothing():
    result = make_result(SPEC).model_copy(update={"latency_s": None})
    assert outcome_of(result, 3.0).word == "invalid"


def test_the_checks_it_reads_are_checks():
    named = {
        *capacity_outcome._NOTED,
        *capacity_outcome._BELIEVED,
        *capacity_outcome._LOST,
        *CHECKS,
    }
    assert named <= set(THRESHOLDS)
