"""The machine, the versions and the state of the code, as a run records them."""

from __future__ import annotations

import contextlib
import functools
import importlib.metadata
import os
import platform
import subprocess
from collections.abc import Collection
from pathlib import Path

from bench.machine import readings
from bench.redaction import hide
from bench.results.schema import Environment
from bench.runtime.inherited import inherited
from bench.stats.comparable import INHERITED

#: The folder the three packages lie in.
CODE_ROOT = Path(__file__).resolve().parents[2]


def usable_cores() -> int:
    """CPUs this process may use, which is what ``*`` means; containers often allow fewer."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def spark_version() -> str | None:
    """The version of the installed PySpark, without importing it; ``None`` where there is none."""
    try:
        return importlib.metadata.version("pyspark")
    except importlib.metadata.PackageNotFoundError:
        return None


def cpu_model() -> str:
    """The CPU's name as the system gives it, else its architecture."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(errors="replace").splitlines():
            key, _, value = line.partition(":")
            if key.strip() in ("model name", "Model", "Hardware") and value.strip():
                return value.strip()
    return platform.processor() or platform.machine()


def current_environment(java: str | None = None, decided: Collection[str] = ()) -> Environment:
    """This machine now; ``java`` is the version the caller found, ``decided`` the settings that
    trials make themselves, whatever they would inherit.
    """
    import psutil

    return Environment(
        spark=spark_version(),
        java=java,
        python=platform.python_version(),
        os=f"{platform.system()} {platform.release()}",
        cpu=cpu_model(),
        cpus=usable_cores(),
        memory_bytes=psutil.virtual_memory().total,
        load_average=os.getloadavg()[0],
        extra={"load_average_before": load_before(), **settings(), **inherited_settings(decided)},
    )


@functools.cache
def load_before() -> float:
    """Load average of the last minute, as it was before the first trial of the run."""
    return os.getloadavg()[0]


def settings() -> dict[str, str | None]:
    """How the machine is set up, as far as it tells: frequency governor and clock."""
    governors = sorted(set(readings.governors()))
    kept = readings.synchronised()
    return {
        "governor": ",".join(governors) or None,
        "clock_source": readings.clock_source(),
        "clock_synchronised": None if kept is None else "yes" if kept else "no",
    }


def inherited_settings(decided: Collection[str] = ()) -> dict[str, str | None]:
    """What Spark takes from elsewhere than the plan, each with its origin; secrets are hidden.

    ``decided``: settings that the plan or sparkbench makes itself, which win.
    """
    return {
        f"{INHERITED}{one.key}": f"{hide(one.key, one.value)} ({one.origin})"
        for one in inherited()
        if one.key not in decided
    }


def file_system(path: Path) -> str | None:
    """Type of the file system a path lies on (``ext4``, ``tmpfs``); ``None`` where untold."""
    import psutil

    place = path.resolve()
    with contextlib.suppress(OSError):
        # Of mounts over one another the last one counts.
        mounts = {Path(disk.mountpoint): disk.fstype for disk in psutil.disk_partitions(all=True)}
        for folder in (place, *place.parents):
            if folder in mounts:
                return mounts[folder] or None
    return None


def git_state(root: Path = CODE_ROOT) -> dict[str, str | bool]:
    """``commit`` and ``dirty`` where ``root`` is the top of a work tree, else nothing.

    An installed package lies in somebody else's repository at most, whose state says nothing.
    """
    top = _git(root, "rev-parse", "--show-toplevel")
    if top is None or Path(top).resolve() != root:
        return {}
    commit = _git(root, "rev-parse", "HEAD")
    changes = _git(root, "status", "--porcelain")
    return {"commit": commit or "none yet", "dirty": bool(changes)}


def _git(root: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments],
            capture_output=True,
            text=True,
            timeout=10,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
