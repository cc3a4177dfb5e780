"""Where a stream's own files lie."""

from __future__ import annotations

import os
import tempfile

from . import Options

OUTPUT = "output"


def output_folder(options: Options) -> str:
    """The folder a sink writes into; not there yet for a stream that has just begun."""
    return os.path.join(work_dir(options), OUTPUT)


def work_dir(options: Options) -> str:
    """The stream's own folder: the one it is given, else a new temporary one."""
    return options.work_dir or tempfile.mkdtemp(prefix="sparkbench-")
