"""Ask a Java what it is, by running it."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

#: The module that Spark's launcher always asks for (JavaModuleOptions in Spark's launcher), and
#: that runtimes made with jlink often lack.
VECTOR = "--add-modules=jdk.incubator.vector"

_TIMEOUT_S = 30.0
_VERSION = re.compile(r'version "([^"]+)"')
_HOME = re.compile(r"^\s*java\.home = (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Probe:
    """What a Java says of itself; ``trim`` when it starts only without the vector module."""

    version: str
    major: int
    home: Path | None
    trim: bool


def parse(text: str) -> tuple[str, int, Path | None] | None:
    """Version, major version and home from what ``java -version`` printed; ``None`` if no Java did.

    Java 8 and older call themselves 1.8: their major version is the second number.
    """
    match = _VERSION.search(text)
    numbers = re.findall(r"\d+", match[1]) if match else []
    if match is None or not numbers:
        return None
    major = int(numbers[1]) if numbers[0] == "1" and len(numbers) > 1 else int(numbers[0])
    home = _HOME.search(text)
    return match[1], major, Path(home[1].strip()) if home else None


def probe(java: Path) -> Probe | None:
    """Run ``java -version``; ``None`` when it does not start or says no version.

    A file is asked once per process and again when it has changed.
    """
    try:
        changed = java.stat().st_mtime_ns
    except OSError:
        return None
    return _probe(java, changed)


@cache
def _probe(java: Path, changed_ns: int) -> Probe | None:
    for arguments, trim in (((VECTOR,), False), ((), True)):
        text = _run(java, *arguments, "-XshowSettings:properties", "-version")
        found = parse(text) if text is not None else None
        if found is not None:
            version, major, home = found
            # Spark asks for the module from Java 17 on; what is older never gets the argument.
            return Probe(version, major, home, trim and major >= 17)
    return None


def _run(java: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            [str(java), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stderr + done.stdout if done.returncode == 0 else None
