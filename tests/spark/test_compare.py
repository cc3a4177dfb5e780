"""One real run of both engines through the command, which feeds all the tests below."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

import bench
from bench.measure.phases import phase_sums
from bench.measure.ranges import range_breaks
from bench.results import schema_files
from bench.results.schema import TrialResult

#: A plot needs a trial that nothing disturbed.
pytestmark = [pytest.mark.slow, pytest.mark.alone]

#: Too short to rank anything, long enough for every part of a result to be there.
COMMAND = [
    *("compare", "dstream", "dstream:path=jvm", "structured"),
    *("--trigger", "500ms", "--cores", "1,2", "--rate", "1000"),
    *("--rounds", "1", "--warmup", "1s", "--duration", "4s", "--seed", "5"),
]


@pytest.fixture(scope="module")
def finished(require, tmp_path_factory) -> tuple[subprocess.CompletedProcess[str], Path]:
    require("java")
    out = tmp_path_factory.mktemp("compare") / "run"
    done = subprocess.run(
        [sys.executable, "-m", "bench.cli", *COMMAND, "--out", str(out), "--json", "-"],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    return done, out


@pytest.fixture(scope="module")
def run(finished) -> bench.Run:
    done, out = finished
    assert (out / "run.json").is_file(), done.stderr
    return bench.Run.load(out)


def by_cell(run: bench.Run) -> dict[tuple[str, int], TrialResult]:
    return {(r.trial.arm, r.trial.cores): r for r in run.results}


def test_it_ends_well_and_prints_json_alone(finished):
    done, _out = finished
    # A machine too busy to time anything may void a trial (4); nothing may have failed otherwise.
    assert done.returncode in {0, 4}, done.stderr
    printed = json.loads(done.stdout)
    assert set(printed) == {"run", "cells", "trials"}
    assert "Traceback" not in done.stderr


def test_every_arm_ran_in_every_cell_or_said_why_not(run):
    results = by_cell(run)
    assert set(results) == {
        (arm, cores) for arm in ("dstream", "dstream:path=jvm", "structured") for cores in (1, 2)
    }
    for arm in ("dstream", "dstream:path=jvm"):
        alone = results[arm, 1]
        assert alone.status == "unsupported"
        assert "local[1] leaves none" in alone.reasons[0]
    assert all(r.status != "failed" for r in run.results), [r.reasons for r in run.results]


@pytest.mark.parametrize(
    ("arm", "cores"),
    [("dstream", 2), ("dstream:path=jvm", 2), ("structured", 1), ("structured", 2)],
)
def test_records_and_bytes_are_conserved_and_tied_to_batches(run, arm, cores):
    result = by_cell(run)[arm, cores]
    assert result.load is not None
    assert result.conservation is not None
    sent = result.load.sent_records
    assert sent >= 5 * 1000
    assert result.conservation.received_records == sent
    assert result.conservation.processed_records == sent
    assert result.conservation.processed_bytes == result.load.sent_bytes == sent * 100
    assert (result.conservation.missing, result.conservation.duplicated) == (0, 0)
    assert range_breaks(result.batches) == []
    assert [b.failure for b in result.batches if b.failure] == []


@pytest.mark.parametrize("arm", ["dstream", "dstream:path=jvm", "structured"])
def test_latency_is_what_a_trigger_of_half_a_second_allows(run, arm):
    result = by_cell(run)[arm, 2]
    assert result.latency_s is not None
    gross, net = result.latency_s.gross, result.latency_s.net
    assert gross.n == pytest.approx(1000 * 4, rel=0.01)
    assert gross.negative == 0
    # Nothing is visible before its batch begins, and records wait for half a trigger on average.
    assert 0.25 < gross.p50 < 10
    assert gross.p50 <= gross.p90 <= gross.p99 <= gross.max
    assert net.p50 < gross.p50
    assert gross.mean - net.mean == pytest.approx(0.25, abs=0.05)


@pytest.mark.parametrize("arm", ["dstream", "dstream:path=jvm", "structured"])
def test_phases_sum_to_the_whole(run, arm):
    result = by_cell(run)[arm, 2]
    sums = phase_sums([b for b in result.batches if not b.warmup])
    assert len(sums) >= 5
    outside = [s for s in sums if not s.within]
    assert len(outside) <= 1, outside


def test_where_the_cpu_time_went(run):
    results = by_cell(run)
    python, jvm = results["dstream", 2].resources, results["dstream:path=jvm", 2].resources
    assert python is not None
    assert jvm is not None
    assert python.workers_cpu_s > 0.05 > jvm.workers_cpu_s
    assert python.jvm_cpu_s > 0 < jvm.jvm_cpu_s
    assert python.rss_peak_bytes > 200 << 20
    assert jvm.gc_s is not None


def test_stored_results_fit_the_committed_schema(finished):
    _done, out = finished
    for name, files in (("run", [out / "run.json"]), ("trial", sorted((out / "trials").iterdir()))):
        schema = json.loads(
            (Path(schema_files.__file__).parent / "schemas" / f"{name}.schema.json").read_text()
        )
        assert files
        for file in files:
            jsonschema.validate(json.loads(file.read_text()), schema)


def test_data_frames(run):
    trials, batches = run.trials, run.batches
    # A disturbed round is replaced, so that there may be more.
    assert len(trials[["arm", "cores"]].drop_duplicates()) == 6
    assert len(trials) == len(run.results)
    assert {"arm", "status", "p50_s", "p99_s", "batch_p50_s", "throughput_per_s"} <= set(trials)
    assert len(batches) > 30
    assert {"arm", "batch_id", "records", "batch_s", "warmup", "execution_s"} <= set(batches)


def test_the_report_names_the_paths_and_draws_both_plots(finished):
    _done, out = finished
    report = out / "report"
    names = {file.name for file in report.iterdir()}
    for plot in ("quantiles", "timeline"):
        assert {f"{plot}.png", f"{plot}.svg"} <= names
    assert "cells.csv" in names
    text = (report / "report.md").read_text()
    assert "path python" in text
    assert "path jvm" in text
    assert "unsupported" in text
