"""The session: one SparkContext a process, a StreamingContext for each stream."""

from __future__ import annotations

import os
import sys
import tempfile
import warnings
from typing import Any

from bench.contract import EngineError, Options
from bench.contract.files import for_spark
from bench.contract.jobs import job_info
from bench.contract.jvm.jobs import add_jars
from bench.contract.masters import is_local

from . import knobs

#: It logs a stack trace for each lost connection.
CHATTY_LOGGERS = ("org.apache.spark.streaming.scheduler.ReceiverTracker",)


def open_session(options: Options) -> Any:
    """The process's SparkContext, made at the first call with the settings of ``options``."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    if is_local(options.master):
        # Workers of another minor version, or none at all, would fail every task.
        os.environ["PYSPARK_PYTHON"] = sys.executable
        # Spark's web interface and block manager otherwise listen on every address.
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")

    from pyspark import SparkConf, SparkContext

    conf = SparkConf().setMaster(options.master).setAppName(options.app_name)
    base = dict(knobs.BASE_CONF)
    if is_local(options.master):
        base.update(knobs.LOCAL_CONF)
    for key, value in {**base, **options.conf}.items():
        conf.set(key, value)
    context: Any = SparkContext.getOrCreate(conf)
    for file in options.py_files:
        context.addPyFile(file)
    add_jars(context, options.job)
    # The launcher's own classes log before ``spark.log.level`` is read.
    context.setLogLevel(conf.get("spark.log.level", "ERROR") or "ERROR")
    return context


def open_stream_context(context: Any, options: Options) -> Any:
    """A StreamingContext with the batch interval of ``options`` (at least one millisecond)."""
    from pyspark.streaming import StreamingContext

    with warnings.catch_warnings():
        # DStream is deprecated; who runs this knows, and it would be printed for every stream.
        warnings.simplefilter("ignore", FutureWarning)
        # pyspark types the interval as whole seconds, yet multiplies by 1000 before rounding.
        stream_context = StreamingContext(context, options.trigger_s)  # type: ignore[arg-type]
    if options.checkpoint_dir is not None:
        stream_context.checkpoint(for_spark(options.checkpoint_dir, options))
    elif job_info(options.job).stateful:
        stream_context.checkpoint(for_spark(tempfile.mkdtemp(prefix="sparkbench-"), options))
    return stream_context


def restore_stream_context(options: Options) -> Any:
    """The StreamingContext of an earlier process, ``None`` where it left no checkpoint.

    ``StreamingContext.getOrCreate``: it keeps the batch interval, the inputs and what was made of
    them, and makes the batches that were due meanwhile.
    """
    from pyspark.streaming import StreamingContext

    place = options.checkpoint_dir
    if place is None:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        try:
            return StreamingContext.getOrCreate(for_spark(place, options), _no_checkpoint)
        except LookupError:
            return None


def _no_checkpoint() -> Any:
    raise LookupError("the folder holds no checkpoint")


def active_session() -> Any:
    """The process's SparkContext; raises :class:`EngineError` before the first stream."""
    from pyspark import SparkContext

    context: Any = SparkContext._active_spark_context
    if context is None:
        raise EngineError("no stream was started yet")
    return context


def hush() -> None:
    """Keep what the user is told in a sentence from being logged as a stack trace as well."""
    log4j = active_session()._jvm.org.apache.logging.log4j
    for name in CHATTY_LOGGERS:
        log4j.core.config.Configurator.setLevel(name, log4j.Level.OFF)


def silence() -> None:
    """Log nothing from here on: what a stop cuts short would leave stack traces."""
    from pyspark import SparkContext

    active = SparkContext._active_spark_context
    if active is not None:
        active.setLogLevel("OFF")


def close_session() -> None:
    """Stop the process's SparkContext, if there is one."""
    from pyspark import SparkContext

    active = SparkContext._active_spark_context
    if active is not None:
        active.stop()


def kill_session() -> None:
    """End the JVM at once, for when it does not stop in an orderly way."""
    from pyspark import SparkContext

    gateway = SparkContext._gateway
    if gateway is not None and getattr(gateway, "proc", None) is not None:
        gateway.proc.kill()
