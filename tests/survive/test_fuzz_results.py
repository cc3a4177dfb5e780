"""Result files torn, tampered with and forged: named and skipped, never half-read, no traceback."""

from __future__ import annotations

import json
import os
import random
import shutil

import pytest

from bench.cli._main import run
from bench.results.reading import DIGEST, digest_of
from bench.results.store import RunStore
from tests.cli.results.made_runs import make_plan, make_run
from tests.survive import mutate
from tests.tally import LONG, SEED, survived

CASES = 1000 if LONG else 100

#: Of those that a whole command reads, a tenth of a second each.
READ = 1000 if LONG else 30

pytestmark = [pytest.mark.slow, pytest.mark.timeout(2400 if LONG else 300)]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A run of six trials as this version writes them."""
    path = tmp_path_factory.mktemp("fuzz") / "run"
    plan = make_plan("dstream", "structured", rounds="3")
    return make_run(path, plan, digests=True).path


@pytest.fixture
def victim(made, tmp_path):
    """A copy to be broken."""
    shutil.copytree(made, tmp_path / "run")
    return tmp_path / "run"


def test_a_torn_or_tampered_file_is_named_and_skipped(victim):
    rng = random.Random(f"{SEED} tampered")
    file = victim / "trials" / "0003-dstream.json"
    if not file.exists():
        file = next((victim / "trials").glob("0003-*.json"))
    whole = file.read_bytes()
    expected = json.loads(whole)
    for _case in range(CASES):
        if rng.random() < 0.5:
            data = mutate.of_bytes(rng, whole)
        else:
            data = json.dumps(mutate.of_json(rng, expected)).encode()
        try:
            same = json.loads(data) == expected and "NaN" not in data.decode()
        except ValueError:
            same = False
        if same:
            continue  # white space, or a change that cancels out
        file.write_bytes(data)
        results, problems = RunStore.open(victim).read_trials()
        numbers = [result.trial.number for result in results]
        assert numbers == [1, 2, 4, 5, 6], data[:200]
        assert len(problems) == 1
        assert problems[0].startswith(f"trials/{file.name}: ")
        survived("result file torn or tampered with", "named and skipped")


def commands(victim, rng):
    """A command that reads the run, each as often as the others."""
    name = str(victim)
    return rng.choice(
        [
            ["show", name],
            ["show", name, "3", "--batches", "all"],
            ["export", name, "--format", rng.choice(["csv", "json", "md"])],
            ["export", name, "--what", rng.choice(["batches", "cells"])],
            ["diff", name, name],
            ["decide", name, "--rate", "1000", "--p99", "2s"],
        ]
    )


def check(victim, rng, capsys, seen):
    arguments = commands(victim, rng)
    code = run(arguments)
    said = capsys.readouterr()
    assert code in (0, 1, 2, 3), (arguments, code)
    if code in (2, 3):
        assert said.err.startswith("sparkbench: "), said.err
        assert said.err.count("\n") == 1
    for text in (said.err, *([] if arguments[0] == "export" else [said.out])):
        assert "\x1b" not in text
    survived(seen, f"exit code {code}")


def test_a_forged_file_ends_no_command_with_a_traceback(victim, capsys, monkeypatch):
    """Somebody who means it can make a digest too; then the schema is what is left."""
    monkeypatch.chdir(victim.parent)
    rng = random.Random(f"{SEED} forged")
    file = next((victim / "trials").glob("0003-*.json"))
    expected = json.loads(file.read_bytes())
    for _case in range(READ):
        data = mutate.of_json(rng, expected)
        if isinstance(data, dict):
            data[DIGEST] = digest_of(data)
        file.write_text(json.dumps(data))
        check(victim, rng, capsys, "result file forged, digest and all")


def test_a_forged_run_file_ends_no_command_with_a_traceback(victim, capsys, monkeypatch):
    monkeypatch.chdir(victim.parent)
    rng = random.Random(f"{SEED} run file")
    file = victim / "run.json"
    whole = file.read_bytes()
    expected = json.loads(whole)
    for case in range(READ):
        if case % 3:
            file.write_text(json.dumps(mutate.of_json(rng, expected)))
        else:
            file.write_bytes(mutate.of_bytes(rng, whole))
        check(victim, rng, capsys, "run file torn or forged")


def test_reports_of_forged_runs(victim, capsys, monkeypatch):
    """The report draws plots too, which takes a second each."""
    monkeypatch.chdir(victim.parent)
    rng = random.Random(f"{SEED} report")
    trial = next((victim / "trials").glob("0003-*.json"))
    kept = {file: json.loads(file.read_bytes()) for file in (trial, victim / "run.json")}
    for case in range(100 if LONG else 2):
        file, expected = list(kept.items())[case % 2]
        data = mutate.of_json(rng, expected)
        if file == trial:
            data[DIGEST] = digest_of(data)
        file.write_text(json.dumps(data))
        code = run(["report", str(victim)])
        assert code in (0, 2), code
        capsys.readouterr()
        file.write_text(json.dumps(expected))
        survived("report of a forged run", f"exit code {code}")


@pytest.mark.parametrize("content", [b"[" * 200_000, b'{"a":' * 200_000, b"9" * 5000, b"1e999"])
def test_content_that_breaks_readers(victim, content):
    file = next((victim / "trials").glob("0003-*.json"))
    file.write_bytes(content)
    results, problems = RunStore.open(victim).read_trials()
    assert len(results) == 5
    assert "torn or damaged" in problems[0]
    (victim / "run.json").write_bytes(content)
    assert run(["show", str(victim)]) == 2


@pytest.mark.timeout(60)
def test_what_is_no_file_is_not_waited_for(victim):
    file = next((victim / "trials").glob("0003-*.json"))
    for make in (
        lambda: os.mkfifo(file),
        lambda: file.symlink_to("/dev/zero"),
        lambda: file.symlink_to("/nowhere"),
        lambda: file.mkdir(),
    ):
        if file.is_symlink() or not file.is_dir():
            file.unlink(missing_ok=True)
        make()
        results, problems = RunStore.open(victim).read_trials()
        assert len(results) == 5
        assert file.name in problems[0]
