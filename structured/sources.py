"""Where lines come from: ``format("socket")``, read by a thread of the driver, or text files."""

from __future__ import annotations

from functools import reduce
from typing import Any

from bench.contract import Options
from bench.contract.files import DIRECTORY, for_spark, stream_folder

from . import modes

#: ``TextSocketMicroBatchStream`` and ``TextSocketContinuousStream`` connect first and name their
#: reading thread so afterwards.
READER_THREADS = ("TextSocketSource(", "TextSocketContinuousReader(")


def open_lines(session: Any, options: Options) -> list[Any]:
    """One streaming DataFrame of lines, ``value: string``, for each endpoint."""
    if options.source == DIRECTORY:
        return open_folders(session, options)
    return [
        session.readStream.format("socket")
        .option("host", host)
        .option("port", port)
        .options(**{**modes.source_options(options), **options.source_options})
        .load()
        for host, port in options.endpoints
    ]


def open_folders(session: Any, options: Options) -> list[Any]:
    """One streaming DataFrame of lines for each stream's folder of text files."""
    given = dict(options.source_options)
    base = given.pop(DIRECTORY)
    numbers = range(len(options.endpoints))
    folders = [for_spark(stream_folder(base, number), options) for number in numbers]
    return [session.readStream.format("text").options(**given).load(folder) for folder in folders]


def union(session: Any, streams: list[Any]) -> Any:
    """All streams as one."""
    return reduce(lambda left, right: left.union(right), streams)


def count_readers(session: Any) -> int:
    """How many sockets of this JVM are connected and being read."""
    threads = session._jvm.java.lang.Thread.getAllStackTraces().keySet()
    return sum(1 for thread in threads if thread.getName().startswith(READER_THREADS))
