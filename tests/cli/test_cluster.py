"""``sparkbench cluster`` and the options of clusters, as far as they need no cluster."""

from __future__ import annotations

import json

import pytest

from bench.cli._main import run
from bench.cli.actions.cluster import memory_mib, read_memory
from bench.errors import UsageError


@pytest.fixture(autouse=True)
def _own_state(monkeypatch, tmp_path):
    monkeypatch.setenv("SPARKBENCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


def test_without_a_cluster_status_and_down_say_so(capsys):
    assert run(["cluster", "status"]) == 0
    assert "sparkbench cluster up" in capsys.readouterr().out
    assert run(["cluster", "down"]) == 0
    assert capsys.readouterr().out == "No cluster was up\n"
    assert run(["cluster", "status", "--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out) == {"up": False}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["stop"], "'stop'"),
        (["up", "--workers", "0"], "--workers"),
        (["up", "--cores", "many"], "--cores"),
        (["up", "--memory", "2"], "--memory"),
        (["up", "--memory", "100m"], "512m"),
        (["down", "--cores", "2"], "--cores"),
        (["status", "--json", "file"], "--json"),
    ],
)
def test_what_it_cannot_do_is_one_sentence(arguments, words, capsys):
    assert run(["cluster", *arguments]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1


def test_memory_is_written_as_spark_does():
    assert read_memory(" 2G ") == "2g"
    assert memory_mib("2g") == memory_mib("2048m") == 2048
    with pytest.raises(UsageError):
        read_memory("2gb")


def test_options_of_clusters_reach_the_plan(capsys):
    arguments = [
        *("compare", "structured", "--master", "spark://h:7077", "--master", "yarn"),
        *("--cores", "64", "--executors", "4,8", "--listen", "0.0.0.0", "--advertise", "d.example"),
        *("--rounds", "1", "--dry-run", "--json", "-"),
    ]
    assert run(arguments) == 0
    trials = json.loads(capsys.readouterr().out)["trials"]
    assert {(t["master"], t["executors"]) for t in trials} == {
        (master, n) for master in ("spark://h:7077", "yarn") for n in (4, 8)
    }
    assert {(t["listen"], t["advertise"], t["cores"]) for t in trials} == {
        ("0.0.0.0", "d.example", 64)
    }
