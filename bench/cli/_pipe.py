"""A reader that has gone away, as in ``sparkbench show | head -1``: no error of the command's."""

from __future__ import annotations

import contextlib
import os
import sys

#: What a shell reports for a program that SIGPIPE ended; nobody is left to read another code.
BROKEN_PIPE = 141


def forget_stdout() -> None:
    """Keep the interpreter from complaining once more when it flushes at its end."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
