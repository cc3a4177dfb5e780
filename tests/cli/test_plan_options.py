"""--plan, --filter, --until, --resume and their kin, with trials that are stand-ins."""

from __future__ import annotations

import json
import math
import random
import shutil

import pytest

from bench.cli._main import run
from bench.plan.plan import Plan
from bench.results.schema import Latency, Quantiles, TrialResult
from bench.results.schema_files import PLAN_SCHEMA, SCHEMAS_DIR
from bench.results.store import RunStore
from bench.runner.execute import PLAN_FILE
from bench.runtime.shipped import code_digest
from tests.made_results import ENVIRONMENT, info_of

ARMS = ("null", "null:conf.a=1")


def result_of(spec, p99):
    spread = Quantiles(n=9, p50=p99, p90=p99, p95=p99, p99=p99, max=p99, mean=p99)
    return TrialResult(
        trial=info_of(spec, code_digest=code_digest()),
        status="ok",
        trial_s=10.0,
        window_s=(0.0, 4.0),
        latency_s=Latency(gross=spread, net=spread),
        environment=ENVIRONMENT,
    )


@pytest.fixture
def sparkbench(monkeypatch, tmp_path, capfd):
    """``sparkbench compare`` whose second arm is 1.8 times as late, give or take the scatter."""
    monkeypatch.setenv("SPARKBENCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)

    def go(*arguments, scatter=0.01, stop=None):
        def trial(spec, settings, *, workdir, on_event):
            if spec.number == stop:
                raise KeyboardInterrupt
            noise = random.Random(f"{spec.number}").gauss(0, scatter)
            return result_of(spec, math.exp(noise) * (1.8 if spec.arm.keys else 1.0))

        monkeypatch.setattr("bench.runner.execute._real_trial", lambda *given: trial)
        code = run(["compare", *arguments])
        printed = capfd.readouterr()
        return code, " ".join(printed.out.split()), printed.err

    return go


def test_a_plan_is_run_and_kept_with_the_run(sparkbench, tmp_path):
    text = '# mine\n[compare]\narms = ["null", "null:conf.a=1"]\ncores = 1\nrounds = 5\n'
    (tmp_path / "plan.toml").write_text(text)
    code, out, _err = sparkbench("--plan", "plan.toml", "--out", "run", "--seed", "9")
    assert code == 0
    store = RunStore.open(tmp_path / "run")
    assert (store.path / PLAN_FILE).read_text() == text
    plan = Plan.from_dict(store.info.plan)
    assert (plan.settings.seed, plan.settings.rounds, len(plan.arms)) == (9, 5, 2)
    said = " ".join(out.split())
    assert "null is sooner here: its p99 is 0.56 of null:conf.a=1's, between 0.5" in said
    assert "(95%; 5 rounds, 10 JVMs)." in said
    assert "slower" in out
    assert "Measured windows: 40 s of 1 min 40 s wall time (40%)" in out


def test_a_filter_keeps_a_part_for_the_dry_run_too(sparkbench):
    code, out, _err = sparkbench(
        *("--dry-run", "--cores", "1", "--trigger", "500ms,1s", "--rounds", "4"),
        *("--filter", "arm=structured,trigger=1s", "--json", "-"),
    )
    assert code == 0
    data = json.loads(out)
    assert len(data["trials"]) == 4
    assert {trial["arm"]["text"] for trial in data["trials"]} == {"structured"}
    assert {trial["trigger_s"] for trial in data["trials"]} == {1.0}


def test_too_few_rounds_are_said_in_advance(sparkbench):
    words = "with 4 cells a verdict needs at least 2 rounds; 1 gives an estimate"
    options = (*ARMS, "--cores", "1", "--trigger", "1s,2s", "--rate", "1,2", "--rounds", "1")
    _code, out, _err = sparkbench(*options, "--dry-run")
    assert out.endswith(words)
    code, out, err = sparkbench(*options, "--out", "run")
    assert code == 0
    assert f"note: {words}\n" in err
    assert "~1.8" in out


def test_until_announces_its_rounds_and_stops_when_precise(sparkbench, tmp_path):
    code, out, err = sparkbench(
        *ARMS, "--cores", "1", "--until", "5%", "--budget", "1h", "--out", "run", scatter=0.06
    )
    assert code == 0
    lines = err.splitlines()
    assert any("6 rounds are the pilot" in line for line in lines)
    said = [line for line in lines if "the widest interval is times and over" in line]
    assert said[0].startswith("6 rounds: the widest interval is times and over 1.")
    assert "rounds in all bring it to 1.05" in said[0]
    assert said[-1].endswith("narrow enough for 1.05")
    store = RunStore.open(tmp_path / "run")
    assert len(store.read_trials()[0]) == store.info.planned_trials > 12
    assert "slower" in out
    assert "--until 0.05: the widest interval is the ratio times and over 1.0" in out


def test_until_ends_with_its_budget(sparkbench, tmp_path):
    code, out, err = sparkbench(
        *ARMS, "--cores", "1", "--until", "1%", "--budget", "2m20s", "--out", "run", scatter=0.06
    )
    assert (code, err) != (0, "")
    code, out, err = sparkbench(
        *ARMS, "--cores", "1", "--until", "1%", "--budget", "150s", "--out", "run", scatter=0.06
    )
    assert code == 0
    assert "the budget ends after 7" in err
    assert len(RunStore.open(tmp_path / "run").read_trials()[0]) == 14
    assert "the budget was spent before it was narrow enough" in out


def test_an_interrupted_run_goes_on(sparkbench, tmp_path):
    options = (*ARMS, "--cores", "1", "--rounds", "8")
    code, out, _err = sparkbench(*options, "--out", "run", stop=14)
    assert code == 130
    assert "Stopped before its planned end" in out
    code, out, err = sparkbench(*options, "--resume", "run")
    assert code == 0
    assert "13 trials are stored, 3 trials, " in err
    assert "Stopped" not in out
    assert len(RunStore.open(tmp_path / "run").read_trials()[0]) == 16
    assert sparkbench("--resume", "run")[0] == 0


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory):
    """A run of 8 rounds that ended in the middle of the seventh."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("interrupted")
        patch.setenv("SPARKBENCH_CACHE", str(folder / "cache"))

        def trial(spec, settings, *, workdir, on_event):
            if spec.number == 14:
                raise KeyboardInterrupt
            return result_of(spec, 1.8 if spec.arm.keys else 1.0)

        patch.setattr("bench.runner.execute._real_trial", lambda *given: trial)
        out = str(folder / "run")
        assert run(["compare", *ARMS, "--cores", "1", "--rounds", "8", "--out", out]) == 130
    return folder / "run"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--resume", "run", "--trigger", "2s"], "another plan, the run has trigger 1s, not 2s"),
        (["--resume", "run", "--rounds", "9"], "the run has rounds 8, not 9; leave that out, or"),
        (["--resume", "run", "--out", "b"], "--out: a resumed run stays where it is"),
        (["--resume", "run", "--dry-run"], "--dry-run: a resumed run has its plan"),
        (["--resume", "nowhere"], "nowhere: no such run directory"),
        (["--force"], "--force: only a run that is resumed can be forced"),
        (["--plan", "none.toml"], "--plan: none.toml cannot be read (no such file or directory)"),
        (["--plan", "bad.toml"], "bad.toml: compare.cores[1]: a number of cores: '0' is too small"),
        (["--plan", "latin.toml"], "latin.toml: not UTF-8 text"),
        (["--filter", "arm=null"], "--filter: unknown arm 'null' (known: dstream, structured)"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(
    sparkbench, interrupted, tmp_path, options, words
):
    shutil.copytree(interrupted, tmp_path / "run")
    (tmp_path / "bad.toml").write_text("[compare]\ncores = [1, 0]\n")
    (tmp_path / "latin.toml").write_bytes("[compare]\n# Größe\n".encode("latin-1"))
    code, out, err = sparkbench(*options)
    assert (code, out) == (2, "")
    assert err.startswith("sparkbench: ")
    assert words in err
    assert err.count("\n") == 1


def test_a_file_to_replay_lies_beside_its_plan(sparkbench, tmp_path):
    folder = tmp_path / "plans"
    folder.mkdir()
    (folder / "lines.txt").write_text("one\n")
    (folder / "plan.toml").write_text('[compare]\ncores = 1\nreplay = "lines.txt"\n')
    code, out, _err = sparkbench("--plan", "plans/plan.toml", "--dry-run", "--json", "-")
    assert code == 0
    assert json.loads(out)["plan"]["settings"]["replay"] == str(folder / "lines.txt")


def test_the_schema_can_be_printed(sparkbench):
    code, out, _err = sparkbench("--plan-schema")
    assert code == 0
    assert json.loads(out) == json.loads((SCHEMAS_DIR / PLAN_SCHEMA).read_text())


def test_the_api_takes_the_same(monkeypatch, tmp_path, sparkbench):
    import bench

    (tmp_path / "plan.toml").write_text("[compare]\ncores = 1\nrounds = 8\n")
    sparkbench("--plan-schema")

    def trial(spec, settings, *, workdir, on_event):
        noise = random.Random(f"{spec.number}").gauss(0, 0.01)
        return result_of(spec, math.exp(noise) * (1.8 if spec.arm.keys else 1.0))

    monkeypatch.setattr("bench.runner.execute._real_trial", lambda *given: trial)
    made = bench.compare(
        *ARMS, plan="plan.toml", until="5%", budget=3600, metric="e2e_p50", out="api", quiet=True
    )
    assert "--plan plan.toml" in made.info.command
    assert "--until 5%" in made.info.command
    assert list(made.cells["verdict"].dropna()) == ["slower"]
    assert made.summaries[0].comparisons[0].metric == "e2e_p50"
