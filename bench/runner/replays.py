"""The file to replay of a run: read again by every trial, and the same one to its end."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.errors import UsageError

FOLDER = "replays"
#: How long the copy of a pipe is kept: as long as someone may want to resume its run.
KEPT_S = 30 * 86_400
_PIECE = 1 << 22


def settled(path: str, say: Callable[[str], None] = lambda words: None) -> str:
    """``path`` as an absolute one that can be read again and again.

    A pipe, such as the shell's ``<(zcat access.log.gz)``, is copied into the cache; ``say`` is told
    of it.  Whatever else is wrong with the path is left to who reads it.
    """
    try:
        kind = os.stat(path).st_mode
    except (OSError, ValueError):
        return str(Path(path).absolute())
    if not (stat.S_ISFIFO(kind) or stat.S_ISCHR(kind) or stat.S_ISSOCK(kind)):
        return str(Path(path).absolute())
    from bench.process.cache import cache_dir

    folder = cache_dir() / FOLDER
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        if time.time() - old.stat().st_mtime > KEPT_S:
            old.unlink(missing_ok=True)
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as copy, open(path, "rb") as pipe:
        try:
            while piece := pipe.read(_PIECE):
                digest.update(piece)
                size += copy.write(piece)
        except BaseException:
            os.unlink(copy.name)
            raise
    kept = folder / digest.hexdigest()
    os.replace(copy.name, kept)
    say(
        f"--replay: {path} can be read once only; its {size / 1e6:,.1f} MB are kept in {kept} "
        f"for {KEPT_S // 86_400} days"
    )
    return str(kept)


def digest_of(path: str) -> str:
    """SHA-256 of the file's own bytes; :class:`UsageError` when it cannot be read."""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError) as error:
        why = (getattr(error, "strerror", None) or str(error)).lower()
        raise UsageError(f"--replay: {path} cannot be read ({why}); check the path") from None


def check_unchanged(path: str | None, sha256: str, where: str) -> None:
    """Raise :class:`UsageError` for a file that is not the one a run began with."""
    if path is not None and sha256 and digest_of(path) != sha256:
        raise UsageError(
            f"{where}: the file {path} is not the one the run began with (its SHA-256 is another); "
            "put it back, or start a new run"
        )
