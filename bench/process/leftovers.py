"""What a killed run has left behind: processes without a parent, temporary directories."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.process.orphans import Marked, end_all, marked
from bench.process.spawn import TEMP_PREFIX

_TOKEN = re.compile(r"(\d+)-[0-9a-f]+")
_TEMP_DIR = re.compile(re.escape(TEMP_PREFIX) + r"((\d+)-[0-9a-f]+)-\w+")


@dataclass(frozen=True)
class Leftovers:
    """Processes that were ended, and directories that were removed."""

    processes: tuple[Marked, ...] = ()
    directories: tuple[Path, ...] = ()


def clear_leftovers(
    runners: Collection[int], grace_s: float = 2.0, temp_root: Path | None = None
) -> Leftovers:
    """End and remove what the dead processes ``runners`` (process ids) have left.

    A mark begins with the id of the process that gave it.  Something is a leftover only if no
    process of that id is alive which was there before it: ids are used again, and what another
    live run has started is none of our business.
    """
    ended: list[Marked] = []
    for token in {one.token for one in marked() if _is_left(one, runners)}:
        ended += end_all(token, grace_s).found
    alive = {one.token for one in marked()}
    removed = []
    for path in (temp_root or Path(tempfile.gettempdir())).glob(f"{TEMP_PREFIX}*"):
        found = _TEMP_DIR.fullmatch(path.name)
        if found is None or int(found[2]) not in runners or found[1] in alive:
            continue
        if path.is_symlink() or not path.is_dir() or _lives(int(found[2]), path.stat().st_ctime):
            continue
        shutil.rmtree(path, ignore_errors=True)
        removed.append(path)
    return Leftovers(tuple(ended), tuple(removed))


def _is_left(one: Marked, runners: Collection[int]) -> bool:
    found = _TOKEN.fullmatch(one.token)
    if found is None or int(found[1]) not in runners:
        return False
    try:
        return not _lives(int(found[1]), psutil.Process(one.pid).create_time())
    except psutil.Error:
        return False


def _lives(pid: int, since: float) -> bool:
    """Whether the process ``pid`` lives and was there at ``since`` (Unix s)."""
    try:
        process = psutil.Process(pid)
        return bool(process.status() != psutil.STATUS_ZOMBIE and process.create_time() <= since)
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return True
