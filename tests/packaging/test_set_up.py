"""The scripts behind the make targets, in places where something is missing."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
FIND_PYTHON = REPOSITORY / "scripts" / "find-python"


def program(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def find_python(folder: Path, **environ: str):
    return subprocess.run(
        ["/bin/sh", str(FIND_PYTHON)],
        env={"PATH": str(folder), "HOME": str(folder), **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_shim_that_refuses_is_passed_over(tmp_path):
    program(tmp_path / "python3.13", "echo 'python3.13: command not found' >&2; exit 127")
    program(tmp_path / "python3.12", "echo 'not a version'; exit 1")
    program(tmp_path / "python3", f'exec {shlex.quote(sys.executable)} "$@"')
    done = find_python(tmp_path)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).samefile(sys.executable)


def test_one_hidden_in_pyenv_is_found(tmp_path):
    folder = tmp_path / ".pyenv" / "versions" / "3.12.9" / "bin"
    folder.mkdir(parents=True)
    program(folder / "python3", f'exec {shlex.quote(sys.executable)} "$@"')
    assert find_python(tmp_path).returncode == 0


def test_none_is_one_sentence(tmp_path):
    program(tmp_path / "python3", "exit 127")
    done = find_python(tmp_path)
    assert done.returncode == 3
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "No Python 3.11 to 3.13" in done.stderr


def test_without_ensurepip_is_one_sentence(tmp_path):
    # As Debian's python3 without python3-venv: it runs and names itself, and cannot import that.
    fits = f'case "$2" in *ensurepip*) exit 1;; *version_info*) echo "{tmp_path}/python3";; esac'
    program(tmp_path / "python3", fits)
    done = find_python(tmp_path)
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1
    assert "ensurepip" in done.stderr
    assert "python3-venv" in done.stderr


def test_a_chosen_python_that_does_not_fit_is_one_sentence(tmp_path):
    done = find_python(tmp_path, PYTHON="/nowhere/python")
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1
    assert "PYTHON=/nowhere/python" in done.stderr


@pytest.mark.parametrize(
    "script",
    sorted(p for p in (REPOSITORY / "scripts").iterdir() if p.is_file()),
    ids=lambda p: p.name,
)
def test_scripts_are_sh_and_executable(script):
    assert script.read_text().startswith("#!/bin/sh\n")
    assert os.access(script, os.X_OK)
    subprocess.run(["/bin/sh", "-n", str(script)], check=True)


def test_make_lists_its_targets():
    done = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    for target in ("compare", "test", "test-fast", "clean", "bench-help"):
        assert f"  {target} " in done.stdout
