"""Where the streams of a trial keep their checkpoints, and that nothing of them is left behind."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import urlsplit

from bench.plan.axes import TEMP

_FILE = "file"


def checkpoint_dir(place: str, temp_dir: Path, name: str) -> str:
    """The checkpoint of stream ``name``: in the trial's own folder, or in a new one below a place.

    ``place`` is the value of the axis: ``temp``, a path, or a URI that Spark can write to.
    """
    if place == TEMP:
        return str(temp_dir / f"checkpoint-{name}")
    return f"{place.rstrip('/')}/{temp_dir.name}/{name}"


def remove_checkpoints(place: str, temp_dir: Path) -> None:
    """Remove what the streams of one engine process wrote below a local place.

    What lies on a remote store stays there: nothing here can reach it.
    """
    folder = local_folder(place)
    if folder is not None:
        shutil.rmtree(folder / temp_dir.name, ignore_errors=True)


def local_folder(place: str) -> Path | None:
    """The folder of a local place; ``None`` for ``temp`` and for a remote store."""
    if place == TEMP:
        return None
    parts = urlsplit(place)
    return Path(parts.path) if parts.scheme in ("", _FILE) else None


def store_name(place: str, temp_dir: Path) -> str | None:
    """What a checkpoint lies on: the local file system's type, or the scheme of a remote store."""
    from bench.machine.environment import file_system

    if place == TEMP:
        return file_system(temp_dir)
    folder = local_folder(place)
    return urlsplit(place).scheme if folder is None else file_system(folder)
