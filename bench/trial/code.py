"""A digest of the code that runs inside a trial: engines, contract and child."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from bench.trial.errors import TrialFailed

_ROOT = Path(__file__).resolve().parents[2]
_PARTS = ("legacy_dstream", "structured", "bench/contract", "bench/child", "bench/units.py")

#: What makes a package of the parts of ``bench``.
_PACKAGE = ("bench/__init__.py", "bench/_version.py")


def shipped_files() -> dict[str, bytes]:
    """Path within the archive to content of all that a trial's interpreter needs of us, sorted."""
    paths = {_ROOT / name for name in _PACKAGE}
    for part in _PARTS:
        path = _ROOT / part
        paths |= set(_files(path))
    return {path.relative_to(_ROOT).as_posix(): path.read_bytes() for path in sorted(paths)}


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return [file for suffix in ("py", "java", "scala") for file in path.rglob(f"*.{suffix}")]


def check_job(reference: str, sha256: str) -> None:
    """Raise :class:`TrialFailed` for a user's file that is gone or another one than was planned."""
    if not reference.endswith(".py"):
        return
    file = Path(reference)
    if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != sha256:
        raise TrialFailed(f"{file.name} has changed since the run began; start a new run")


@cache
def code_digest() -> str:
    """The first 16 hexadecimal digits of SHA-256 over names and contents, in sorted order."""
    digest = hashlib.sha256()
    for part in _PARTS:
        path = _ROOT / part
        for file in sorted(_files(path)):
            digest.update(file.relative_to(_ROOT).as_posix().encode() + b"\0")
            digest.update(file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
