"""A file system that can be taken away, seen by one process and its descendants alone.

The trial's process gets a mount namespace of its own (``unshare``), in which a small ``tmpfs`` lies
over the checkpoint folder; to make it read-only or full somebody else enters that namespace
(``nsenter``).  It all ends with the process: nothing stays mounted.  A chmod would not do: to root,
which containers often run as, permissions say nothing.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.faults.events import FULL, READ_ONLY, parse_fault
from bench.faults.inject.errors import InjectionError

_TOOLS = ("unshare", "nsenter", "mount", "sh")
#: A file system is busy while a file is open to be written; a checkpoint's are for moments.
BUSY_S = 3.0
_BALLAST = ".ballast"


class MountError(InjectionError):
    """A file system could not be mounted or changed."""


def file_systems_apart(fault: str) -> Sequence[str]:
    """The command that gives a trial's process file systems of its own, where its fault needs it.

    Nothing where the machine does not permit it; ``why_not`` tells then.
    """
    found = parse_fault(fault)
    if found is None or found.kind not in (READ_ONLY, FULL) or why_not() is not None:
        return ()
    return ("unshare", *_as_root(), "--mount", "--propagation", "private", "--")


def _as_root() -> tuple[str, ...]:
    return () if os.geteuid() == 0 else ("--map-root-user",)


@functools.cache
def why_not() -> str | None:
    """``None``, or why this machine does not let us mount."""
    missing = [tool for tool in _TOOLS if shutil.which(tool) is None]
    if missing:
        return f"taking a file system away needs Linux and {', '.join(missing)}"
    with tempfile.TemporaryDirectory() as folder:
        command = ["unshare", *_as_root(), "--mount", "mount", "-t", "tmpfs", "tmpfs", folder]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    if done.returncode == 0:
        return None
    said = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
    return f"this machine does not let us mount a file system to take away ({said})"


class Volume:
    """A small file system over ``folder``, as the process ``pid`` sees it; raises MountError."""

    def __init__(self, pid: int, folder: Path, size_bytes: int) -> None:
        self._enter = ["nsenter", "--target", str(pid), "--mount"]
        if os.geteuid() != 0:
            self._enter += ["--user", "--preserve-credentials"]
        self._folder = str(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self._run("mount", "-t", "tmpfs", "-o", f"size={size_bytes}", "tmpfs", self._folder)

    def read_only(self, on: bool) -> None:
        """Let nothing be written any more, or again."""
        deadline = time.monotonic() + BUSY_S
        while True:
            try:
                return self._run("mount", "-o", f"remount,{'ro' if on else 'rw'}", self._folder)
            except MountError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.005)

    def full(self, on: bool) -> None:
        """Fill it to the last byte, or let go of what fills it."""
        ballast = f"{self._folder}/{_BALLAST}"
        # dd fails at the end of the space, which is what is wanted.
        fill = f'dd if=/dev/zero of="{ballast}" bs=64k 2>/dev/null; true'
        self._run("sh", "-c", fill if on else f'rm -f "{ballast}"')

    def _run(self, *command: str) -> None:
        done = subprocess.run(
            [*self._enter, *command], capture_output=True, text=True, timeout=30, check=False
        )
        if done.returncode != 0:
            said = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise MountError(f"{self._folder}: {said}")
