"""``sparkbench demand``: with trials that are stand-ins, and once on real Spark."""

from __future__ import annotations

import json

import pytest

from bench.cli._main import run
from bench.results.store import RunStore
from bench.run import Run
from bench.runtime.shipped import code_digest
from tests.experiments.capacity_world import make_result


@pytest.fixture
def demand(monkeypatch, tmp_path, capfd):
    """Run ``sparkbench demand`` on a machine of 8 CPUs where ``least`` cores hold the rate."""
    monkeypatch.setenv("SPARKBENCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("bench.runner.surroundings.usable_cores", lambda: 8)
    monkeypatch.chdir(tmp_path)

    def go(*arguments, least=3, ends=None, out=True):
        def trial(spec, settings, *, workdir, on_event):
            if ends and spec.number in ends:
                raise ends.pop(spec.number)
            result = make_result(spec, "holds" if spec.cores >= least else "saturated")
            result.trial.code_digest = code_digest()
            return result

        monkeypatch.setattr("bench.runner.execute._real_trial", lambda *given: trial)
        code = run(["demand", *arguments, *(["--out", "run"] if out else [])])
        printed = capfd.readouterr()
        return code, printed.out, printed.err

    return go


def test_it_prints_the_fewest_cores_that_hold_and_writes_its_report(demand, tmp_path, capfd):
    code, out, err = demand("null", "--rate", "50k", "--p99", "2s")
    assert code == 0
    assert "=> null (trigger 1s, rate 50000): 3 cores, not 2 (backlog grows)" in err
    assert "How many cores do 50,000 records/s take here with null?" in out
    assert "For 50,000 records/s: null needs 3 cores." in out
    assert "held: backlog steady, p99 at most 2 s, nothing" in out
    store = RunStore.open(tmp_path / "run")
    assert [result.trial.cores for result in store.read_trials()[0]] == [1, 2, 4, 3]
    names = {path.name for path in store.report_dir.iterdir()}
    assert names == {"index.html", "report.md", "demand.csv"}
    assert "why no fewer" in (store.report_dir / "index.html").read_text()
    csv = (store.report_dir / "demand.csv").read_text().splitlines()
    assert csv[0].startswith("trigger_s,rate_per_s,arm,bound_s,end,cores,missed_cores")
    assert csv[1].startswith("1,50000,null,2,closed,3,2")
    assert run(["show", "run"]) == 0
    assert "why no fewer" in capfd.readouterr().out
    assert run(["show"]) == 0
    assert run(["export", "run", "--format", "md"]) == 0
    assert "## What is needed" in capfd.readouterr().out
    assert run(["compare", "--resume", "run"]) == 2
    assert "sparkbench demand --resume" in capfd.readouterr().err


def test_json_has_what_was_found(demand):
    code, out, err = demand("null", "--rate", "1k,2k", "--json", "-", "--quiet", least=9)
    assert (code, err) == (0, "")
    found = json.loads(out)["demand"]["found"]
    assert [(one["rate_per_s"], one["cores"], one["missed_cores"]) for one in found] == [
        (1000, None, 8),
        (2000, None, 8),
    ]


def test_an_interrupted_search_goes_on(demand, capfd):
    code, out, _err = demand("null", "--rate", "1k", ends={3: KeyboardInterrupt()})
    assert code == 130
    assert "not finished" in out
    assert run(["demand", "--resume", "run", "--rate", "2k"]) == 2
    assert "--rate: a resumed run has its plan" in capfd.readouterr().err
    assert run(["demand", "--resume", "run"]) == 0
    assert [result.trial.cores for result in Run.load("run").results] == [1, 2, 4, 3]


def test_a_dry_run_and_the_sizes_to_be_had(demand, tmp_path):
    code, out, err = demand(
        "structured", "--rate", "50k", "--cores", "2,4,8", "--dry-run", out=False
    )
    assert (code, err) == (0, "")
    assert "structured     2 to 8         3s  trigger 1s, rate 50000" in out
    (tmp_path / "plan.toml").write_text(
        '[compare]\narms = ["null"]\ncores = 2\nrate = "7k"\nuntil = "5%"\n'
    )
    code, out, _err = demand("--plan", "plan.toml", "--dry-run", "--json", "-", out=False)
    plan = json.loads(out)["plan"]
    assert plan["axes"]["cores"] == list(range(1, 9))
    assert plan["axes"]["rate_per_s"] == [7000]
    assert plan["settings"]["demand"] == {"p99_s": None}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "--rate: which rate is to be held? give one, for instance 50k"),
        (["--rate", "1k", "--p99", "soon"], "--p99: 'soon' is not a duration"),
        (["--rate", "1k", "--p99", "0s"], "--p99: 0s leaves room for nothing"),
        (["--rate", "1k", "--cores", "9"], "--cores: 9 cores are more than the 8"),
        (["--rate", "1k", "--master", "spark://a:1"], "--cores: on a cluster, say among which"),
        (["--rate", "1k", "--force"], "--force: only a run that is resumed"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(demand, arguments, words, tmp_path):
    code, out, err = demand("null", *arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
def test_on_spark_a_receiver_makes_the_difference(require, tmp_path, capfd, monkeypatch):
    """A receiver holds a slot for life: a DStream needs a second core whatever the rate."""
    require("java")
    monkeypatch.chdir(tmp_path)
    code = run(
        [
            # A batch of so little is done before the next tick on a busy machine too.
            *("demand", "dstream", "--rate", "100", "--trigger", "1s", "--p99", "20s"),
            *("--warmup", "1s", "--duration", "6s", "--cores", "1,2", "--out", "run"),
        ]
    )
    out = capfd.readouterr().out
    assert code == 0, out
    one, two = Run.load("run").results
    assert (one.status, one.trial.cores) == ("unsupported", 1)
    assert two.trial.cores == 2
    assert two.conservation.missing == 0
    assert "dstream needs 2 cores" in out
    assert "with 1 core " in out
