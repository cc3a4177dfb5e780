"""The pair of jobs that a user names: one of the catalogue, a file, or an installed module."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.catalog.catalog import entry, own_entry
from bench.catalog.entry import Entry
from bench.cli._options import job_with_jars
from bench.contract.jobs import JOBS
from bench.errors import UsageError, unknown
from bench.plan.own import OwnJob


def pair_named(text: str, jars: Sequence[str] = ()) -> tuple[Entry, OwnJob | None]:
    """The pair, and what a user's job says of itself; :class:`UsageError` for no such job.

    ``jars`` are the JARs it needs.
    """
    text = job_with_jars(text, jars) or text
    if text in JOBS:
        return entry(text), None
    from bench.runner.own_jobs import OwnJobs, installed_jobs

    own = OwnJobs().find(text)
    if own is None:
        raise UsageError(unknown("job", text, (*JOBS, *installed_jobs())))
    if own.file.endswith(".jar"):
        return Entry(own.info, {}), own
    source = Path(own.file).read_text(encoding="utf-8", errors="replace")
    return own_entry(own.info, Path(own.file).name, source), own
