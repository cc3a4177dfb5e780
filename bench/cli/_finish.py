"""The end of every measuring command: the report on disk, the answer on standard output."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench.errors import EnvironmentProblem
from bench.runner.exit_codes import ENVIRONMENT, INTERRUPTED

if TYPE_CHECKING:
    from bench.run import Run


def report(path: Path, *, as_json: bool) -> bool:
    """Write the report of the run in ``path``, print its table, where it is and what to do next.

    With ``as_json`` print the run's data instead.  Whether the report could be written.
    """
    from bench.run import Run

    run = Run.load(path)
    written = write_report(run)
    if as_json:
        from bench.results.export import to_json

        print(to_json(run))
        return written
    from rich.console import Console

    from bench.report.layout import print_lines
    from bench.report.terminal import print_summary
    from bench.view.ending import ending_lines

    print_summary(run, Console(file=sys.stdout))
    print_lines(ending_lines(run), sys.stdout)
    return written


def write_report(run: Run) -> bool:
    """Write the report, if there is anything to report; False, and a sentence, where that fails.

    What was measured is on disk already, and the answer can be printed all the same.
    """
    try:
        if run.results:
            run.write_report()
    except EnvironmentProblem as problem:
        print(f"sparkbench: {problem}", file=sys.stderr)
        return False
    return True


def with_report(code: int, *, written: bool) -> int:
    """The exit code ``code`` of a run, given whether its report could be written."""
    return code if written or code == INTERRUPTED else ENVIRONMENT
