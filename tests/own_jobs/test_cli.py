"""The commands with a user's file: lists, guides, and refusals before anything runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.long import LONG
from tests.own_jobs.conftest import PAIR, ROOT


@pytest.fixture
def sparkbench(forks, tmp_path):
    def run(*arguments, **environ):
        env = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100", **environ}
        if not LONG and not environ:
            return forks.run(arguments, cwd=tmp_path, env=env, timeout_s=120)
        return subprocess.run(
            [sys.executable, "-P", "-m", "bench.cli", *arguments],
            capture_output=True,
            text=True,
            timeout=120,
            cwd=tmp_path,
            env=env,
            check=False,
        )

    return run


def test_jobs_tells_of_a_file(sparkbench, write, example):
    write(example, "card_totals.py")
    done = sparkbench("jobs", "card_totals.py")
    assert done.returncode == 0, done.stderr
    for words in ("Cents spent with each card", "least_cents", "smaller payments", "payments"):
        assert words in done.stdout
    data = json.loads(sparkbench("jobs", "card_totals.py", "--json", "-").stdout)
    assert data["name"] == "card_totals"
    assert data["normalise"]
    assert data["sides"]["structured"]["paths"] == ["jvm"]


def test_migrate_sets_its_sides_beside_each_other(sparkbench, write, example):
    write(example, "card_totals.py")
    done = sparkbench("migrate", "card_totals.py")
    assert done.returncode == 0, done.stderr
    assert "def build_dstream" in done.stdout
    assert "def per_batch" in done.stdout
    assert "\x1b" not in done.stdout
    page = sparkbench("migrate", "card_totals.py", "--markdown").stdout
    assert "```diff" in page
    assert "sparkbench compare --job card_totals.py" in page


def test_one_side_alone_has_nothing_beside_it(sparkbench, write):
    write("def build_dstream(lines, params): return lines\n")
    done = sparkbench("migrate", "mine.py")
    assert done.returncode == 2
    assert "no function build_structured" in done.stderr


REFUSED = {
    "syntax": ("def build_dstream(:\n", "mine.py, line 1: invalid syntax"),
    "missing": (PAIR.replace("build_structured", "build_other"), "no function build_structured"),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize(
    "command",
    [
        ["compare", "--dry-run"],
        ["verify"],
        ["run", "structured"],
    ],
    ids=lambda command: command[0],
)
def test_what_is_wrong_is_told_before_anything_runs(sparkbench, write, command, name):
    text, sentence = REFUSED[name]
    write(text)
    done = sparkbench(*command, "--job", "mine.py")
    assert done.returncode == 2
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_plan_with_it(sparkbench, write, example):
    write(example, "card_totals.py")
    options = ["--dry-run", "--json", "-", "--job", "card_totals.py", "--cores", "1"]
    done = sparkbench("compare", "structured", "--param", "least_cents=7", *options)
    assert done.returncode == 0, done.stderr
    trial = json.loads(done.stdout)["trials"][0]
    assert trial["job"] == "card_totals"
    assert trial["job_params"] == {"least_cents": 7}
    assert trial["lines"] == "payments"
    assert trial["job_reference"].endswith("card_totals.py")
    bad = sparkbench("compare", "--param", "least_cents=-1", *options)
    assert bad.returncode == 2
    assert "parameter least_cents: -1 is out of range" in bad.stderr


def test_an_installed_package_offers_jobs(sparkbench, tmp_path):
    package = tmp_path / "site" / "my_package"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise SystemExit('imported by the harness')\n")
    info = tmp_path / "site" / "my_package-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-package\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[sparkbench.jobs]\ntotals = my_package.totals\necho = my_package.echo\n"
    )
    site = os.pathsep.join([str(ROOT), str(tmp_path / "site")])
    listed = json.loads(sparkbench("jobs", "--json", "-", PYTHONPATH=site).stdout)
    assert listed["installed"] == {"totals": "my_package.totals"}
    (package / "__init__.py").write_text("")
    (package / "totals.py").write_text(PAIR)
    done = sparkbench("jobs", "totals", "--json", "-", PYTHONPATH=site)
    assert done.returncode == 0, done.stderr
    data = json.loads(done.stdout)
    assert (data["name"], data["title"]) == ("totals", "Long lines")
    assert data["file"] == str(package / "totals.py")
