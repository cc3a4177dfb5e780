"""Settings that were in force: how a report tells of them, and how runs are compared by them."""

from __future__ import annotations

from bench.results.schema import Setting
from bench.run import Run
from bench.stats.comparable import RunFacts, changes
from bench.summary.settings import in_force, settings_lines
from tests.report.synthetic import make_info, make_trial

FILE = "/etc/spark/spark-defaults.conf"
OURS = Setting(key="spark.ui.enabled", value="false", default="true", origin="sparkbench")
BLOCKS = Setting(key="spark.streaming.blockInterval", value="50ms", default="200ms", origin=FILE)


def run_of(**of_arm):
    trials = [make_trial(n, arm, round_number=1) for n, arm in enumerate(of_arm, 1)]
    for trial in trials:
        trial.settings = of_arm[trial.trial.arm]
    return Run(None, make_info(), trials)


def test_what_came_from_outside_is_told_first_and_whose_it_was():
    lines = settings_lines(run_of(dstream=[OURS, BLOCKS], structured=[OURS]))
    assert lines == [
        f"spark.streaming.blockInterval=50ms (Spark: 200ms), from {FILE}; dstream only",
        "spark.ui.enabled=false (Spark: true), from sparkbench itself",
    ]
    assert settings_lines(run_of(dstream=[], structured=[])) == []


def facts(run, **more):
    versions = {**in_force(run.results), **more}
    return RunFacts(run_id="x", schema_version=1, cpu="c", cpus=2, versions=versions)


def test_two_runs_differ_by_what_was_in_force():
    plain, own = facts(run_of(dstream=[OURS])), facts(run_of(dstream=[OURS, BLOCKS]))
    (said,) = changes(plain, own)
    assert said == f"inherited spark.streaming.blockInterval Spark's own to 50ms ({FILE})"
    other = OURS.model_copy(update={"value": "true"})
    assert changes(plain, facts(run_of(dstream=[other]))) == (
        "setting spark.ui.enabled false to true",
    )


def test_a_run_of_before_told_only_what_it_inherited():
    before = RunFacts(run_id="y", schema_version=1, cpu="c", cpus=2)
    assert changes(before, facts(run_of(dstream=[OURS]))) == ()
    (said,) = changes(before, facts(run_of(dstream=[OURS, BLOCKS])))
    assert said.startswith("inherited spark.streaming.blockInterval Spark's own to 50ms")
