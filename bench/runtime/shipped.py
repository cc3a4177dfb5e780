"""The engines as one archive, for an interpreter that is not ours.

A zip file on ``PYTHONPATH`` holds the engine packages, the contract and the child, and no package
of the harness: those would shadow the other Spark's.  Its name is the digest of its content.  It
holds byte code for one version of Python too, because Python keeps none of what it imports from a
zip file: every Python worker that Spark starts would compile the engine again.
"""

from __future__ import annotations

import hashlib
import subprocess
import zipfile
from functools import cache
from pathlib import Path

from bench.contract.kept import kept
from bench.errors import EnvironmentProblem
from bench.process.cache import cache_dir
from bench.runtime.interpreter import Interpreter

_COMPILE_S = 120.0

#: The same date for every file: equal content, equal archive.
_DATE = (1980, 1, 1, 0, 0, 0)

#: Byte code beside its source, good whatever the source's date.
_COMPILE = (
    "import compileall, py_compile, sys; "
    "mode = py_compile.PycInvalidationMode.UNCHECKED_HASH; "
    "compileall.compile_dir(sys.argv[1], quiet=2, legacy=True, ddir='', invalidation_mode=mode)"
)

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


def code_archive(interpreter: Interpreter) -> Path:
    """The archive for ``interpreter``, made now if there is none; safe to race.

    Raises :class:`EnvironmentProblem` when the cache cannot be written to.
    """
    files = shipped_files()
    digest = hashlib.sha256()
    for name, content in files.items():
        digest.update(name.encode() + b"\0" + content + b"\0")
    place = cache_dir() / "code" / f"{digest.hexdigest()[:16]}-py3{interpreter.minor}.zip"
    try:
        kept(str(place), lambda made: _make(Path(made), files, interpreter))
    except OSError as error:
        raise EnvironmentProblem(
            f"{place.parent}: cannot be written ({(error.strerror or str(error)).lower()}); make "
            "room there or set SPARKBENCH_CACHE to another folder."
        ) from None
    return place


def _make(archive: Path, files: dict[str, bytes], interpreter: Interpreter) -> None:
    tree = archive.parent / "tree"
    for name, content in files.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    # What could not be compiled is there as source, and says so when it is imported.
    subprocess.run(
        [str(interpreter.python), "-I", "-c", _COMPILE, "."],
        cwd=tree,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_COMPILE_S,
        check=False,
    )
    with zipfile.ZipFile(archive, "w") as written:
        for path in sorted(p for p in tree.rglob("*") if p.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(tree).as_posix(), _DATE)
            entry.external_attr = 0o644 << 16
            written.writestr(entry, path.read_bytes())
