"""The commands an assessment names run, and the skeleton is a job that sparkbench takes."""

from __future__ import annotations

import ast
import shlex

import pytest

from bench.assess.assessment import assess
from bench.cli._main import run
from bench.contract.jobs import JOBS
from scripts.proof.assessed import CORPUS, sources

APPS = [(file.name, app) for file in sources() for app in assess([file]).applications]


@pytest.mark.parametrize(("name", "app"), APPS, ids=[name for name, _ in APPS])
def test_the_skeleton_is_python_that_only_defines(name, app):
    tree = ast.parse(app.measurement.skeleton)
    assert {"build_dstream", "build_structured"} <= {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef)
    }
    assert app.measurement.job in JOBS
    assert all(
        isinstance(node, ast.FunctionDef | ast.Import | ast.ImportFrom | ast.Assign | ast.Expr)
        for node in tree.body
    )


COMMANDS = sorted({command for _, app in APPS for _, command in app.measurement.commands})


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_one_that_sparkbench_takes(command, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    words = shlex.split(command)
    assert words[0] == "sparkbench"
    if words[1] == "decide":
        return  # needs a run
    assert run([*words[1:], "--dry-run"]) == 0
    assert capsys.readouterr().err == ""


def test_the_skeleton_is_taken_for_a_job_and_names_the_application_s_functions(sparkbench, folder):
    app = CORPUS / "python" / "inverse_mended.py"
    done = sparkbench("assess", str(app), "--skeleton", "mine.py")
    assert done.code == 0
    text = (folder / "mine.py").read_text()
    assert "reduceByKeyAndWindow(lambda a, b: a + b, lambda x, y: x - y, 5, 1)" in text
    assert "STATEFUL = True" in text
    told = sparkbench("jobs", "./mine.py")
    assert (told.code, told.err) == (0, "")
    again = sparkbench("assess", str(app), "--skeleton", "mine.py")
    assert again.code == 2
    assert "is there already" in again.err


@pytest.mark.parametrize(
    ("text", "job"),
    [
        ("s.window(30).join(s)", "join"),
        ("s.reduceByKeyAndWindow(f, g, 30, 10)", "sliding_inverse"),
        ("s.reduceByKeyAndWindow(f, None, 30, 10)", "sliding"),
        ("s.reduceByKeyAndWindow(f, None, 30, 30)", "tumbling"),
        ("s.updateStateByKey(lambda new, old: sum(new) + old)", "running_wordcount"),
        ("s.updateStateByKey(lambda new, old: new)", "custom_state"),
        ("s.transform(lambda rdd: rdd.sortBy(f))", "topk"),
        ("s.reduceByKey(f)", "wordcount"),
        ("s.map(lambda line: json.loads(line))", "parse_json"),
        ("s.union(s)", "union"),
        ("s.filter(f)", "echo"),
    ],
)
def test_the_nearest_job(tmp_path, text, job):
    file = tmp_path / "app.py"
    file.write_text(
        "from pyspark.streaming import StreamingContext\nssc = StreamingContext(sc, 10)\n"
        f"s = ssc.socketTextStream('h', 1)\n{text}.pprint()\nssc.start()\n"
    )
    (app,) = assess([file]).applications
    assert app.measurement.job == job
    assert "--trigger 10s" in app.measurement.commands[0][1]


@pytest.mark.parametrize(
    ("name", "app"), [(n, a) for n, a in APPS if n.endswith((".scala", ".java"))]
)
def test_what_is_not_python_is_compared_without_python(name, app):
    compared = [command for _, command in app.measurement.commands if " compare " in command]
    assert compared
    assert not any(" dstream " in command for command in compared)
