"""The one end of every measuring command: the report on disk, the answer, the exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bench.errors import SparkbenchError
from bench.runner.exit_codes import ENVIRONMENT, INTERRUPTED

if TYPE_CHECKING:
    from bench.run import Run
    from bench.runner.execute import Finished


def end(
    finished: Finished,
    answer: Callable[[Run], None],
    *,
    files: Callable[[Path], Mapping[str, bytes]] | None = None,
    code: int | None = None,
) -> int:
    """Say what stopped the run, write its report, then ``answer`` on standard output.

    ``files`` gives what the report has besides, by name, once the rest stands in its folder.
    Returns the exit code: ``code`` (by default that of the outcome), unless the report could not be
    written.
    """
    from bench.run import Run

    outcome = finished.outcome
    if outcome.problem is not None:
        print(f"sparkbench: {outcome.problem}", file=sys.stderr)
    run = Run.load(finished.path)
    written = keep(lambda: _write(run, files))
    answer(run)
    return with_report(outcome.exit_code() if code is None else code, written=written)


def keep(write: Callable[[], object]) -> bool:
    """Write what a command leaves behind; False, and a sentence, where the disk refuses.

    What was measured can be told all the same.
    """
    try:
        write()
    except SparkbenchError as problem:
        print(f"sparkbench: {problem}", file=sys.stderr)
        return False
    return True


def with_report(code: int, *, written: bool) -> int:
    """The exit code ``code`` of a command, given whether its report could be written."""
    return code if written or code == INTERRUPTED else ENVIRONMENT


def tell(run: Run, *, as_json: bool) -> None:
    """Print the run's table, where it is and what to do next; with ``as_json`` its data instead."""
    if as_json:
        from bench.report.export import to_json

        print(to_json(run))
        return
    from rich.console import Console

    from bench.document.terminal import print_lines
    from bench.report.terminal import print_summary
    from bench.view.ending import ending_lines

    print_summary(run, Console(file=sys.stdout))
    print_lines(ending_lines(run), sys.stdout)


def _write(run: Run, files: Callable[[Path], Mapping[str, bytes]] | None) -> None:
    """Write the report, if there is anything to report."""
    from bench.results.files import atomic_write

    if not run.results:
        return
    page = run.write_report()[0]
    for name, data in (files(page.parent) if files is not None else {}).items():
        atomic_write(page.parent / name, data)
