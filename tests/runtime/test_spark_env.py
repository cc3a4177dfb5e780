"""Environments for versions of Spark: made once and whole; with a small script as Python."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.errors import EnvironmentProblem
from bench.runtime import spark_env
from bench.runtime.spark_env import intact, made_environments, spark_environment

#: Makes "environments" that hold a copy of itself, and "installs" by writing down the version.
PYTHON = r"""#!/bin/sh
here=$(dirname "$0")
case "$*" in
  *"-m venv"*)
    [ -z "$FAKE_NO_VENV" ] || exit 1
    for folder; do :; done
    mkdir -p "$folder/bin" && cp "$0" "$folder/bin/python" ;;
  *"pip"*"uninstall"*) ;;
  *"pip"*"install"*)
    [ -z "$FAKE_ACCOUNT" ] || echo installed >> "$FAKE_ACCOUNT"
    [ -z "$FAKE_SLOW" ] || sleep 1
    [ -z "$FAKE_PIP" ] || { echo "$FAKE_PIP" >&2; exit 1; }
    for word; do
      case "$word" in pyspark==*) echo "${word#pyspark==}" > "$here/../spark" ;; esac
    done ;;
  *) printf '{"python": "3.11.7", "home": "/spark", "spark": "%s"}' "$(cat "$here/../spark")" ;;
esac
"""


@pytest.fixture
def python(tmp_path, monkeypatch) -> Path:
    path = tmp_path / "python3.11"
    path.write_text(PYTHON)
    path.chmod(0o755)
    monkeypatch.setenv("SPARKBENCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(spark_env, "find_python", lambda spark: path)
    return path


def test_it_is_made_once_and_said(python, tmp_path, monkeypatch):
    account = tmp_path / "account"
    monkeypatch.setenv("FAKE_ACCOUNT", str(account))
    said: list[str] = []
    first = spark_environment("3.5.7", said.append)
    assert first == spark_environment("3.5.7", said.append)
    assert (first.spark, first.version, first.minor) == ("3.5.7", "3.11.7", 11)
    assert account.read_text() == "installed\n"
    assert len(said) == 1
    assert "3.5.7" in said[0]
    assert made_environments() == ["3.5.7"]
    folder = tmp_path / "cache" / "runtimes"
    assert sorted(path.name for path in folder.iterdir()) == ["spark-3.5.7", "spark-3.5.7.lock"]


def test_versions_of_one_line_are_apart(python):
    assert spark_environment("3.5.7").python != spark_environment("3.5.6").python
    assert made_environments() == ["3.5.6", "3.5.7"]


def test_one_whose_python_has_gone_is_made_again(python):
    first = spark_environment("3.5.7")
    first.python.write_text("#!/nonexistent\n")
    folder = first.python.parents[1]
    assert intact(folder, "3.5.7") is None
    assert spark_environment("3.5.7").spark == "3.5.7"


def test_what_a_killed_process_left_is_cleared_away(python, tmp_path):
    left = tmp_path / "cache" / "runtimes" / ".making-spark-3.5.7-x"
    left.mkdir(parents=True)
    (left / "half").write_text("half an environment")
    half = tmp_path / "cache" / "runtimes" / "spark-3.5.7"
    half.mkdir()
    assert spark_environment("3.5.7").spark == "3.5.7"
    assert not left.exists()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            "ERROR: Could not find a version that satisfies the requirement pyspark==3.5.99 "
            "(from versions: 3.5.1, 3.5.7, 4.0.0)",
            "no such version; of 3.5 the newest is 3.5.7",
        ),
        (
            "ERROR: Could not find a version that satisfies the requirement pyspark==3.5.99 "
            "(from versions: none)",
            "reaches no package index",
        ),
        ("Retrying: Failed to establish a new connection", "reaches no package index"),
        ("No module named pip", "pip said 'No module named pip'"),
        ("noise\nERROR: something else\nmore", "pip said 'something else'"),
    ],
)
def test_what_pip_could_not_do_is_one_sentence_and_leaves_nothing(
    python, tmp_path, monkeypatch, said, words
):
    monkeypatch.setenv("FAKE_PIP", said)
    with pytest.raises(EnvironmentProblem) as told:
        spark_environment("3.5.99")
    assert "PySpark 3.5.99" in str(told.value)
    assert words in str(told.value)
    assert "\n" not in str(told.value)
    left = [path.name for path in (tmp_path / "cache" / "runtimes").iterdir()]
    assert left == ["spark-3.5.99.lock"]


def test_a_python_without_venv_is_told_with_what_to_install(python, monkeypatch):
    monkeypatch.setenv("FAKE_NO_VENV", "1")
    with pytest.raises(EnvironmentProblem, match=r"apt install python3\.11-venv"):
        spark_environment("3.5.7")


def test_a_full_disk_is_told_before_anything_is_fetched(python, monkeypatch):
    monkeypatch.setattr(spark_env, "NEED_BYTES", 1 << 60)
    with pytest.raises(EnvironmentProblem, match="GB free"):
        spark_environment("3.5.7")


SCRIPT = """
import sys
from pathlib import Path
from bench.runtime import spark_env
spark_env.find_python = lambda spark: Path(sys.argv[1])
print(spark_env.spark_environment("3.5.7").python)
"""


def test_two_processes_at_once_make_one(python, tmp_path):
    account = tmp_path / "account"
    environ = {**os.environ, "FAKE_ACCOUNT": str(account), "FAKE_SLOW": "1"}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(python)],
            env=environ,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    answers = [process.communicate(timeout=60)[0].strip() for process in started]
    assert answers[0] == answers[1]
    assert answers[0].endswith("runtimes/spark-3.5.7/bin/python")
    assert account.read_text() == "installed\n"
