"""The spooled source as an arm: a spool for each endpoint, and what is to be seen of them."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.contract import Options

from .spooled import SpoolError, missing
from .spooled.options import read_options
from .spooled.status import FULL, READING, Status, read_status


def unsupported(options: Options) -> str | None:
    """``None``, or the reason why ``options`` cannot be had with the spooled source."""
    if options.mode != "microbatch":
        return (
            f"the spooled source has no {options.mode} mode: Spark runs sources that are written "
            "in Python in micro-batches only"
        )
    reason = missing()
    if reason is None:
        try:
            read_options({**options.source_options, "path": "/", "port": 1})
        except SpoolError as problem:
            reason = str(problem)
    return reason


class SpoolFolders:
    """A folder for each stream's spool; gone with the query unless it is to be recoverable."""

    def __init__(self, options: Options) -> None:
        # A stream without a place of its own cannot be started again either.
        self._keep = options.work_dir is not None and options.guarantee == "recoverable"
        self._temporary = options.work_dir is None
        folder = Path(options.work_dir or tempfile.mkdtemp(prefix="spools-"))
        self._folder = folder
        self.paths = [folder / f"spool-{number}" for number in range(len(options.endpoints))]

    def remove(self) -> None:
        """Delete the spools, whose query has ended, unless they are to be read again."""
        if self._keep:
            return
        for folder in [self._folder] if self._temporary else self.paths:
            shutil.rmtree(folder, ignore_errors=True)


class Spools:
    """The spools of one query, in its ``work_dir``.

    What is seen of the receivers comes from the files they keep for that
    (``structured.spooled.status``): they live in processes of their own.
    """

    def __init__(self, options: Options) -> None:
        self._options = options
        self._folders = SpoolFolders(options)

    def open_lines(self, session: Any) -> list[Any]:
        """One streaming DataFrame of lines, ``value: string``, for each endpoint."""
        from .spooled import SpooledSocketDataSource

        session.dataSource.register(SpooledSocketDataSource)
        return [
            session.readStream.format(SpooledSocketDataSource.name())
            .option("host", host)
            .option("port", port)
            .options(**self._options.source_options)
            .load(str(folder))
            for (host, port), folder in zip(self._options.endpoints, self._folders.paths)
        ]

    def connected(self) -> bool:
        """Whether every receiver has had a connection."""
        return all(status.connections > 0 for status in self._statuses())

    def closed(self) -> list[int]:
        """Numbers of the streams whose peer has closed and not come back."""
        return [
            number
            for number, status in enumerate(self._statuses())
            if status.ended + status.reset > 0 and status.state not in (READING, FULL)
        ]

    def remove(self) -> None:
        """See :meth:`SpoolFolders.remove`."""
        self._folders.remove()

    def _statuses(self) -> list[Status]:
        return [read_status(folder) or Status() for folder in self._folders.paths]


def record_range(source: Mapping[str, Any]) -> tuple[int, int, int] | None:
    """Port, first record and number of records of a batch, from a source's part of its progress.

    ``None`` for other sources.  Spark gives a source in Python no name by which to tell two of
    them apart, so the offset holds its peer.
    """
    end = _offset(source["endOffset"])
    if end is None:
        return None
    start = _offset(source["startOffset"])
    first = 0 if start is None else int(start["records"])
    port = str(end["peer"]).rpartition(":")[2]
    return int(port), first, int(end["records"]) - first


def _offset(value: Any) -> Mapping[str, Any] | None:
    if isinstance(value, str) and value.startswith("{"):
        value = json.loads(value)
    return value if isinstance(value, dict) and "spool" in value else None
