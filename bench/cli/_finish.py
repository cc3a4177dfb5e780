"""The end of every measuring command: the report on disk, the answer on standard output."""

from __future__ import annotations

import sys
from pathlib import Path


def report(path: Path, *, as_json: bool) -> None:
    """Write the report of the run in ``path`` and print its table, or its data as JSON."""
    from bench.run import Run

    run = Run.load(path)
    if run.results:
        run.write_report()
    if as_json:
        from bench.results.export import to_json

        print(to_json(run))
        return
    from rich.console import Console

    from bench.report.terminal import print_summary

    print_summary(run, Console(file=sys.stdout))
