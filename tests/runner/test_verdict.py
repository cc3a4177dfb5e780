"""A real run of the engine without Spark, one arm made slower on purpose, to its verdict."""

from __future__ import annotations

import pytest

import bench

#: Whole trials, some seconds each.
pytestmark = pytest.mark.slow

ARMS = ("null", "null:conf.null.batch_s=0.1")


def test_an_arm_made_slower_is_found_slower(tmp_path, monkeypatch):
    monkeypatch.setenv("SPARKBENCH_CACHE", str(tmp_path / "cache"))
    run = bench.compare(
        *ARMS,
        trigger="200ms",
        cores=1,
        rate=100,
        warmup="0s",
        duration="400ms",
        rounds=4,
        metric="batch_p50",
        out=tmp_path / "run",
        quiet=True,
    )
    (comparison,) = run.summaries[0].comparisons
    verdict = comparison.verdict
    spoiled = {result.status for result in run.results} - {"ok"}
    if spoiled:
        # A machine busy with other things may disturb the trials; then there is no verdict.
        assert verdict.word in ("unranked", "slower", "not enough rounds")
        assert verdict.reasons or verdict.word == "slower"
    else:
        assert verdict.word == "slower"
        assert verdict.low > 2
    assert verdict.n + sum(r.status != "ok" for r in run.results) >= 4
    assert "Measured windows: " in run.markdown()
