"""Files of a watched directory, whose names tell which records they hold, and a stream's own.

The load writes ``BASE/k/`` for stream k: each file elsewhere on the same file system first, then
renamed into place, so that no reader meets half of one.  Both engines say which files a batch was
made of; the names turn that into ranges of records.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable

from . import Options
from .masters import is_local

#: Key of ``Options.source_options`` with BASE.
DIRECTORY = "directory"

#: Lies in a stream's folder when nothing more will come.  Both APIs skip names that begin with a
#: dot.  One that begins with ``_`` a DStream takes and cannot read: its batch is never made, and
#: the files it had taken besides are lost (``FileInputDStream.compute``).
END = ".complete"

#: A file begun and not yet renamed lies in this folder of BASE.
STAGING = "_staging"

_NAME = re.compile(r"(\d{2})-(\d{12})-(\d{9})\.txt$")

Range = tuple[int, int, int]


def for_spark(path: str, options: Options) -> str:
    """A local path as Spark is to take it.

    Where a Hadoop configuration names another default file system, as on the edge node of a
    cluster, Spark would look for a bare path there.  On a cluster it may, as it is the cluster's.
    """
    return f"file:{path}" if path.startswith("/") and is_local(options.master) else path


def stream_folder(base: str, stream: int) -> str:
    """The folder of a stream, made where it is not there: both engines watch only what is."""
    folder = os.path.join(base, str(stream))
    os.makedirs(folder, exist_ok=True)
    return folder


def is_complete(base: str, stream: int) -> bool:
    """Whether nothing more will come."""
    return os.path.exists(os.path.join(base, str(stream), END))


def file_name(stream: int, first: int, count: int) -> str:
    """The name of the file with records ``first`` to ``first + count - 1`` of ``stream``."""
    return f"{stream:02d}-{first:012d}-{count:09d}.txt"


def ranges_of(paths: Iterable[str]) -> tuple[Range, ...]:
    """The records in these files, sorted, neighbours joined; files of other names are left out."""
    found = []
    for path in paths:
        match = _NAME.search(path)
        if match is not None:
            found.append((int(match[1]), int(match[2]), int(match[3])))
    joined: list[Range] = []
    for stream, first, count in sorted(found):
        if joined and joined[-1][0] == stream and sum(joined[-1][1:]) == first:
            joined[-1] = (stream, joined[-1][1], joined[-1][2] + count)
        else:
            joined.append((stream, first, count))
    return tuple(joined)


OUTPUT = "output"


def output_folder(options: Options) -> str:
    """The folder a sink writes into; not there yet for a stream that has just begun."""
    return os.path.join(work_dir(options), OUTPUT)


def work_dir(options: Options) -> str:
    """The stream's own folder: the one it is given, else a new temporary one."""
    return options.work_dir or tempfile.mkdtemp(prefix="sparkbench-")
