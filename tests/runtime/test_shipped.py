"""The engines as one archive: whole, alone, and the same for the same code."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bench.runtime.interpreter import Interpreter, own
from bench.runtime.shipped import code_archive


@pytest.fixture(scope="module")
def bare(tmp_path_factory, _own_cache) -> Interpreter:
    """This Python without any of the packages that are installed for it, and the archive."""
    folder = tmp_path_factory.mktemp("bare")
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", "--symlinks", str(folder)], check=True
    )
    mine = own()
    python = folder / "bin" / "python"
    return Interpreter(python, mine.version, None, None, code_archive(mine))


def run(interpreter: Interpreter, code: str) -> str:
    done = subprocess.run(
        [interpreter.python, "-c", code],
        cwd=interpreter.python.parent,  # which is on the path too
        env=interpreter.variables(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_same_code_is_the_same_archive(bare, monkeypatch, tmp_path):
    assert bare.code == code_archive(own())
    monkeypatch.setenv("SPARKBENCH_CACHE", str(tmp_path))
    again = code_archive(own())
    assert again.name == bare.code.name
    with zipfile.ZipFile(again) as one, zipfile.ZipFile(bare.code) as other:
        assert one.namelist() == other.namelist()
        assert all(info.compress_type == zipfile.ZIP_STORED for info in one.infolist())


def test_it_holds_the_engines_and_nothing_of_the_harness(bare):
    with zipfile.ZipFile(bare.code) as archive:
        names = {name.removesuffix("c") for name in archive.namelist()}
    parts = {"/".join(Path(name).parts[:2]) for name in names if name.startswith("bench/")}
    assert parts == {
        *("bench/__init__.py", "bench/_version.py", "bench/units.py"),
        *("bench/contract", "bench/child"),
    }
    assert {name.split("/")[0] for name in names} == {"bench", "legacy_dstream", "structured"}


def test_jobs_and_engines_are_found_in_it_with_their_byte_code(bare):
    told = run(
        bare,
        "import bench.child.null, structured.jobs, legacy_dstream.sinks.own as s\n"
        "from bench.contract.job_modules import job_names, load_job\n"
        "print(len(job_names(structured.jobs)), load_job(structured.jobs, 'topk').__name__)\n"
        "print(s.__file__)",
    )
    count, name, *_rest = told.split()
    assert int(count) > 10
    assert name == "structured.jobs.topk"
    assert told.strip().endswith("legacy_dstream/sinks/own.pyc")
