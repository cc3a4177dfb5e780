"""Environments with another version of Spark, made once each in the user's cache.

A virtual environment with PySpark and what the engines need, and nothing else.  It is made under
another name and renamed when it is whole; the kernel's lock keeps two runs from making it at the
same time.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.contract.kept import file_lock
from bench.contract.releases import RELEASES, line_of
from bench.errors import EnvironmentProblem
from bench.process.cache import cache_dir
from bench.runtime.interpreter import Interpreter, ask, plain
from bench.runtime.pythons import find_python

#: Some hundred MB to fetch and a wheel to build, on a slow line.
INSTALL_S = 3600.0

#: Room for the archive as it comes, the wheel made of it, and the environment.
NEED_BYTES = 2_500_000_000

FOLDER = "runtimes"

#: What an environment is made of; written last.
RECORD = "sparkbench.json"

Said = Callable[[str], None]


def spark_environment(spark: str, say: Said = lambda words: None) -> Interpreter:
    """The interpreter of the environment for version ``spark``, made now if there is none.

    ``say`` is told what goes on if that takes long.  Raises :class:`EnvironmentProblem` without a
    Python, pip, package index or room for it.
    """
    folder = cache_dir() / FOLDER / f"spark-{spark}"
    found = intact(folder, spark)
    if found is not None:
        return found
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with file_lock(_lock_of(folder), 0.0) as free:
        if free:
            return _made(folder, spark, say)
    say(f"waiting for another process that makes an environment with PySpark {spark}")
    with file_lock(_lock_of(folder), INSTALL_S) as free:
        if not free:
            raise EnvironmentProblem(
                f"Another process is still making an environment with PySpark {spark}; wait for "
                "it, or end it."
            )
        return _made(folder, spark, say)


def intact(folder: Path, spark: str) -> Interpreter | None:
    """The interpreter of an environment that is whole and starts, else ``None``."""
    try:
        json.loads((folder / RECORD).read_text())
        found = ask(folder / "bin" / "python")
    except (OSError, ValueError, EnvironmentProblem):
        return None  # not there, or the Python it was made with has gone
    return found if found.spark == spark else None


def made_environments() -> list[str]:
    """The versions that have an environment, as far as their records tell."""
    records = (cache_dir() / FOLDER).glob(f"spark-*/{RECORD}")
    return sorted(record.parent.name.removeprefix("spark-") for record in records)


def _lock_of(folder: Path) -> str:
    return str(folder.with_name(f"{folder.name}.lock"))


def _made(folder: Path, spark: str, say: Said) -> Interpreter:
    found = intact(folder, spark)
    if found is not None:
        return found
    python = find_python(spark)
    free = shutil.disk_usage(folder.parent).free
    if free < NEED_BYTES:
        raise EnvironmentProblem(
            f"{folder.parent} has {free / 1e9:.1f} GB free and an environment with PySpark {spark} "
            f"needs {NEED_BYTES / 1e9:.1f} GB; free some, or set SPARKBENCH_CACHE to another disk."
        )
    say(f"making an environment with PySpark {spark} (once; some hundred MB to fetch)")
    prefix = f".making-{folder.name}-"
    for left in folder.parent.glob(f"{prefix}*"):
        # Of a process that was killed: whoever makes this one holds the lock, as we do.
        shutil.rmtree(left, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix=prefix, dir=folder.parent))
    try:
        _fill(work, python, spark)
        found = ask(work / "bin" / "python")
        if found.spark != spark:
            raise EnvironmentProblem(f"{python} made an environment without PySpark {spark}")
        record = {"spark": spark, "python": found.version, "made_with": str(python)}
        (work / RECORD).write_text(json.dumps(record, indent=1))
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(work, folder)
    except OSError as error:
        raise EnvironmentProblem(
            f"{folder.parent}: an environment cannot be made there "
            f"({(error.strerror or str(error)).lower()}); set SPARKBENCH_CACHE to another folder."
        ) from None
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return ask(folder / "bin" / "python")


def _fill(work: Path, python: Path, spark: str) -> None:
    inside = work / "bin" / "python"
    done = _run([str(python), "-I", "-m", "venv", "--clear", str(work)], 300.0)
    if done.returncode != 0:
        raise EnvironmentProblem(
            f"{python} cannot make virtual environments; install that part (on Debian and Ubuntu "
            f"'apt install {python.name}-venv')."
        )
    needs = [f"pyspark=={spark}", *RELEASES[line_of(spark)].needs]
    pip = [str(inside), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    done = _run([*pip, "install", "--quiet", *needs], INSTALL_S)
    if done.returncode != 0:
        raise EnvironmentProblem(what_failed(spark, done.stderr + done.stdout))
    with contextlib.suppress(EnvironmentProblem):  # tools of no use to a trial
        _run([*pip, "uninstall", "--quiet", "--yes", "setuptools", "pip"], 120.0)


def _run(command: Sequence[str], timeout_s: float) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout_s,
            env=plain(os.environ),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise EnvironmentProblem(
            f"'{' '.join(command[:4])} ...' did not end within {timeout_s / 60:.0f} min; look at "
            "the network, and try again."
        ) from None


_VERSIONS = re.compile(r"from versions: ([^)]*)\)")
_MISSING = re.compile(r"requirement (\S+)")
_OFFLINE = re.compile(
    r"connection|connect to|resolve|network|timed out|timeout|proxy|ssl|max retries", re.IGNORECASE
)


def what_failed(spark: str, said: str) -> str:
    """One sentence for what pip wrote when it could not install PySpark ``spark``."""
    what = f"No environment with PySpark {spark} could be made: "
    versions = _VERSIONS.search(said)
    if versions is not None and versions[1].strip() not in ("", "none"):
        missing = _MISSING.search(said)
        if missing is not None and not missing[1].startswith("pyspark"):
            return f"{what}the package index has no {missing[1]} for this Python."
        known = [version.strip() for version in versions[1].split(",")]
        line = [version for version in known if line_of(version) == line_of(spark)]
        near = f"of {line_of(spark)} the newest is {line[-1]}" if line else f"it has {known[-1]}"
        return f"{what}the package index has no such version; {near}."
    if versions is not None or _OFFLINE.search(said):
        return (
            f"{what}pip reaches no package index; look at the network, or name a Python that has "
            f"that PySpark with --runtime NAME=/path/to/python."
        )
    errors = [line for line in said.splitlines() if line.startswith("ERROR")]
    last = (errors or said.strip().splitlines() or ["nothing"])[-1][:300]
    return f"{what}pip said '{last.removeprefix('ERROR: ')}'."
