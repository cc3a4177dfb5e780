"""``Run``: a stored run as data frames and as a report; ``compare`` as a function."""

from __future__ import annotations

import os
import subprocess
import sys

import pandas as pd
import pytest

from bench.errors import UsageError
from bench.report.plots import plots_of
from bench.results.frames import BATCH_COLUMNS, TRIAL_COLUMNS
from bench.results.store import RunStore
from bench.run import Run
from tests.report.synthetic import make_info, make_results, make_trial


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    store = RunStore.create(tmp_path_factory.mktemp("runs") / "one", make_info())
    for result in make_results(rounds=2):
        store.write_trial(result)
    return store


@pytest.fixture
def run(stored):
    return Run.load(stored.path)


def test_load_reads_everything(run, stored):
    assert run.path == stored.path
    assert run.info == stored.info
    assert run.problems == []
    assert len(run.results) == 16
    assert run.arms == ("dstream", "structured")
    assert "dstream against structured, 16 of 24 trials" in repr(run)


def test_load_refuses_what_is_no_run(tmp_path):
    with pytest.raises(UsageError, match="no such run"):
        Run.load(tmp_path / "none")


def test_trials_has_a_row_a_trial_and_flat_columns(run):
    frame = run.trials
    assert tuple(frame.columns) == TRIAL_COLUMNS
    assert list(frame["number"]) == list(range(1, 17))
    asked = "arm engine status trigger_s cores rate_per_s round slot p50_s p99_s net_p99_s"
    assert set(f"{asked} batch_p50_s throughput_per_s".split()) <= set(frame.columns)
    first = run.results[1]
    row = frame.iloc[1]
    assert row["p99_s"] == first.latency_s.gross.p99
    assert row["net_p99_s"] == first.latency_s.net.p99
    assert row["batch_p50_s"] == first.batch_s.p50
    unsupported = frame[frame["status"] == "unsupported"]
    assert unsupported["p99_s"].isna().all()
    assert frame["p99_s"].dtype == "float64"


def test_batches_has_a_row_a_batch(run):
    frame = run.batches
    assert tuple(frame.columns) == BATCH_COLUMNS
    assert len(frame) == sum(len(result.batches) for result in run.results)
    assert frame["batch_s"].to_numpy() == pytest.approx(
        (frame["finished"] - frame["started"]).to_numpy()
    )
    one = frame[frame["number"] == 2]
    assert one["records"].sum() == run.results[1].load.sent_records
    assert one["since_load_s"].min() >= 0
    assert one["execution_s"].notna().all()
    joined = frame.merge(run.trials[["number", "trigger_s"]], on="number")
    assert len(joined) == len(frame)


def test_cells_has_a_row_a_cell_and_arm(run):
    frame = run.cells
    assert len(frame) == 8
    assert list(frame.columns[:3]) == ["trigger_s", "cores", "rate_per_s"]
    ok = frame[(frame["cores"] == 2) & (frame["arm"] == "structured")]
    assert ok["ratio"].between(0.3, 1.2).all()
    assert ok["p99_s"].notna().all()
    saturated = frame[frame["status"] == "saturated"].iloc[0]
    assert pd.isna(saturated["p99_s"])
    assert saturated["batch_p50_s"] > 0.5
    assert "backlog" in saturated["reason"]


def test_a_run_without_trials_has_all_columns():
    run = Run(None, make_info(), [])
    assert tuple(run.trials.columns) == TRIAL_COLUMNS
    assert tuple(run.batches.columns) == BATCH_COLUMNS
    assert list(run.cells.columns)[:2] == ["arm", "engine"]


def test_further_axes_are_columns():
    results = [make_trial(n, cell={"conf.spark.x": str(n), "cores": 2}) for n in (1, 2)]
    run = Run(None, make_info(), results)
    assert list(run.trials["conf.spark.x"]) == ["1", "2"]
    assert "conf.spark.x" in run.cells.columns


def test_the_report_is_written_into_the_run_and_repeats(run, stored):
    """In another process, too; which needs no display for it."""
    paths = run.write_report()
    stems = [plot.stem for plot in plots_of(run)]
    assert {"quantiles", "timeline", "phases"} <= set(stems)
    images = {f"{stem}.{kind}" for stem in stems for kind in ("png", "svg")}
    assert [path.name for path in paths][:1] == ["index.html"]
    assert {path.name for path in paths} == {"index.html", "report.md", "cells.csv"} | images
    assert {path.parent for path in paths} == {stored.path / "report"}
    before = {path: path.read_bytes() for path in paths}
    for path in paths:
        path.unlink()
    code = (
        "import sys; from bench.run import Run; Run.load(sys.argv[1]).write_report(); "
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "MPLBACKEND")}
    subprocess.run([sys.executable, "-c", code, stored.path], check=True, env=environment)
    assert {path: path.read_bytes() for path in paths} == before
    assert len(pd.read_csv(stored.path / "report" / "cells.csv")) == len(run.cells)


