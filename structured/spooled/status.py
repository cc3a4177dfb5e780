"""What the receiver is doing, as a small file in the spool for people and programs to read."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Optional

FILE = "receiver.json"

#: States: no connection yet; reading; the spool is full; the peer has gone; given up.
CONNECTING, READING, FULL, WAITING, DEAD = "connecting", "reading", "full", "waiting", "dead"


@dataclass(frozen=True)
class Status:
    """State and counters.

    ``connections`` made by this process, and how they went: ``ended`` in good order, ``reset``.
    ``fragments`` are beginnings of lines whose end never came, over the spool's whole life: they
    are in no record.  ``error`` is why the receiver has given up.
    """

    peer: str = ""
    pid: int = 0
    state: str = CONNECTING
    connections: int = 0
    ended: int = 0
    reset: int = 0
    fragments: int = 0
    fragment_bytes: int = 0
    error: Optional[str] = None


def read_status(folder: Path) -> Optional[Status]:
    """The status last written, ``None`` where there is none."""
    try:
        data = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return _status(data) if isinstance(data, dict) else None


def _status(data: Mapping[str, Any]) -> Status:
    known = {part.name for part in fields(Status)}
    return Status(**{name: value for name, value in data.items() if name in known})


class StatusFile:
    """Writes the status when it changes."""

    def __init__(self, folder: Path, peer: str) -> None:
        self._folder = folder
        self._written: Optional[Status] = None
        before = read_status(folder) or Status()
        self.now = Status(
            peer=peer,
            pid=os.getpid(),
            fragments=before.fragments,
            fragment_bytes=before.fragment_bytes,
        )

    def set(self, **changes: Any) -> None:
        """Replace some fields."""
        now = self.now = replace(self.now, **changes)
        if now == self._written:
            return
        self._written = now
        temporary = self._folder / f"{FILE}.tmp"
        # It is news for others; the receiver goes on without.
        with contextlib.suppress(OSError):
            temporary.write_text(json.dumps(asdict(now)) + "\n", encoding="utf-8")
            os.replace(temporary, self._folder / FILE)

    def aside(self, size: int, **changes: Any) -> None:
        """Count a fragment of ``size`` bytes, if there is one, and replace some fields."""
        if size:
            changes["fragments"] = self.now.fragments + 1
            changes["fragment_bytes"] = self.now.fragment_bytes + size
        self.set(**changes)
