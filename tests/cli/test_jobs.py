"""``sparkbench jobs`` and ``sparkbench migrate`` for the jobs of the catalogue."""

from __future__ import annotations

import json
from io import StringIO

import pytest

from bench.catalog.terminal import LEAST_BESIDE
from bench.contract.jobs import JOBS


def test_every_job_is_listed_under_its_group(sparkbench):
    answer = sparkbench("jobs", COLUMNS="120")
    assert answer.code == 0, answer.err
    lines = answer.out.splitlines()
    for job in JOBS.values():
        group = max(i for i, line in enumerate(lines) if line.lower() == job.group)
        assert any(line.startswith(f"{job.name} ") for line in lines[group:]), job.name


def test_one_job_in_detail(sparkbench):
    answer = sparkbench("jobs", "topk", COLUMNS="120")
    assert answer.code == 0, answer.err
    for words in ("how many words", "1 to 10000", "Empty batches", "sparkbench migrate topk"):
        assert words in answer.out


def test_for_programs(sparkbench):
    listed = json.loads(sparkbench("jobs", "--json", "-").out)["jobs"]
    assert [one["name"] for one in listed] == list(JOBS)
    one = json.loads(sparkbench("jobs", "echo", "--json", "-").out)
    assert one["sides"]["dstream"]["semantics"]["State"] == "none."


@pytest.mark.parametrize("command", ["jobs", "migrate"])
def test_an_unknown_job_is_one_sentence(sparkbench, command):
    answer = sparkbench(command, "ehco")
    assert answer.code == 2
    assert "unknown job 'ehco'" in answer.err
    assert "did you mean 'echo'?" in answer.err


def test_sides_stand_beside_each_other_and_nothing_is_cut_in_a_pipe(sparkbench):
    answer = sparkbench("migrate", "running_wordcount")
    assert answer.code == 0, answer.err
    assert "\x1b" not in answer.out
    changed = [line for line in answer.out.splitlines() if " | " in line]
    assert any("updateStateByKey" in line for line in answer.out.splitlines())
    assert any('"python"' in line and '"jvm"' in line for line in changed)
    assert "\nEmpty batches\n" in answer.out


def test_the_help_names_the_width(sparkbench):
    words = " ".join(sparkbench("migrate", "--help").out.split())
    assert f"fewer than {LEAST_BESIDE} columns" in words


def test_markdown_is_what_the_guide_holds(sparkbench):
    from bench.catalog.guide import MADE, pages

    answer = sparkbench("migrate", "echo", "--markdown")
    assert f"{MADE}\n\n{answer.out}" == pages()["echo.md"]


@pytest.mark.parametrize("width", [40, 80, LEAST_BESIDE, 160])
@pytest.mark.parametrize("name", JOBS)
def test_no_line_is_wider_than_the_terminal(name, width):
    from rich.cells import cell_len
    from rich.console import Console

    from bench.catalog.catalog import entry
    from bench.catalog.terminal import print_migration

    out = StringIO()
    print_migration(entry(name), Console(file=out, width=width), width=width)
    assert max(map(cell_len, out.getvalue().splitlines())) <= width
