"""Files that are either whole or not there: the one way anything of a run reaches the disk."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from bench.errors import EnvironmentProblem


def atomic_write(path: Path, data: bytes) -> Path:
    """Write ``data`` to ``path`` so that a crash at any moment leaves the old state or the new.

    The bytes go to a hidden file in the same directory, reach the disk, and only then take the
    name; the directory is synchronised last, so that the name survives a loss of power too.
    The hidden name is fixed: what a killed process left is replaced by the next attempt.  No
    symbolic link is followed at either name, for a run's directory may come from somebody else.

    :raises EnvironmentProblem: the disk is full or the directory cannot be written.
    """
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        temporary.unlink(missing_ok=True)
        with open(temporary, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        sync_directory(path.parent)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise cannot_write(path, error) from error
    return path


def make_folder(path: Path) -> Path:
    """``path``, made with all above it if it is not there.

    :raises EnvironmentProblem: the disk is full or the directory above cannot be written.
    """
    try:
        if not path.is_dir():
            path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from error
    return path


def cannot_write(path: Path, error: OSError) -> EnvironmentProblem:
    """The one sentence for a disk that takes no more."""
    return EnvironmentProblem(
        f"{path}: cannot be written ({error.strerror or error}); "
        "free some space or choose another directory with --out."
    )


def sync_directory(directory: Path) -> None:
    """Make the names in ``directory`` durable; a file system that cannot is left alone."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        with suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
