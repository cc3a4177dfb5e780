"""``sparkbench capacity``: with trials that are stand-ins, and with the null engine."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

from bench.cli._main import run
from bench.errors import EnvironmentProblem
from bench.results.store import RunStore
from bench.run import Run
from bench.runtime.shipped import code_digest
from tests.experiments.capacity_world import make_result, with_capacity


@pytest.fixture
def capacity(monkeypatch, tmp_path, capfd):
    """Run ``sparkbench capacity null`` with made-up trials; ``ends`` by number go another way."""
    monkeypatch.setenv("SPARKBENCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)

    def go(*arguments, limit=30_000, ends=None, arms=("null",), out=True):
        def trial(spec, settings, *, workdir, on_event):
            end = (ends or {}).get(spec.number)
            if isinstance(end, BaseException):
                del ends[spec.number]
                raise end
            result = make_result(spec, end) if end else with_capacity(limit)(spec)
            result.trial.code_digest = code_digest()
            return result

        monkeypatch.setattr("bench.runner.execute._real_trial", lambda *given: trial)
        where = ["--out", "run"] if out else []
        code = run(["capacity", *arms, "--cores", "1", *where, *arguments])
        printed = capfd.readouterr()
        return code, printed.out, printed.err

    return go


def resumed(capfd, *arguments):
    code = run(["capacity", "--resume", "run", *arguments])
    printed = capfd.readouterr()
    return code, printed.out, printed.err


def test_a_search_ends_with_its_table_and_its_report(capacity, tmp_path):
    code, out, err = capacity()
    assert code == 0
    assert "backlog grows" in out
    assert "=> null (trigger 1s, cores 1): holds " in err
    assert "rate 5000  ramp" in err
    assert "holds, p50 600 ms, p99 1.1 s" in err
    assert "backlog grows: as it is, p50" in err
    store = RunStore.open(tmp_path / "run")
    assert store.info.plan["settings"]["capacity"]["precision"] == 1.15
    assert store.info.finished_at is not None
    assert store.info.planned_trials == len(store.read_trials()[0])
    names = {path.name for path in store.report_dir.iterdir()}
    assert {"report.md", "capacity.csv", "curve.csv", "capacity.png", "capacity.svg"} <= names


def test_json_is_all_there_is_on_standard_output(capacity):
    code, out, err = capacity("--json", "-", "--quiet")
    assert (code, err) == (0, "")
    (found,) = json.loads(out)["capacity"]["found"]
    assert found["held_per_s"] <= 30_000 < found["missed_per_s"]


@pytest.mark.parametrize(
    ("ends", "code"),
    [
        ({4: "failed"}, 0),
        ({1: "unsupported"}, 0),
        ({1: "failed", 2: "failed"}, 4),
        ({3: EnvironmentProblem("the disk is full")}, 3),
        ({3: KeyboardInterrupt()}, 130),
    ],
)
def test_exit_codes_are_about_searches_and_not_about_trials_above_the_limit(capacity, ends, code):
    got, out, _err = capacity(ends=ends)
    assert got == code
    assert "How many records per second" in out


def test_an_interrupted_search_reports_and_goes_on(capacity, capfd, tmp_path):
    code, out, err = capacity(ends={4: KeyboardInterrupt()})
    assert code == 130
    assert "interrupted; what finished is kept" in err
    assert "not finished" in out
    assert len(Run.load("run").results) == 3
    code, out, _err = resumed(capfd)
    assert code == 0
    assert "backlog grows" in out
    numbers = [result.trial.number for result in Run.load("run").results]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(RunStore.open(tmp_path / "run").info.parts) == 2


def test_show_and_export_know_it(capacity, capfd):
    capacity()
    assert run(["show", "run"]) == 0
    shown = capfd.readouterr().out
    assert "Latency by rate, up to the knee:" in shown
    assert "  ramp  " in shown
    assert run(["export", "run", "--what", "capacity"]) == 0
    assert capfd.readouterr().out.startswith("trigger_s,cores,arm,engine,path,guarantee,held_per_s")
    assert run(["export", "run", "--what", "curve"]) == 0
    assert ",fresh,holds," in capfd.readouterr().out
    assert run(["export", "run", "--format", "md"]) == 0
    assert "## What holds" in capfd.readouterr().out
    assert run(["show"]) == 0
    assert run(["diff", "run", "run"]) == 2
    assert "whose trials pair with none" in capfd.readouterr().err


def test_a_dry_run_runs_nothing_and_says_how_long(capacity, tmp_path):
    code, out, err = capacity("--dry-run", "--trigger", "1s,5s", arms=())
    assert (code, err) == (0, "")
    assert len(out.splitlines()) == 1 + 4 * 2 + 1
    assert "8 searches: perhaps " in out
    assert "with --budget 30m each" in out
    assert not (tmp_path / "run").exists()
    code, out, _err = capacity("--dry-run", "--json", "-")
    data = json.loads(out)
    assert data["plan"]["settings"]["capacity"]["high_per_s"] == 1e7
    assert data["trials"][0]["purpose"] == "ramp"


def test_a_comparison_s_plan_says_what_is_searched(capacity, tmp_path):
    (tmp_path / "plan.toml").write_text(
        '[compare]\narms = ["null", "structured"]\nrate = ["1k", "10k"]\nuntil = "5%"\n'
        'trigger = ["1s", "2s"]\nduration = "40s"\nquick = true\n'
    )
    plan = ["--plan", "plan.toml"]
    code, out, err = capacity("--dry-run", *plan, "--json", "-", arms=())
    assert (code, err) == (0, "")
    made = json.loads(out)["plan"]
    assert [arm["text"] for arm in made["arms"]] == ["null", "structured"]
    assert made["settings"]["duration_s"] == 40
    assert not made["settings"]["estimate"]
    code, out, err = capacity(*plan, "--filter", "arm=null,trigger=1s", "--low", "9k", arms=())
    assert code == 0, err
    store = RunStore.open(tmp_path / "run")
    assert store.info.plan["axes"]["trigger_s"] == [1.0]
    assert store.info.plan["axes"]["rate_per_s"] == [9000.0]
    assert (tmp_path / "run" / "plan.toml").exists()
    code, _out, err = capacity(*plan, "--low", "0", arms=(), out=False)
    assert code == 2
    assert err.startswith("sparkbench: --low: ")
    (tmp_path / "plan.toml").write_text('[compare]\ntrigger = ["soon"]\n')
    code, _out, err = capacity(*plan, arms=(), out=False)
    assert code == 2
    assert "plan.toml: compare.trigger[0]: " in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--low", "fast"], "--low: 'fast' is not a rate"),
        (["--low", "1k,2k"], "--low: a search begins at one rate"),
        (["--low", "10k", "--high", "9k"], "--high: 9,000 records/s are below the start"),
        (["--precision", "1"], "--precision: '1' is not a ratio"),
        (["--p99", "soon"], "--p99: 'soon' is not a duration"),
        (["--budget", "0s"], "--budget: 0s leaves room for nothing"),
        (["--arrivals", "burst:factor=9,at=20s,for=2s"], "no one rate that could hold"),
        (["--force"], "--force: only a run that is resumed"),
        (["--json", "here"], "--json: 'here' is not '-'"),
        (["null:rate=9"], "the rate is what is searched"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(capacity, arguments, words, tmp_path):
    code, out, err = capacity(*arguments, arms=() if ":" in arguments[0] else ("null",))
    assert (code, out) == (2, "")
    assert words in err
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "run").exists()


def test_a_resumed_search_keeps_its_plan(capacity, capfd):
    capacity(ends={3: KeyboardInterrupt()})
    for option in (["--low", "9k"], ["--trigger", "2s"], ["--conf", "a=b"], ["--duration", "9s"]):
        code, _out, err = resumed(capfd, *option)
        assert code == 2
        assert f"{option[0]}: a resumed run has its plan" in err
    assert run(["compare", "--resume", "run"]) == 2
    assert "sparkbench capacity --resume" in capfd.readouterr().err


def test_only_a_search_can_be_gone_on_with(capfd, tmp_path, monkeypatch):
    from tests.cli.results.made_runs import make_plan, make_run

    monkeypatch.chdir(tmp_path)
    make_run(tmp_path / "run", make_plan("null", rounds="1"))
    assert resumed(capfd)[0] == 2


# --- the null engine, in real processes -----------------------------------------------------------

#: A search of some seconds: short intervals, few rungs.
QUICK = [
    *("--cores", "1", "--trigger", "100ms", "--warmup", "200ms", "--duration", "1s"),
    *("--precision", "1.6", "--p99", "1s"),
]


@pytest.mark.slow
def test_a_real_engine_with_a_known_limit(sparkbench, folder):
    answer = sparkbench(
        *("capacity", "null", *QUICK, "--low", "2k", "--high", "200k", "--out", "run"),
        *("--conf", "null.capacity_per_s=15000"),
        timeout_s=250,
    )
    assert answer.code == 0, answer.err
    run_ = Run.load(folder / "run")
    (row,) = run_.capacity().itertuples()
    assert row.end == "closed"
    # A busy machine makes an engine slower, never faster.
    assert row.held_per_s <= 15_000
    assert row.held_per_s >= 15_000 / 1.6**3
    ramp = [r for r in run_.results if r.trial.purpose == "ramp" and r.status != "saturated"]
    assert len({r.jvm_id for r in ramp if r.status in ("ok", "unsettled")}) >= 1
    fresh = [r.jvm_id for r in run_.results if r.trial.purpose == "fresh"]
    assert len(set(fresh)) == len(fresh)
    assert (folder / "run" / "report" / "capacity.svg").is_file()


@pytest.mark.slow
def test_an_engine_that_hangs_ends_the_ramp_soon_and_is_killed(sparkbench, folder):
    answer = sparkbench(
        *("capacity", "null", *QUICK, "--low", "2k", "--high", "60k", "--out", "run"),
        *("--conf", "null.hang_records=1500"),
        timeout_s=250,
    )
    assert answer.code == 0, answer.err
    run_ = Run.load(folder / "run")
    (row,) = run_.capacity().itertuples()
    assert row.held_per_s < 20_000
    hung = [r for r in run_.results if r.trial.rate_per_s > row.held_per_s]
    assert hung
    assert {r.status for r in hung} <= {"saturated", "invalid"}
    # A restless machine may disturb the very trial that hangs.
    disturbed = any(r.status == "invalid" for r in hung)
    assert row.stopped_by == "backlog grows" or (disturbed and row.stopped_by == "trial invalid")
    # Warm-up, window, the short deadline, three seconds to stop: not the minute of a comparison.
    assert all(r.trial_s < 25 for r in hung)


@pytest.mark.slow
def test_ctrl_c_reports_what_finished(environ, folder):
    command = [
        *(sys.executable, "-P", "-m", "bench.cli", "capacity", "null", *QUICK),
        *("--out", "run", "--json", "-"),
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder, env=environ
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("[2/"):
                break
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted; what finished is kept" in err
    (found,) = json.loads(out)["capacity"]["found"]
    assert found["stopped_by"] == "not finished"
    assert (folder / "run" / "report" / "report.md").is_file()
