"""Find and end every process of a trial, whatever its parent, session or process group.

Python workers of PySpark put themselves into a process group of their own (pyspark/daemon.py), so
killing a child's group leaves them.  The mark in the environment finds them.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psutil

from bench.process.spawn import MARK

_POLL_S = 0.02
_POLL_MAX_S = 0.2

#: What psutil raises for a process that is gone, a zombie, or not ours to look at; the plain
#: OSError is what reading /proc gives in the middle of an exit.
_GONE = (psutil.Error, OSError)


@dataclass(frozen=True)
class Marked:
    """A live process that carries the mark."""

    pid: int
    token: str
    command: str


@dataclass(frozen=True)
class Ended:
    """What :func:`end_all` met: processes it asked to end, had to kill, and could not end."""

    found: tuple[Marked, ...] = ()
    killed: tuple[Marked, ...] = ()
    left: tuple[Marked, ...] = ()


def marked(token: str | None = None) -> list[Marked]:
    """Live processes that carry the mark ``token``, or any mark; never this process itself."""
    return [what for _process, what in _scan(token)]


def end_all(token: str, grace_s: float = 5.0, kill_wait_s: float = 5.0) -> Ended:
    """End every process marked with ``token``: SIGTERM, wait, SIGKILL, wait.

    ``grace_s`` seconds pass between the two signals at most; with 0 the first is left out.
    Processes that appear meanwhile get the same treatment.  Exit states are not collected: the
    caller's ``Popen`` still gets its own.
    """
    found: dict[int, Marked] = {}
    killed: dict[int, Marked] = {}
    if grace_s > 0 and not _signal_until_gone(token, signal.SIGTERM, grace_s, found):
        return Ended(tuple(found.values()))
    left = _signal_until_gone(token, signal.SIGKILL, kill_wait_s, killed)
    return Ended(tuple({**killed, **found}.values()), tuple(killed.values()), tuple(left))


def _signal_until_gone(
    token: str, signum: signal.Signals, timeout_s: float, seen: dict[int, Marked]
) -> list[Marked]:
    """Signal each marked process once, new ones as they appear, until none is left or time is up.

    A process found at the first look is always signalled, however short the time.
    """
    deadline = time.monotonic() + timeout_s
    pause = _POLL_S
    while True:
        alive = _scan(token)
        for process, what in alive:
            if process.pid not in seen or seen[process.pid].command != what.command:
                seen[process.pid] = what
                with contextlib.suppress(*_GONE):
                    process.send_signal(signum)
        if not alive or time.monotonic() >= deadline:
            return [what for _process, what in alive]
        time.sleep(pause)
        pause = min(_POLL_MAX_S, pause * 1.5)


def _scan(token: str | None) -> Sequence[tuple[psutil.Process, Marked]]:
    own = os.getpid()
    found = []
    for pid in psutil.pids():
        if pid == own:
            continue
        try:
            process = psutil.Process(pid)
            mark = process.environ().get(MARK)
            if mark is None or (token is not None and mark != token):
                continue
            if process.status() == psutil.STATUS_ZOMBIE:
                continue
            found.append((process, Marked(pid, mark, _command(process))))
        except _GONE:
            continue
    return found


def _command(process: psutil.Process, limit: int = 160) -> str:
    parts: Callable[[], list[str]] = process.cmdline
    text = " ".join(parts()) or str(process.name())
    return text if len(text) <= limit else text[: limit - 1] + "…"
