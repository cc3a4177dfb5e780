"""The socket source: ``socketTextStream``, one receiver a stream."""

from __future__ import annotations

from functools import reduce
from typing import Any

from bench.contract import Options
from bench.contract.masters import is_local

from . import knobs

#: ``SocketReceiver.onStart`` connects first and names its reading thread so afterwards.
READER_THREAD = "Socket Receiver"


def open_lines(stream_context: Any, options: Options) -> list[Any]:
    """One DStream of lines for each endpoint; on the JVM path, the Java streams themselves."""
    from pyspark import StorageLevel

    local = is_local(options.master)
    level = getattr(
        StorageLevel, knobs.LOCAL_STORAGE_LEVEL if local else knobs.CLUSTER_STORAGE_LEVEL
    )
    if options.path == "jvm":
        java_level = stream_context.sparkContext._getJavaStorageLevel(level)
        java_context = stream_context._jssc
        return [
            java_context.socketTextStream(host, port, java_level)
            for host, port in options.endpoints
        ]
    return [stream_context.socketTextStream(host, port, level) for host, port in options.endpoints]


def union(stream_context: Any, streams: list[Any]) -> Any:
    """All streams as one; of the JVM path's Java streams, a Java stream."""
    from pyspark.streaming import DStream

    if isinstance(streams[0], DStream):
        # Not ``DStream.union``: that one calls back into Python for every batch.
        return stream_context.union(*streams)
    return reduce(lambda left, right: left.union(right), streams)


def stream_ids(streams: list[Any], options: Options) -> list[int]:
    """Spark's number of each input stream, as ``BatchInfo.streamIdToInputInfo`` names them."""
    java = streams if options.path == "jvm" else [stream._jdstream for stream in streams]
    return [int(stream.dstream().id()) for stream in java]


def count_readers(context: Any) -> int:
    """How many receivers of this JVM are connected and reading."""
    threads = context._jvm.java.lang.Thread.getAllStackTraces().keySet()
    return sum(1 for thread in threads if thread.getName() == READER_THREAD)
