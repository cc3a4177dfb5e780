"""Other interpreters: found, asked what they are, and started without our packages."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bench.contract.releases import RELEASES
from bench.errors import EnvironmentProblem
from bench.runtime.interpreter import Interpreter, ask, own
from bench.runtime.pythons import find_python


def test_our_own_is_what_is_installed_with_us():
    mine = own()
    assert mine.python == Path(sys.executable)
    assert mine.variables() == {}
    assert mine.spark == ask(mine.python).spark
    assert mine.command("bench.child", "x")[1:] == ["-P", "-m", "bench.child", "x"]


@pytest.mark.parametrize("text", ["#!/bin/sh\nexit 0\n", "#!/bin/sh\necho '[]'\n", "no program"])
def test_what_is_no_python_says_so(tmp_path, text):
    path = tmp_path / "python"
    path.write_text(text)
    path.chmod(0o755)
    with pytest.raises(EnvironmentProblem, match="does not run as a Python 3"):
        ask(path)


@pytest.mark.parametrize("minor", [9, sys.version_info[1]])
def test_a_folder_of_the_same_name_does_not_win(tmp_path, minor):
    """With -P, and in the way of Pythons that do not know it."""
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "told.py").write_text("print('decoy')")
    (tmp_path / "code").mkdir()
    program = "import sys; print(__name__, sys.argv[1:])"
    (tmp_path / "code" / "told.py").write_text(program)
    there = Interpreter(Path(sys.executable), f"3.{minor}.0", None, None, tmp_path / "code")
    done = subprocess.run(
        there.command("told", "a", "b"),
        cwd=tmp_path / "here",
        env=there.variables(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "__main__ ['a', 'b']\n"


def test_a_python_is_found_for_the_spark_we_have():
    line = list(RELEASES)[-1]
    low, high = RELEASES[line].python
    found = find_python(line)
    version = subprocess.run(
        [found, "-c", "import sys; print(sys.version_info[1])"], capture_output=True, check=True
    )
    assert low <= int(version.stdout) <= high


def test_without_any_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr("bench.runtime.pythons._candidates", lambda minor, environ: iter(()))
    with pytest.raises(EnvironmentProblem, match=r"Python 3\.9 to 3\.11, for example"):
        find_python("3.5.9")
