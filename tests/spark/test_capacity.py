"""One tiny search for capacity on real Spark, through the command."""

from __future__ import annotations

import subprocess
import sys

import pytest

import bench

pytestmark = pytest.mark.slow

#: As small as a search can be: two rates in one JVM, and one afresh.
COMMAND = [
    *("capacity", "structured", "--trigger", "500ms", "--cores", "2", "--p99", "20s"),
    *("--low", "500", "--high", "1000", "--precision", "4", "--warmup", "1s", "--duration", "4s"),
]


@pytest.fixture(scope="module")
def run(require, tmp_path_factory) -> bench.Run:
    require("java")
    out = tmp_path_factory.mktemp("capacity") / "run"
    done = subprocess.run(
        [sys.executable, "-m", "bench.cli", *COMMAND, "--out", str(out)],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert "How many records per second can structured sustain here?" in done.stdout
    return bench.Run.load(out)


def test_the_search_comes_to_an_end_with_a_rate(run):
    (row,) = run.capacity().itertuples()
    # A busy machine may hold less; a thousand records a second ask for little.
    assert row.end in ("ceiling", "closed", "budget")
    assert row.held_per_s in (500, 1000)
    assert row.p99_s < 20
    assert (run.path / "report" / "capacity.png").stat().st_size > 10_000


def test_the_ramp_shares_a_jvm_and_what_is_reported_had_one_of_its_own(run):
    ramp = [r for r in run.results if r.trial.purpose == "ramp"]
    fresh = [r for r in run.results if r.trial.purpose == "fresh"]
    assert ramp
    assert fresh
    assert ramp[0].trial.rate_per_s == 500
    goes_on = [r.jvm_id for r in ramp if r.status != "saturated"]
    assert len(set(goes_on)) == 1
    jvms = [r.jvm_id for r in fresh]
    assert len(set(jvms)) == len(jvms)
    assert not set(jvms) & set(goes_on)
    held = fresh[-1].conservation
    assert held.missing == held.duplicated == 0
