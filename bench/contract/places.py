"""Where a stream's own files lie."""

from __future__ import annotations

import os
import tempfile

from . import Options
from .masters import is_local

OUTPUT = "output"


def for_spark(path: str, options: Options) -> str:
    """A local path as Spark is to take it.

    Where a Hadoop configuration names another default file system, as on the edge node of a
    cluster, Spark would look for a bare path there.  On a cluster it may, as it is the cluster's.
    """
    return f"file:{path}" if path.startswith("/") and is_local(options.master) else path


def output_folder(options: Options) -> str:
    """The folder a sink writes into; not there yet for a stream that has just begun."""
    return os.path.join(work_dir(options), OUTPUT)


def work_dir(options: Options) -> str:
    """The stream's own folder: the one it is given, else a new temporary one."""
    return options.work_dir or tempfile.mkdtemp(prefix="sparkbench-")
