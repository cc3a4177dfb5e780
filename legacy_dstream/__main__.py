"""``python -m legacy_dstream``: the socket-to-console job until Ctrl-C or the server's end."""

from __future__ import annotations

import sys

from bench.contract.console import main

from . import engine

if __name__ == "__main__":
    sys.exit(main("legacy_dstream", engine))
