"""What every command with trials takes alike: where they run, in what, of which plan, and when."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from typing import Any

import pytest
import typer.main

from bench.cli._main import run
from bench.cli.app import app
from bench.plan.plan import Plan
from bench.results.store import RunStore
from bench.runner.execute import PLAN_FILE
from bench.verify.outcome import Verification
from tests.cli.results.made_runs import stand_in

SHARED = {
    *("--master", "--executors", "--listen", "--advertise", "--equal"),
    *("--plan", "--runtime", "--wait"),
}
COMMANDS = ("compare", "capacity", "aa", "tune", "soak")

CLUSTER = "local-cluster[2,1,1024]"
WHERE = (
    *("--master", CLUSTER, "--executors", "2", "--cores", "2"),
    *("--listen", "127.0.0.1", "--advertise", "localhost", "--equal", "cpus"),
)

PLAN = f"""
[compare]
arms = ["structured", "dstream"]
trigger = ["1s", "2s"]
cores = 64
master = "{CLUSTER}"
equal = "cpus"
job = "wordcount"
rounds = 7
metric = "e2e_p50"
filter = "trigger=1s"

[compare.conf]
"spark.locality.wait" = "0s"
"""

#: Holds the lock of measurements until its standard input ends.
HOLDER = """
import sys
from bench.process.locks import measuring_lock
with measuring_lock(wait_s=0):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv("SPARKBENCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def planned(folder, capsys):
    """The plan of a command, by its dry run."""

    def ask(*arguments):
        code = run([*arguments, "--dry-run", "--json", "-"])
        answer = capsys.readouterr()
        assert (code, answer.err) == (0, "")
        return Plan.from_dict(json.loads(answer.out)["plan"])

    return ask


@pytest.mark.parametrize("command", [*COMMANDS, "verify"])
def test_each_command_with_trials_has_them(command):
    group: Any = typer.main.get_command(app)
    params = group.commands[command].params
    assert set() == SHARED - {option for param in params for option in param.opts}


@pytest.mark.parametrize("command", COMMANDS)
def test_where_trials_run_is_in_the_plan(planned, command):
    plan = planned(command, "structured", *WHERE)
    assert {spec.master for spec in plan.round_trials(1)} == {CLUSTER}
    assert plan.axes["executors"] == (2,)
    assert plan.axes["equal"] == ("cpus",)
    assert (plan.settings.listen, plan.settings.advertise) == ("127.0.0.1", "localhost")


@pytest.mark.parametrize("command", COMMANDS)
def test_an_interpreter_can_be_named(planned, command):
    plan = planned(command, "null:runtime=mine", "--runtime", f"mine={sys.executable}")
    assert dict(plan.settings.runtimes) == {"mine": sys.executable}


@pytest.mark.parametrize(
    ("command", "rounds", "metric"),
    [
        ("compare", 7, "e2e_p50"),
        ("capacity", 1, "e2e_p99"),
        ("aa", 10, "e2e_p50"),
        ("tune", 1, "e2e_p50"),
        ("soak", 1, "e2e_p99"),
    ],
)
def test_a_plan_of_a_comparison_gives_its_arms_and_cells(planned, folder, command, rounds, metric):
    (folder / "plan.toml").write_text(PLAN)
    arm = ["structured"] if command == "aa" else []
    plan = planned(command, *arm, "--plan", "plan.toml", "--filter", "arm=structured*")
    assert {arm.engine for arm in plan.arms} == {"structured"}
    assert plan.axes["trigger_s"] == (1.0,)
    assert plan.axes["cores"] == (64,)
    assert plan.axes["master"] == (CLUSTER,)
    assert plan.axes["job"] == ("wordcount",)
    assert plan.axes["conf.spark.locality.wait"] == ("0s",)
    assert (plan.settings.rounds, plan.settings.metric) == (rounds, metric)


@pytest.mark.parametrize("command", COMMANDS)
def test_cores_of_a_plan_are_those_of_the_cluster_on_the_command_line(planned, folder, command):
    (folder / "plan.toml").write_text("[compare]\ncores = 64\n")
    plan = planned(command, "structured", "--plan", "plan.toml", "--master", CLUSTER)
    assert plan.axes["cores"] == (64,)


def test_the_plan_file_is_kept_with_the_run(folder, monkeypatch):
    monkeypatch.setattr("bench.runner.execute._real_trial", lambda *given: stand_in("aa"))
    text = '[compare]\ncores = 1\ntrigger = "1s"\n'
    (folder / "plan.toml").write_text(text)
    for command in ("aa", "soak"):
        assert run([command, "null", "--plan", "plan.toml", "--quiet", "--out", command]) == 0
        assert (RunStore.open(folder / command).path / PLAN_FILE).read_text() == text


@pytest.fixture
def verified(folder, monkeypatch):
    """The trials that ``verify`` would run."""
    seen = {}

    def verify(specs, **how):
        seen.update(specs=specs, **how)
        return Verification(1, (), {}, 0.0)

    monkeypatch.setattr("bench.cli.actions.verify.verify", verify)

    def ask(*arguments):
        assert run(["verify", *arguments, "--quiet"]) == 0
        return seen

    return ask


def test_verify_reaches_the_cluster_too(verified):
    where = WHERE[:4] + WHERE[6:]  # its cores are its own
    specs = verified("dstream", "structured", *where)["specs"]
    assert {(spec.master, spec.executors, spec.equal) for spec in specs} == {(CLUSTER, 2, "cpus")}
    assert {(spec.listen, spec.advertise) for spec in specs} == {("127.0.0.1", "localhost")}


def test_a_verification_runs_where_the_plan_says(verified, folder):
    (folder / "plan.toml").write_text(PLAN.replace('filter = "trigger=1s"', ""))
    seen = verified("--plan", "plan.toml", "--wait")
    specs = seen["specs"]
    assert [spec.arm.text for spec in specs] == ["structured", "dstream"]
    assert {(spec.job, spec.master, spec.equal) for spec in specs} == {
        ("wordcount", CLUSTER, "cpus")
    }
    assert specs[0].conf == {"spark.locality.wait": "0s"}
    assert seen["wait"]


def test_a_verification_has_one_value_of_each(folder, capsys):
    (folder / "plan.toml").write_text('[compare]\nmaster = ["local[*]", "local[2]"]\n')
    assert run(["verify", "--plan", "plan.toml"]) == 2
    assert "--master: a verification has one value of each" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        "aa null --quick --cores 1",
        "soak null --for 10s --cores 1",
        "verify null --records 0",
    ],
)
def test_a_command_waits_for_another_run_when_asked_to(folder, monkeypatch, capfd, words):
    monkeypatch.setattr("bench.runner.execute._real_trial", lambda *given: stand_in("aa"))
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert run(words.split()) == 3
        assert "Another run is measuring" in capfd.readouterr().err
        end = threading.Timer(0.5, holder.stdin.close)
        end.start()
        assert run([*words.split(), "--wait"]) == 0
        assert "waiting for" in capfd.readouterr().err
        end.join()
