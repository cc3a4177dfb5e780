"""--dry-run: the ordered trials and the expected time, and nothing on disk."""

from __future__ import annotations

import json

from bench.plan.plan import Plan
from bench.plan.spec import TrialSpec


def test_trials_are_listed_in_order(sparkbench, folder):
    answer = sparkbench("compare", "--dry-run", "--quick", "--trigger", "500ms,1s", "--cores", "1")
    assert answer.code == 0
    assert answer.err == ""
    lines = answer.out.splitlines()
    assert lines[0].split() == ["trial", "round", "arm", "expected", "cell"]
    assert [line.split()[0] for line in lines[1:-1]] == [str(n) for n in range(1, 17)]
    assert {line.split()[2] for line in lines[1:-1]} == {"dstream", "structured"}
    assert lines[1].endswith("cores 1, rate 1000")
    assert lines[-1].startswith("at most 16 trials in 4 rounds: about ")
    assert list(folder.iterdir()) == []


def test_json_holds_the_plan_and_nothing_else_is_printed(sparkbench, folder):
    (folder / "lines.txt").write_text("one\n")
    answer = sparkbench(
        *("compare", "null", "null:path=python", "--dry-run", "--json", "-", "--seed", "7"),
        *("--conf", "a=1", "--conf", "a=2", "--replay", "lines.txt", "--rounds", "2"),
    )
    assert answer.code == 0
    data = json.loads(answer.out)
    plan = Plan.from_dict(data["plan"])
    assert plan.plan_hash == data["plan_hash"]
    assert plan.settings.seed == 7
    assert plan.settings.replay == str(folder / "lines.txt")
    assert [TrialSpec.from_dict(trial) for trial in data["trials"]] == plan.trials()
    assert data["expected_s"] == sum(trial["expected_s"] for trial in data["trials"])
    assert [cell["conf.a"] for cell in plan.cells] == ["1", "2"]


def test_the_same_command_gives_the_same_order(started, sparkbench):
    command = ("compare", "--dry-run", "--rate", "1000,10k", "--cores", "1")
    # Interpreters of their own: each hashes strings in another way.
    assert started(*command).out == started(*command).out
    assert sparkbench(*command).out != sparkbench(*command, "--seed", "2").out


def test_a_reader_that_goes_away_is_no_error(environ, folder):
    import subprocess
    import sys

    command = [sys.executable, "-P", "-m", "bench.cli", "compare", "--dry-run", "--rounds", "3000"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder, env=environ
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 141
