"""Find a Python on this machine that a release of Spark runs on.

Our own first, so that arms differ in Spark and not in Python, then the newest that fits.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from shutil import which

from bench.contract.releases import RELEASES, line_of
from bench.errors import EnvironmentProblem

#: Where version managers keep theirs; ``{}`` is the minor version.
_PATTERNS = (
    ".pyenv/versions/3.{}.*/bin/python3",
    ".local/share/uv/python/cpython-3.{}.*/bin/python3",
    ".local/share/mise/installs/python/3.{}.*/bin/python3",
    ".asdf/installs/python/3.{}.*/bin/python3",
)
_FOLDERS = ("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin")

_TELL = "import sys, venv; print('%d.%d %s' % (*sys.version_info[:2], sys.executable))"


def find_python(spark: str, environ: Mapping[str, str] | None = None) -> Path:
    """An interpreter that can make environments for ``spark`` (``"3.5"``, ``"3.5.9"``).

    Raises :class:`EnvironmentProblem` with what to install where there is none.
    """
    environ = os.environ if environ is None else environ
    release = RELEASES[line_of(spark)]
    low, high = release.python
    ours = sys.version_info[1]
    minors = [ours] if low <= ours <= high else []
    minors += [minor for minor in range(high, low - 1, -1) if minor != ours]
    for minor in minors:
        for candidate in _candidates(minor, environ):
            found = _told(str(candidate))
            if found is not None and found[0] == (3, minor):
                return found[1]
    raise EnvironmentProblem(
        f"No Python that Spark {line_of(spark)} runs on was found; install {release.pythons}, for "
        f"example 'apt install python3.{high}-venv', 'pyenv install 3.{high}' or "
        f"'uv python install 3.{high}'."
    )


def _candidates(minor: int, environ: Mapping[str, str]) -> Iterator[Path]:
    if minor == sys.version_info[1]:
        # Of an environment, the Python it was made with: it may be gone sooner than that one.
        yield Path(getattr(sys, "_base_executable", sys.executable))
        yield Path(sys.executable)
    if found := which(f"python3.{minor}", path=environ.get("PATH", "")):
        yield Path(found)
    if home := environ.get("HOME"):
        for pattern in _PATTERNS:
            yield from sorted(Path(home).glob(pattern.format(minor)), reverse=True)
    yield from (Path(folder) / f"python3.{minor}" for folder in _FOLDERS)


@cache
def _told(python: str) -> tuple[tuple[int, int], Path] | None:
    """Version and real path by the interpreter's own word; a manager's shim may not start."""
    try:
        done = subprocess.run(
            [python, "-I", "-c", _TELL],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        version, _, path = done.stdout.strip().partition(" ")
        major, minor = version.split(".")
        return (int(major), int(minor)), Path(path)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
