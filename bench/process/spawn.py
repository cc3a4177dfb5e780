"""Start a process of a trial: a session of its own, a mark, a temporary directory."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bench.process.affinity import pinned
from bench.process.variables import inherited_variables

#: Environment variable that every process of a trial carries; inherited by the JVM and by the
#: Python workers, which leave both the session and the process group.
MARK = "SPARKBENCH_TRIAL"

#: Begins the name of every temporary directory; the mark follows.
TEMP_PREFIX = "sparkbench-"

Stream = int | IO[bytes] | None


def new_token() -> str:
    """A mark that no other trial has: this process's id and random digits."""
    return f"{os.getpid()}-{secrets.token_hex(6)}"


@dataclass(frozen=True)
class Child:
    """A started process with what belongs to it."""

    popen: subprocess.Popen[bytes]
    token: str
    temp_dir: Path

    @property
    def pid(self) -> int:
        """Process id; also the id of its session and process group."""
        return self.popen.pid

    def remove_temp_dir(self) -> None:
        """Remove the temporary directory; to be called when every process of the mark is gone."""
        shutil.rmtree(self.temp_dir, ignore_errors=True)


def spawn(
    argv: Sequence[str | os.PathLike[str]],
    *,
    token: str,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    temp_root: Path | None = None,
    stdin: Stream = subprocess.DEVNULL,
    stdout: Stream = None,
    stderr: Stream = None,
    pass_fds: Sequence[int] = (),
    cpus: Sequence[int] | None = None,
) -> Child:
    """Start ``argv`` in a new session, marked with ``token``, pinned to ``cpus``.

    ``env`` is laid over this process's environment, of which some variables are taken out
    (:mod:`bench.process.variables`).  The child gets a fresh temporary directory
    under ``temp_root`` (by default the system's), which Python and Spark use for their own files.

    Raises ``OSError`` when the program cannot be started; nothing is left behind then.
    """
    # The mark in the name tells whose it was when nobody was left to remove it.
    temp_dir = Path(tempfile.mkdtemp(prefix=f"{TEMP_PREFIX}{token}-", dir=temp_root))
    environment = {
        **inherited_variables(),
        "TMPDIR": str(temp_dir),
        "SPARK_LOCAL_DIRS": str(temp_dir),
        **(env or {}),
        MARK: token,
    }
    try:
        # The CPUs are inherited from this thread, so that no instruction of the child runs
        # anywhere else; setting them from outside would come too late for its first threads.
        with pinned(cpus):
            popen = subprocess.Popen(
                [os.fspath(part) for part in argv],
                env=environment,
                cwd=cwd,
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                pass_fds=tuple(pass_fds),
                start_new_session=True,
            )
    except BaseException:
        shutil.rmtree(temp_dir, ignore_errors=True)
        raise
    return Child(popen, token, temp_dir)
