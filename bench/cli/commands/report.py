"""``sparkbench report``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bench.cli import _options as options


def report(
    run: options.Run,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="Write the page alone, to FILE [all, to RUN/report]."
        ),
    ] = None,
    rate: Annotated[
        str | None,
        typer.Option(
            "--rate", metavar="RATE", help="Records per second to decide for, with --p99."
        ),
    ] = None,
    p99: options.P99Allowed = None,
    core_hour: options.CoreHour = None,
    today: options.Today = None,
) -> None:
    """Make the report of a run again: one page that needs no network.

    Every run makes it at its end.  The page has the answer with its interval, every cell, trial and
    telling batch, the plots with their numbers, and the command that runs it again.  With --rate
    and --p99 it has the decision for that load, too.

    \b
    Examples:
      sparkbench report last
      sparkbench report runs/2026-10-01-1 --out for-the-architect.html
      sparkbench report last --rate 20k --p99 2s
    """
    from bench.cli.actions.report import make_report

    make_report(run, out, rate=rate, p99=p99, core_hour=core_hour, today=today)
