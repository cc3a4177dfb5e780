"""The command line: a file per command; each parses, calls and prints."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main(argv: list[str] | None = None) -> None:
    """Run ``sparkbench`` with ``argv`` (by default the process's own) and exit."""
    from bench.cli._main import run

    sys.exit(run(sys.argv[1:] if argv is None else argv))