def test_a_report_of_a_run_that_is_not_stored_needs_a_place(tmp_path):
    run = Run(None, make_info(), [])
    with pytest.raises(UsageError, match="say where"):
        run.write_report()
    names = {path.name for path in run.write_report(tmp_path / "new")}
    assert names == {"index.html", "report.md", "cells.csv"}


def test_modules_load_without_the_heavy_libraries():
    code = (
        "import sys, bench.api, bench.run, bench.report.export; "
        "heavy = {'numpy', 'pandas', 'matplotlib', 'rich', 'scipy'} & set(sys.modules); "
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


class TestCompare:
    """The plan it makes; running it is the runner's affair."""

    @pytest.fixture
    def executed(self, monkeypatch, tmp_path):
        import bench.runner.execute as runner
        from bench.runner.runner import Outcome

        seen = {}

        def execute(plan, *, out, command, on_event, **more):
            store = RunStore.create(tmp_path / "run", make_info(["null"]))
            store.write_trial(make_trial(1, "null"))
            seen.update(plan=plan, out=out, command=command)
            return runner.Finished(store.path, seen.get("outcome", Outcome()))

        monkeypatch.setattr(runner, "execute", execute)
        return seen

    def test_numbers_and_texts_mean_the_same(self, executed):
        from bench.api import compare

        run = compare(
            "null",
            trigger=[0.5, "1s,2s"],
            cores=1,
            rate=["1k", 2500],
            conf={"spark.a": ["x", "y"], "spark.b": True},
            rounds=2,
            warmup=3,
            duration="12s",
            quiet=True,
        )
        assert len(run.results) == 1
        assert (run.path / "report" / "report.md").exists()
        plan = executed["plan"]
        assert plan.axes["trigger_s"] == (0.5, 1.0, 2.0)
        assert plan.axes["rate_per_s"] == (1000.0, 2500.0)
        assert plan.axes["conf.spark.a"] == ("x", "y")
        assert plan.axes["conf.spark.b"] == ("true",)
        assert (plan.settings.rounds, plan.settings.warmup_s, plan.settings.duration_s) == (
            2,
            3.0,
            12.0,
        )
        assert executed["command"] == (
            "sparkbench compare null --trigger 500ms,1s,2s --cores 1 --rate 1k,2500 "
            "--conf spark.a=x --conf spark.a=y --conf spark.b=true "
            "--rounds 2 --warmup 3s --duration 12s"
        )

    @pytest.mark.parametrize(
        "wrong",
        [
            {"trigger": -1},
            {"trigger": "soon"},
            {"cores": 0},
            {"rate": 0},
            {"rate": float("nan")},
            {"rounds": 0},
            {"duration": -1},
            {"sink": "floor"},
            {"job": "none"},
        ],
    )
    def test_wrong_arguments_are_named_and_nothing_runs(self, executed, wrong):
        from bench.api import compare

        with pytest.raises(UsageError, match=next(iter(wrong))):
            compare("null", quiet=True, **wrong)
        assert not executed

    def test_an_interruption_passes_through_after_the_report(self, executed, tmp_path):
        from bench.api import compare
        from bench.runner.runner import Outcome

        executed["outcome"] = Outcome(interrupted=True)
        with pytest.raises(KeyboardInterrupt):
            compare("null", quiet=True)
        assert (tmp_path / "run" / "report" / "report.md").exists()

    def test_a_search_for_capacity_is_the_command_s(self, executed, tmp_path):
        from bench import capacity

        plan = tmp_path / "plan.toml"
        plan.write_text(
            '[compare]\narms = ["null"]\nrate = [1000, 2000]\nrounds = 9\nseed = 4\n'
            'trigger = ["2s", "5s"]\nwarmup = "8s"\n'
        )
        capacity(
            cores=1,
            low=2000,
            high="1M",
            precision=1.5,
            p99=3,
            budget="20m",
            warmup="7s",
            conf={"spark.a": 1},
            plan=plan,
            filter="trigger=2s",
            quiet=True,
        )
        made = executed["plan"]
        assert [arm.text for arm in made.arms] == ["null"]
        assert made.axes["rate_per_s"] == (2000.0,)
        assert made.axes["trigger_s"] == (2.0,)
        assert made.axes["conf.spark.a"] == ("1",)
        assert (made.settings.rounds, made.settings.seed, made.settings.warmup_s) == (1, 4, 7.0)
        search = made.settings.capacity
        assert (search.high_per_s, search.precision, search.p99_s, search.budget_s) == (
            1e6,
            1.5,
            3.0,
            1200.0,
        )
        assert executed["command"] == (
            "sparkbench capacity --cores 1 --conf spark.a=1 --low 2000 --high 1M --precision 1.5 "
            f"--p99 3s --budget 20m --warmup 7s --plan {plan} --filter trigger=2s"
        )

    @pytest.mark.parametrize("wrong", [{"low": 0}, {"precision": 1}, {"p99": -1}, {"cores": 0}])
    def test_a_search_names_what_is_wrong(self, executed, wrong):
        from bench import capacity

        with pytest.raises(UsageError, match=next(iter(wrong))):
            capacity("null", quiet=True, **wrong)
        assert not executed
