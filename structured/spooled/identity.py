"""Which spool this is: a name drawn once, so that a checkpoint knows its own from any other."""

from __future__ import annotations

import json
import os
import uuid
from pathlib import Path
from typing import Optional

from .errors import SpoolError

FILE = "spool.json"

#: The layout of the directory; a newer one is refused.
FORMAT = 1


def make_identity(folder: Path) -> str:
    """Draw an identity and store it for good; raises :class:`SpoolError`."""
    identity = uuid.uuid4().hex
    temporary = folder / f"{FILE}.tmp"
    try:
        with open(temporary, "w", encoding="ascii") as file:
            json.dump({"format": FORMAT, "spool": identity}, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, folder / FILE)
        sync_folder(folder)
    except OSError as problem:
        raise SpoolError(f"the spool {folder} cannot be written ({problem.strerror})") from None
    return identity


def read_identity(folder: Path) -> Optional[str]:
    """The stored identity, ``None`` where there is no spool; raises :class:`SpoolError`."""
    try:
        with open(folder / FILE, encoding="ascii") as file:
            stored = json.load(file)
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise SpoolError(f"the spool {folder} cannot be read ({problem.strerror})") from None
    except ValueError:
        stored = None
    if not isinstance(stored, dict) or stored.get("format") != FORMAT or "spool" not in stored:
        raise SpoolError(
            f"{folder / FILE} is not of a spool this version knows: use another directory"
        )
    return str(stored["spool"])


def sync_folder(folder: Path) -> None:
    """Force the names in a directory to disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
