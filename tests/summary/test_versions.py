"""Versions of the arms: said where they differ, as the trials saw them."""

from __future__ import annotations

from bench.report.trial import _what
from bench.results.schema import EnginePlace
from bench.run import Run
from bench.summary.facts import run_facts
from bench.summary.notes import sides
from bench.summary.versions import apart
from tests.report.synthetic import make_info, make_trial

OLD = "dstream:spark=3.5.9"


def run_of(**changes) -> Run:
    results = []
    for number, arm in enumerate((OLD, "structured"), 1):
        result = make_trial(number, arm)
        seen = {"spark": "3.5.9", "java": "11.0.2", "engine_python": "3.10.4"}
        if arm == OLD:
            result.environment = result.environment.model_copy(update=seen)
        results.append(result)
    return Run(None, make_info((OLD, "structured"), planned=2, **changes), results, [])


def test_both_pythons_and_both_javas_stand_in_every_report():
    run = run_of()
    machine = run.info.environment
    old, new = (words for words in sides(run))
    assert old.endswith("Spark 3.5.9, Java 11.0.2, Python 3.10.4")
    assert new.endswith(f"Java {machine.java}, Python {machine.python}")
    told = run_facts(run)["Versions"]
    assert told.startswith(f"sparkbench 0.1.0 on Python {machine.python}; {OLD}: Spark 3.5.9, ")
    words = " ".join(str(line) for line in _what(run.results[0]))
    assert f"Python 3.10.4 (sparkbench itself: {machine.python})" in words


def test_arms_that_ran_on_the_same_say_nothing_of_it():
    run = Run(None, make_info(), [make_trial(1, "dstream"), make_trial(2, "structured")], [])
    assert apart(run) == {}
    machine = run.info.environment
    assert run_facts(run)["Versions"] == (
        f"sparkbench 0.1.0, Spark {machine.spark}, Java {machine.java}, Python {machine.python}"
    )


def test_an_arm_without_a_trial_is_told_as_planned():
    places = {
        OLD: EnginePlace(spark="3.5.9", java="11", python="3.10.4"),
        "structured": EnginePlace(spark="4.3.0", java="17", python="3.11.7"),
    }
    run = Run(None, make_info((OLD, "structured"), places=places), [], [])
    assert apart(run)[OLD] == "Spark 3.5.9, Java 11, Python 3.10.4"
