"""A Java home for Spark around a runtime that lacks the module ``jdk.incubator.vector``.

Spark's launcher puts ``--add-modules=jdk.incubator.vector`` on every command line, and a runtime
without that module refuses to start.  Spark uses it for speed in its machine-learning library only,
so a small ``bin/java`` that drops the one argument is enough for streams.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import tempfile
from pathlib import Path

from bench.errors import EnvironmentProblem
from bench.process.cache import cache_dir
from bench.runtime.probe import VECTOR


def script(java: Path) -> str:
    """The text of ``bin/java`` that runs ``java`` without the one argument."""
    return (
        "#!/bin/sh\n"
        f"# Runs a Java without the module that {VECTOR} asks for.\n"
        "for argument do\n"
        "  shift\n"
        f'  [ "$argument" = {VECTOR} ] || set -- "$@" "$argument"\n'
        "done\n"
        f'exec {shlex.quote(str(java))} "$@"\n'
    )


def home(java: Path) -> Path:
    """Make, or find, the home in the cache whose ``bin/java`` runs ``java``; safe to race.

    A runtime that moved gets a home of its own, and one that was damaged is written again.

    Raises :class:`EnvironmentProblem` when the cache cannot be written to.
    """
    java = java.absolute()
    text = script(java)
    name = hashlib.sha256(text.encode()).hexdigest()[:16]
    place = cache_dir() / "java" / name
    target = place / "bin" / "java"
    try:
        if not _is(target, text):
            target.parent.mkdir(parents=True, exist_ok=True)
            _write(target, text)
    except OSError as error:
        raise EnvironmentProblem(
            f"{target}: cannot write it ({error.strerror}); make room there or set "
            "SPARKBENCH_CACHE to another folder."
        ) from error
    return place


def _is(target: Path, text: str) -> bool:
    return target.is_file() and os.access(target, os.X_OK) and target.read_text() == text


def _write(target: Path, text: str) -> None:
    """Write beside the target and rename: a reader meets the old script or the new one, whole."""
    descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=".java-")
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            os.fchmod(file.fileno(), 0o755)
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise
