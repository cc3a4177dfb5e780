"""Files to replay as people have them: compressed ones, a mark at the front, very large ones.

What is compressed is told by its first bytes, whatever its name.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO, Any

import psutil

from bench.load.content.digits import Buffer
from bench.load.errors import ReplayError
from bench.process.cgroup import limits

#: First bytes to the name of a compression.
MAGIC = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\0": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
}
BOM = b"\xef\xbb\xbf"
_OTHER_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_PIECE = 1 << 22

#: What a file may take of the memory that is free: it is read by two processes, and an engine with
#: a heap of its own stands beside them.
SHARE = 0.25


def content(path: str | Path, budget: int | None = None) -> tuple[Buffer, str]:
    """The bytes to replay and the SHA-256 of the file's own; :class:`ReplayError` with a sentence.

    Decompressed, and without a byte order mark.  What does not fit into ``budget`` bytes (by
    default a share of the memory that is free) is mapped instead of read, from a copy in the
    temporary folder if it is compressed: the disk is then read while the load is sent, which shows
    as a late generator where it is too slow.
    """
    try:
        with open(path, "rb") as file:
            # A file changed in place would be as long as before.
            head = file.read(6)
            packed = next((name for magic, name in MAGIC.items() if head.startswith(magic)), None)
            file.seek(0)
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            room = _room() if budget is None else budget
            if packed is not None:
                return _plain(_unpacked(file, packed, room, path), path), sha256
            size = os.fstat(file.fileno()).st_size
            return _plain(_read(file) if size <= room else _mapped(file), path), sha256
    except FileNotFoundError:
        raise ReplayError(f"{path}: there is no such file: give the path of one") from None
    except IsADirectoryError:
        raise ReplayError(f"{path}: this is a directory: give the path of a file") from None
    except MemoryError:
        raise ReplayError(
            f"{path}: there is no memory left for its lines: give a part of it (head -n 1000000)"
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ReplayError(f"{path}: cannot be read ({reason}): check the file") from None


def _room() -> int:
    """Bytes that a file may take, of what is free on the machine and allowed to this process."""
    free = psutil.virtual_memory().available
    allowed = limits().memory_bytes
    return int(min(free, allowed or free) * SHARE)


def _read(file: IO[bytes]) -> Buffer:
    """The whole file; mapped after all where a limit of the process's own forbids that."""
    try:
        return file.read()
    except MemoryError:
        return _mapped(file)


def _plain(data: Buffer, path: str | Path) -> Buffer:
    view = memoryview(data)
    mark = next((name for mark, name in _OTHER_MARKS.items() if view[:2] == mark), None)
    if mark is not None:
        raise ReplayError(f"{path}: its text is {mark}: convert it (iconv -f {mark} -t UTF-8)")
    if view[:3] != BOM:
        return data
    return data[3:] if isinstance(data, bytes) else view[3:]


def _mapped(file: IO[bytes]) -> mmap.mmap:
    return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _unpacked(file: IO[bytes], packed: str, room: int, path: str | Path) -> Buffer:
    try:
        with _reader(file, packed) as reader:
            data = reader.read(room + 1)
            if len(data) <= room:
                return bytes(data)
            with tempfile.TemporaryFile(prefix="sparkbench-replay-") as copy:
                copy.write(data)
                shutil.copyfileobj(reader, copy, _PIECE)
                copy.flush()
                return _mapped(copy)
    except (OSError, EOFError, ValueError) as error:
        why = " ".join(str(error).split()) or type(error).__name__
        raise ReplayError(f"{path}: its {packed} data cannot be read ({why}): unpack it") from None
    except Exception as error:  # zlib.error and lzma.LZMAError have no common parent
        if type(error).__name__ not in ("error", "LZMAError"):
            raise
        raise ReplayError(f"{path}: its {packed} data is damaged ({error}): unpack it") from None


def _reader(file: IO[bytes], packed: str) -> Any:
    if packed == "gzip":
        import gzip

        return gzip.GzipFile(fileobj=file)
    if packed == "bzip2":
        import bz2

        return bz2.BZ2File(file)
    if packed == "xz":
        import lzma

        return lzma.LZMAFile(file)
    import pyarrow

    return pyarrow.input_stream(file, compression="zstd")
