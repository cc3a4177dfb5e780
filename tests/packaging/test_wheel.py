"""The wheel as a user gets it: built, installed, run beside folders with the same names."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PACKAGES = ("bench", "legacy_dstream", "structured")


@pytest.fixture(scope="session")
def wheel(tmp_path_factory) -> Path:
    """The wheel of this checkout."""
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out)]
    done = subprocess.run([*command, str(REPOSITORY)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = out.glob("*.whl")
    return path


@pytest.fixture(scope="session")
def installed(wheel, tmp_path_factory) -> Path:
    """An environment of its own with the wheel in it; dependencies come from this one."""
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", "--symlinks", str(folder)], check=True
    )
    python = folder / "bin" / "python"
    told = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    )
    site = Path(told.stdout.strip())
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    subprocess.run([*command, "--no-deps", str(wheel)], check=True)
    # After the wheel's own folder, so that an editable install beside it cannot stand in for it.
    dependencies = {str(Path(p)) for p in sys.path if p.endswith("site-packages")}
    (site / "dependencies.pth").write_text("\n".join(sorted(dependencies)) + "\n")
    return folder


def sparkbench(installed: Path, *arguments: str, cwd: Path, **environ: str):
    clean = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return subprocess.run(
        [str(installed / "bin" / "sparkbench"), *arguments],
        cwd=cwd,
        env={**clean, "COLUMNS": "100", **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def decoy(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text("raise SystemExit('the decoy was imported')\n")
    return folder


def test_what_is_in_it(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for package in PACKAGES:
        assert f"{package}/py.typed" in names
    tops = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert tops == set(PACKAGES)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if name.endswith((".pyc", ".orig"))]


def test_every_file_that_is_not_python_is_in_it_too(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    here = {
        str(path.relative_to(REPOSITORY))
        for package in PACKAGES
        for path in (REPOSITORY / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert here - names == set()


def test_version_beside_decoys(installed, tmp_path):
    from bench._version import __version__

    done = sparkbench(installed, "--version", cwd=decoy(tmp_path, *PACKAGES))
    assert done.returncode == 0, done.stderr
    assert __version__ in done.stdout


def test_help_beside_a_decoy(installed, tmp_path):
    done = sparkbench(installed, "--help", cwd=decoy(tmp_path, "bench"))
    assert done.returncode == 0, done.stderr
    assert "compare" in done.stdout


@pytest.mark.parametrize("name", ["legacy_dstream", "structured"])
def test_one_that_shadows_is_named(installed, tmp_path, name):
    decoy(tmp_path, name)
    done = sparkbench(installed, "--help", cwd=tmp_path, PYTHONPATH=str(tmp_path))
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert str(tmp_path / name) in done.stderr


def test_help_imports_nothing_heavy(installed, tmp_path):
    done = sparkbench(installed, "--help", cwd=tmp_path, PYTHONPROFILEIMPORTTIME="1")
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    imported = {line.rpartition("|")[2].strip().split(".")[0] for line in lines}
    assert {"bench", "typer"} <= imported
    heavy = {"numpy", "pandas", "pyspark", "matplotlib", "pydantic", "scipy", "psutil", "pyarrow"}
    assert imported & heavy == set()


def test_the_contract_can_be_imported_where_only_the_standard_library_is(tmp_path):
    program = (
        "import sys, bench.contract.console, bench.child;"
        "print(*sorted({name.split('.')[0] for name in sys.modules} - sys.stdlib_module_names))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", program],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) == {"__main__", "bench"}
