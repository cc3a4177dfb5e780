"""The code of the engines as one archive that Python workers on other machines import."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

from bench.runtime.cache import cache_dir
from bench.trial.code import code_digest, code_files

#: Dates in an archive tell nothing; the earliest that the format knows.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def code_archive() -> Path:
    """The archive, named by what it holds, made now where there is none in the cache.

    Functions of a job travel by name: a worker has to import the module they are in.
    """
    target = cache_dir() / "code" / f"sparkbench-{code_digest()}.zip"
    if target.is_file():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False) as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        # The package itself offers the harness, which is not there: an empty one will do.
        archive.writestr(zipfile.ZipInfo("bench/__init__.py", _NO_TIME), "")
        for name, path in code_files():
            archive.writestr(zipfile.ZipInfo(name, _NO_TIME), path.read_bytes())
    return Path(file.name).replace(target)
