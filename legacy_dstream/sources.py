"""Where lines come from: ``socketTextStream``, one receiver a stream, or text files."""

from __future__ import annotations

from functools import reduce
from typing import Any

from bench.contract import EngineError, Options
from bench.contract.files import DIRECTORY, for_spark, stream_folder
from bench.contract.masters import is_local

from . import knobs

SOCKET = "socket"
SOURCES = (SOCKET, DIRECTORY)

#: ``SocketReceiver.onStart`` connects first and names its reading thread so afterwards.
READER_THREAD = "Socket Receiver"


def open_lines(stream_context: Any, options: Options) -> list[Any]:
    """One DStream of lines for each endpoint; on the JVM path, the Java streams themselves."""
    if options.source == DIRECTORY:
        return open_folders(stream_context, options)
    from pyspark import StorageLevel

    level = getattr(StorageLevel, storage_level(options))
    if options.path == "jvm":
        java_level = stream_context.sparkContext._getJavaStorageLevel(level)
        java_context = stream_context._jssc
        return [
            java_context.socketTextStream(host, port, java_level)
            for host, port in options.endpoints
        ]
    return [stream_context.socketTextStream(host, port, level) for host, port in options.endpoints]


def open_folders(stream_context: Any, options: Options) -> list[Any]:
    """One DStream of lines for each stream's folder of text files."""
    base = options.source_options[DIRECTORY]
    numbers = range(len(options.endpoints))
    folders = [for_spark(stream_folder(base, number), options) for number in numbers]
    source = stream_context._jssc if options.path == "jvm" else stream_context
    return [source.textFileStream(folder) for folder in folders]


def storage_level(options: Options) -> str:
    """Name of the level at which blocks are kept: the option's, else the one that fits the place.

    Raises :class:`EngineError` for a name that pyspark does not know.
    """
    from pyspark import StorageLevel

    local = is_local(options.master)
    usual = knobs.LOCAL_STORAGE_LEVEL if local else knobs.CLUSTER_STORAGE_LEVEL
    name = options.source_options.get(knobs.STORAGE_LEVEL_OPTION, usual)
    known = sorted(key for key in vars(StorageLevel) if key.isupper())
    if name not in known:
        raise EngineError(f"storage level: {name!r} is not known; choose one of {', '.join(known)}")
    return name


def union(stream_context: Any, streams: list[Any]) -> Any:
    """All streams as one; of the JVM path's Java streams, a Java stream."""
    from pyspark.streaming import DStream

    if isinstance(streams[0], DStream):
        # Not ``DStream.union``: that one calls back into Python for every batch.
        return stream_context.union(*streams)
    return reduce(lambda left, right: left.union(right), streams)


def stream_ids(streams: list[Any], options: Options) -> list[int]:
    """Spark's number of each input stream, as ``BatchInfo.streamIdToInputInfo`` names them.

    None for files: their names tell which stream they are of.
    """
    if options.source == DIRECTORY:
        return []
    java = streams if options.path == "jvm" else [stream._jdstream for stream in streams]
    return [int(stream.dstream().id()) for stream in java]


def restored_ids(stream_context: Any) -> list[int]:
    """The same of a context that was restored from a checkpoint, which keeps the numbers."""
    receivers = stream_context._jssc.ssc().graph().getReceiverInputStreams()
    return sorted(int(stream.id()) for stream in receivers)


def count_receivers(options: Options) -> int:
    """Receivers, each of which holds a task slot for life."""
    return len(options.endpoints) if options.source == SOCKET else 0


def count_readers(context: Any) -> int:
    """How many receivers of this JVM are connected and reading."""
    threads = context._jvm.java.lang.Thread.getAllStackTraces().keySet()
    return sum(1 for thread in threads if thread.getName() == READER_THREAD)
