"""Which processes are executors: JVMs, each below the worker or the driver that started it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

import psutil

#: The class that every executor's JVM runs, under YARN and others as well with a prefix.
EXECUTOR = "CoarseGrainedExecutorBackend"


def executors(roots: Iterable[int]) -> list[int]:
    """Process ids of the executors among the descendants of ``roots``, oldest first."""
    found: dict[int, float] = {}
    for root in roots:
        with contextlib.suppress(psutil.Error, OSError):
            for process in psutil.Process(root).children(recursive=True):
                with contextlib.suppress(psutil.Error, OSError):
                    if any(word.endswith(EXECUTOR) for word in process.cmdline()):
                        found[process.pid] = process.create_time()
    return sorted(found, key=lambda pid: found[pid])
