"""A run for other programs: CSV, Parquet, JSON and Markdown.

The JSON, also that of ``compare --json -``, is one object::

    {"run":    run.json as it is (schemas/run.schema.json),
     "capacity": of a capacity run alone, what was found (bench.experiments.capacity.frame),
     "demand": of a search for cores alone, what was found (bench.experiments.demand.findings),
     "cells":  [{"cell": {axis: value}, "arms": [...], "comparisons": [...]}],
     "trials": [a result as in trials/ (schemas/trial.schema.json)]}

An entry of ``arms`` has arm, engine, path, guarantee, status (null: not run), reasons, rounds,
rounds_ok and figures; one of ``comparisons`` baseline, arm, metric, log_ratios (one a round), ratio
(null with a reason where there is none), estimate and verdict (word, interval, level, rounds and
more, see ``bench.stats.verdict.Verdict``).
"""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, get_args

from bench.errors import UsageError
from bench.results.encode import trial_to_dict
from bench.results.files import atomic_write

if TYPE_CHECKING:
    import pandas as pd

    from bench.summary.source import Source

    class Exported(Source, Protocol):
        """A run with its tables; ``bench.run.Run`` is one."""

        @property
        def trials(self) -> pd.DataFrame:
            """One row a trial."""
            ...

        @property
        def batches(self) -> pd.DataFrame:
            """One row a batch."""
            ...

        def capacity(self, *, curve: bool = False) -> pd.DataFrame:
            """Of a capacity run, one row a cell and arm, or a rate."""
            ...

        def markdown(self) -> str:
            """The report as Markdown."""
            ...


Format = Literal["csv", "parquet", "json", "md"]
Table = Literal["trials", "batches", "cells"]
FORMATS: tuple[str, ...] = get_args(Format)
TABLES: tuple[str, ...] = get_args(Table)

#: What a capacity run has besides.
CAPACITY_TABLES: tuple[str, ...] = ("capacity", "curve")


def export(run: Exported, kind: str, out: Path | None = None, table: str = "trials") -> str:
    """Export ``run`` to the file ``out``, or return the text when there is no ``out``.

    ``table`` chooses what CSV and Parquet hold; JSON and Markdown hold the whole run.  With a file
    the empty string is returned.

    :raises UsageError: unknown format or table, Parquet without a file, ``out`` not writable, a
        table that this run does not have.
    """
    if kind not in FORMATS:
        raise UsageError(f"--format {kind}: not a format; choose one of {', '.join(FORMATS)}.")
    if table not in (*TABLES, *CAPACITY_TABLES):
        raise UsageError(f"--what {table}: not a table; choose one of {', '.join(TABLES)}.")
    if out is None:
        if kind == "parquet":
            raise UsageError("--format parquet: not text; name a file with --out.")
        return _content(run, kind, table).decode()
    if out.is_dir() or not out.absolute().parent.is_dir():
        what = "is a directory" if out.is_dir() else "its directory does not exist"
        raise UsageError(f"--out {out}: {what}; name a file.")
    atomic_write(out, _content(run, kind, table))
    return ""


def to_json(run: Exported) -> str:
    """The run as one JSON object, described above."""
    from bench.experiments.registry import experiment_of
    from bench.summary.frame import cell_data

    data = {
        "run": run.info.model_dump(mode="json"),
        **experiment_of(run).data(),
        "cells": [cell_data(summary) for summary in run.summaries],
        "trials": [trial_to_dict(result) for result in run.results],
    }
    return json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1)


def to_csv(run: Exported, table: str = "trials") -> str:
    """One table of the run as CSV with a header line; see ``bench.document.csv_text``."""
    from bench.document.csv_text import csv_text

    return csv_text(_table(run, table))


def to_parquet(run: Exported, table: str = "trials") -> bytes:
    """One table of the run as a Parquet file."""
    buffer = BytesIO()
    _table(run, table).to_parquet(buffer, index=False)
    return buffer.getvalue()


def _content(run: Exported, kind: str, table: str) -> bytes:
    match kind:
        case "csv":
            return to_csv(run, table).encode()
        case "parquet":
            return to_parquet(run, table)
        case "json":
            return f"{to_json(run)}\n".encode()
        case _:
            return run.markdown().encode()


def _table(run: Exported, table: str) -> pd.DataFrame:
    match table:
        case "batches":
            return run.batches
        case "cells":
            return run.cells
        case "capacity" | "curve":
            return run.capacity(curve=table == "curve")
        case _:
            return run.trials
