"""The session: one SparkSession a process, a query for each stream."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

from bench.contract import EngineError, Options
from bench.contract.jvm.jobs import add_jars
from bench.contract.masters import is_local

from . import knobs

#: It logs a stack trace when the query ends by itself.
CHATTY_LOGGERS = (
    "org.apache.spark.sql.execution.streaming.runtime.MicroBatchExecution",
    "org.apache.spark.sql.execution.streaming.MicroBatchExecution",  # Spark 3.5 and 4.0
)


def open_session(options: Options) -> Any:
    """The process's SparkSession, made at the first call with the settings of ``options``."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    if is_local(options.master):
        # Workers of another minor version, or none at all, would fail every task.
        os.environ["PYSPARK_PYTHON"] = sys.executable
        # Spark's web interface and block manager otherwise listen on every address.
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")

    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(options.master).appName(options.app_name)
    base = dict(knobs.BASE_CONF)
    if is_local(options.master):
        base.update(knobs.LOCAL_CONF)
    settings = {**base, **options.conf}
    for key, value in settings.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    for file in options.py_files:
        session.sparkContext.addPyFile(file)
    add_jars(session.sparkContext, options.job)
    _name_file_manager(session, settings)
    # The launcher's own classes log before ``spark.log.level`` is read.
    session.sparkContext.setLogLevel(settings["spark.log.level"])
    return session


def _name_file_manager(session: Any, settings: dict[str, str]) -> None:
    """Give the checkpoint file manager the name that this version of Spark knows it by."""
    name = settings.get(knobs.FILE_MANAGER_KEY, "")
    older = knobs.OLDER_NAMES.get(name)
    if older is None:
        return
    loader = session._jvm.java.lang.Thread.currentThread().getContextClassLoader()
    try:
        loader.loadClass(name)
    except Exception:  # py4j wraps ClassNotFoundException: Spark 3.5 and 4.0
        session.conf.set(knobs.FILE_MANAGER_KEY, older)


#: SQL settings made for one query: they must not outlive it in a session that runs another.
_made: set[str] = set()

PARTITIONS_KEY = "spark.sql.shuffle.partitions"


def set_query_conf(session: Any, options: Options, wanted: Mapping[str, str]) -> None:
    """The SQL settings of the query to come: the job's own and the number of state partitions.

    What the user has set stays; what was made for the query before goes.
    """
    settings = dict(wanted)
    if options.partitions is not None:
        settings[PARTITIONS_KEY] = str(options.partitions)
    for key in _made:
        session.conf.unset(key)
    _made.clear()
    for key, value in settings.items():
        if key not in options.conf:
            session.conf.set(key, value)
            _made.add(key)


def active_session() -> Any:
    """The process's SparkSession; raises :class:`EngineError` before the first stream."""
    from pyspark.sql import SparkSession

    session: Any = SparkSession.getActiveSession()
    if session is None:
        raise EngineError("no stream was started yet")
    return session


def hush() -> None:
    """Keep what the user is told in a sentence from being logged as a stack trace as well."""
    log4j = active_session()._jvm.org.apache.logging.log4j
    for name in CHATTY_LOGGERS:
        log4j.core.config.Configurator.setLevel(name, log4j.Level.OFF)


def silence() -> None:
    """Log nothing from here on: what a stop cuts short would leave stack traces."""
    from pyspark.sql import SparkSession

    active = SparkSession.getActiveSession()
    if active is not None:
        active.sparkContext.setLogLevel("OFF")


def close_session() -> None:
    """Stop the process's SparkSession, if there is one."""
    from pyspark.sql import SparkSession

    active = SparkSession.getActiveSession()
    if active is not None:
        active.stop()


def kill_session() -> None:
    """End the JVM at once, for when it does not stop in an orderly way."""
    from pyspark import SparkContext

    gateway = SparkContext._gateway
    if gateway is not None and getattr(gateway, "proc", None) is not None:
        gateway.proc.kill()
