"""``sparkbench export``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def export(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run directory, or last.")],
    kind: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="csv, parquet, json or md [csv].")
    ] = "csv",
    what: Annotated[
        str | None,
        typer.Option(
            "--what",
            metavar="TABLE",
            help="Table in CSV or Parquet: trials, batches, cells, capacity or curve [trials].",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write to this file [standard output]."),
    ] = None,
) -> None:
    """Give a run to other programs, as CSV, Parquet, JSON or Markdown.

    CSV and Parquet hold one table; JSON and Markdown the whole run.

    \b
    Examples:
      sparkbench export last > trials.csv
      sparkbench export last --what batches --format parquet --out batches.parquet
      sparkbench export runs/2026-10-01-1 --format json
    """
    from bench.errors import UsageError
    from bench.report.export import export as export_run
    from bench.run import Run

    if what is not None and kind in ("json", "md"):
        raise UsageError(f"--what: {kind} holds the whole run; leave it out, or choose csv")
    text = export_run(Run.load(run), kind, out, what or "trials")
    if text:
        print(text, end="")
