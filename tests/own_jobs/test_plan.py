"""A user's job in a plan: its name in cells, its version in the hash, what it needs in trials."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bench.contract.jobs import JobInfo, Param
from bench.errors import UsageError
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.plan.own import OwnJob
from bench.plan.plan import Plan, hash_of

JOB = OwnJob(
    JobInfo(
        "own_for_plan",
        "Mine",
        "yours",
        inputs=2,
        lines="events",
        keys=7,
        params=(Param("k", 3, "how many", minimum=1),),
        paths=(("structured", "python"),),
    ),
    "/somewhere/own_for_plan.py",
    "/somewhere/own_for_plan.py",
    "0" * 64,
    {"dstream": ("python",), "structured": ("python",)},
)


class Found:
    """Finds one job by its path."""

    def __init__(self, job: OwnJob = JOB) -> None:
        self._job = job

    def find(self, text):
        return self._job if text in (self._job.reference, self._job.name) else None

    def all(self):
        return (self._job,)


def plan(*arms: str, job: OwnJob = JOB, **options) -> Plan:
    around = Surroundings(4, own=Found(job))
    axes = options.pop("axes", {"job": [job.reference]})
    return build_plan(arms, around=around, axes=axes, **options)


def test_its_name_stands_for_it_and_its_file_goes_to_the_trial():
    made = plan(params=["k=5"])
    assert made.axes["job"] == ("own_for_plan",)
    for spec in made.round_trials(1):
        assert spec.job == "own_for_plan"
        assert (spec.job_reference, spec.job_digest) == (JOB.reference, JOB.sha256)
        assert (spec.streams, spec.lines, spec.keys) == (2, "events", 7)
        assert spec.job_params == {"k": 5}
        assert spec.path == "python"


def test_a_job_of_the_catalogue_beside_it_has_no_file():
    made = plan(axes={"job": [f"echo,{JOB.reference}"]})
    files = {spec.job: spec.job_reference for spec in made.round_trials(1)}
    assert files == {"echo": "", "own_for_plan": JOB.reference}


def test_an_arm_can_pin_it():
    made = plan("dstream", f"structured:job={JOB.reference}", axes={})
    assert made.arms[1].text == "structured:job=own_for_plan"
    assert made.settings.own_jobs == (JOB,)


def test_the_hash_changes_with_the_file_and_not_with_its_place():
    before = plan()
    changed = replace(JOB, sha256="1" * 64)
    moved = replace(JOB, reference="/elsewhere/own_for_plan.py", file="/elsewhere/own_for_plan.py")
    assert plan(job=changed).plan_hash != before.plan_hash
    assert plan(job=moved).plan_hash == before.plan_hash


def test_plans_without_one_say_nothing_of_it():
    made = build_plan(["null"], around=Surroundings(2))
    assert "own_jobs" not in made.settings.to_dict()
    assert hash_of(made.to_dict()) == made.plan_hash


def test_it_survives_the_run_file():
    made = plan()
    stored = json.loads(json.dumps(made.to_dict()))
    again = Plan.from_dict(stored)
    assert again.settings == made.settings
    assert again.plan_hash == made.plan_hash == hash_of(stored)
    assert again.round_trials(1) == made.round_trials(1)


def test_a_parameter_that_cannot_be():
    with pytest.raises(UsageError, match="job own_for_plan: parameter k: 0 is out of range"):
        plan(params=["k=0"])


def test_an_arm_it_has_no_side_for():
    half = replace(JOB, engines={"dstream": ("python",)})
    with pytest.raises(UsageError, match="has no function build_structured"):
        plan("dstream", "structured", job=half)
    assert plan("dstream", job=half).round_trials(1)


def test_an_unknown_job_is_still_unknown():
    with pytest.raises(UsageError, match="unknown job 'nope'"):
        plan(axes={"job": ["nope"]})
