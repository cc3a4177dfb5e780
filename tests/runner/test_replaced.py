"""A program beside a trial: it is invalid, its round is replaced, and the verdict is the same."""

from __future__ import annotations

import pytest

from bench.experiments.compare.firm import Firm
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.results.store import RunStore
from bench.runner.execute import execute
from bench.trial.machine import SHARED
from scripts.proof.verdict import DISTURBED_TRIAL, Hog

pytestmark = [pytest.mark.slow, pytest.mark.alone]

#: With half the trigger, half the wait: a ratio that two rounds tell.
PLAN = build_plan(
    ["null", "null:trigger=100ms"],
    around=Surroundings(cores=2),
    axes={"trigger": ["200ms"]},
    warmup="300ms",
    duration="1600ms",
)


def test_a_program_that_takes_a_cpu_costs_a_round_and_not_the_verdict(tmp_path, monkeypatch):
    monkeypatch.setenv("SPARKBENCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv(SHARED)
    hog = Hog()
    try:
        finished = execute(PLAN, out=tmp_path / "run", command="x", on_event=hog)
    finally:
        hog.end()
    results = RunStore.open(finished.path).read_trials()[0]
    (disturbed,) = [r for r in results if r.trial.number == DISTURBED_TRIAL]
    assert disturbed.status == "invalid"
    assert any("programs that are not of the trial" in reason for reason in disturbed.reasons)
    assert [r.trial.round for r in results].count(disturbed.trial.round) == 2
    assert len({r.trial.round for r in results}) >= 3, "one more round took its place"
    (verdict,) = Firm(PLAN).verdicts(results)
    assert verdict.word == "faster"
    assert f"rounds left out as disturbed: {disturbed.trial.round}" in " ".join(verdict.reasons)
    assert finished.outcome.exit_code() == 0
