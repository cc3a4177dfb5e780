"""The socket source: ``readStream.format("socket")``, read by a thread of the driver."""

from __future__ import annotations

from functools import reduce
from typing import Any

from bench.contract import Options

#: ``TextSocketMicroBatchStream`` connects first and names its reading thread so afterwards.
READER_THREAD = "TextSocketSource("


def open_lines(session: Any, options: Options) -> list[Any]:
    """One streaming DataFrame of lines, ``value: string``, for each endpoint."""
    return [
        session.readStream.format("socket").option("host", host).option("port", port).load()
        for host, port in options.endpoints
    ]


def union(session: Any, streams: list[Any]) -> Any:
    """All streams as one."""
    return reduce(lambda left, right: left.union(right), streams)


def count_readers(session: Any) -> int:
    """How many sockets of this JVM are connected and being read."""
    threads = session._jvm.java.lang.Thread.getAllStackTraces().keySet()
    return sum(1 for thread in threads if thread.getName().startswith(READER_THREAD))
