"""The end of every measuring command: the report on disk, the answer on standard output."""

from __future__ import annotations

import sys
from pathlib import Path


def report(path: Path, *, as_json: bool) -> None:
    """Write the report of the run in ``path``, print its table, where it is and what to do next.

    With ``as_json`` print the run's data instead.
    """
    from bench.run import Run

    run = Run.load(path)
    if run.results:
        run.write_report()
    if as_json:
        from bench.results.export import to_json

        print(to_json(run))
        return
    from rich.console import Console

    from bench.report.layout import print_lines
    from bench.report.terminal import print_summary
    from bench.view.ending import ending_lines

    print_summary(run, Console(file=sys.stdout))
    print_lines(ending_lines(run), sys.stdout)
