"""The folder for things that outlive a run: the lock, a Java home made on demand."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.errors import EnvironmentProblem


def cache_dir(environ: Mapping[str, str] | None = None) -> Path:
    """This user's cache folder of sparkbench, created when absent.

    ``SPARKBENCH_CACHE``, else ``XDG_CACHE_HOME/sparkbench``, else ``~/Library/Caches/sparkbench``
    on macOS and ``~/.cache/sparkbench`` elsewhere; a home that cannot be written to falls back to a
    private folder in the system's temporary one.

    Raises :class:`EnvironmentProblem` when none can be written to.
    """
    environ = os.environ if environ is None else environ
    if chosen := environ.get("SPARKBENCH_CACHE"):
        path = Path(chosen).expanduser().absolute()
        if not _usable(path):
            raise EnvironmentProblem(
                f"SPARKBENCH_CACHE={chosen}: not a folder that you, and only you, can write to; "
                "choose another."
            )
        return path
    for path in _candidates(environ):
        if _usable(path):
            return path
    raise EnvironmentProblem(
        "No folder for caches can be written to; set SPARKBENCH_CACHE to one that can."
    )


def _candidates(environ: Mapping[str, str]) -> Iterator[Path]:
    # The XDG specification tells to ignore a path that is not absolute.
    if (xdg := environ.get("XDG_CACHE_HOME", "")).startswith("/"):
        yield Path(xdg) / "sparkbench"
    if home := environ.get("HOME"):
        caches = "Library/Caches" if sys.platform == "darwin" else ".cache"
        yield Path(home) / caches / "sparkbench"
    with contextlib.suppress(FileNotFoundError):
        yield Path(tempfile.gettempdir()) / f"sparkbench-cache-{os.getuid()}"


def _usable(path: Path) -> bool:
    """Whether the folder exists or can be made, can be written to, and only by its owner.

    In a folder that all may write to, another user could leave a program for this one to run.
    """
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        state = path.stat()
    except OSError:
        return False
    safe = state.st_uid in (os.getuid(), 0) and not state.st_mode & stat.S_IWOTH
    return safe and os.access(path, os.W_OK | os.X_OK)
