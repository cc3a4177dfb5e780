"""Kill processes as a machine does that fails: without a word of warning."""

from __future__ import annotations

import contextlib
import os
import signal
import time

import psutil

from bench.process.orphans import marked

#: So long a killed process may take to be gone.
GONE_S = 10.0


def kill_marked(token: str, first: int, spare: int) -> None:
    """Kill (SIGKILL) ``first``, its descendants, and what else carries the mark, but ``spare``.

    Returns when none is left, or raises TimeoutError after :data:`GONE_S`.
    """
    kill_tree(first)
    deadline = time.monotonic() + GONE_S
    while others := [what for what in marked(token) if what.pid != spare]:
        for what in others:
            with contextlib.suppress(ProcessLookupError):
                os.kill(what.pid, signal.SIGKILL)
        if time.monotonic() > deadline:
            raise TimeoutError(f"process {others[0].pid} could not be killed")
        time.sleep(0.02)


def kill_tree(pid: int) -> None:
    """Kill a process and its descendants, the ancestors first: none can react to the others' end.

    Nothing happens where it is gone already.
    """
    with contextlib.suppress(psutil.Error, OSError):
        root = psutil.Process(pid)
        for process in [root, *root.children(recursive=True)]:
            with contextlib.suppress(psutil.Error, OSError):
                process.kill()
