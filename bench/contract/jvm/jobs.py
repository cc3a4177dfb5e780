"""A job in Scala or Java inside a trial: its JAR in the session, its functions called there."""

from __future__ import annotations

import functools
import importlib
import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from ..causes import blame_classes
from ..jobs import JobInfo, Param
from ..own.params import JobProblem
from . import ENTRY
from .description import PARTITIONS, job_in, wrong_in
from .references import is_made


@functools.cache
def entry_of(jar: str) -> dict[str, Any]:
    """What the job says of itself; raises :class:`JobProblem` for a JAR that the harness did not
    make.
    """
    try:
        with zipfile.ZipFile(jar) as archive:
            found: dict[str, Any] = json.loads(archive.read(ENTRY))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        raise JobProblem(
            f"{os.path.basename(jar)}: it is no job that sparkbench has compiled; run it with "
            "`sparkbench run`, which compiles it first"
        ) from None
    return found


def info_of(jar: str) -> JobInfo:
    """The job's row in the table of jobs."""
    return info_from(entry_of(jar)["info"])


def info_from(data: Mapping[str, Any]) -> JobInfo:
    """A :class:`JobInfo` from its dictionary form."""
    params = (Param(**{**one, "choices": tuple(one.get("choices", ()))}) for one in data["params"])
    paths = tuple((str(engine), str(path)) for engine, path in data.get("paths", ()))
    return JobInfo(**{**data, "params": tuple(params), "paths": paths})


def add_jars(context: Any, job: str) -> None:
    """Make the classes of a job known to the driver and to executors to come.  Idempotent.

    ``context`` is a SparkContext of pyspark's, ``job`` whatever ``Options.job`` may be.
    """
    if not is_made(job):
        return
    entry = entry_of(job)
    blame_classes(entry["classes"])
    jvm = context._jvm
    loader = jvm.java.lang.Thread.currentThread().getContextClassLoader()
    known = {str(url) for url in loader.getURLs()}
    for jar in (job, *entry["jars"]):
        url = jvm.java.io.File(jar).toURI().toURL()
        if str(url) in known:
            continue
        loader.addURL(url)
        # Executors of a local master have this very loader above their own.
        if not context._jsc.sc().isLocal():
            context._jsc.addJar(jar)


class JvmSide:
    """One side of such a job with the looks of a job module of the catalogue."""

    PATHS = ("jvm",)

    def __init__(self, jar: str, engine: str) -> None:
        entry = entry_of(jar)
        self._jar = jar
        self._class = str(entry["class"])
        self._engine = engine
        self._job: Any = None
        if engine not in entry["engines"]:
            raise JobProblem(f"{self._class}: it has no side for {engine}")
        self.__name__ = self._class
        self.INPUTS = int(entry["info"]["inputs"])
        self.CONF = dict(entry["conf"])
        self.OUTPUT_MODE = str(entry["output_mode"])
        if entry["per_batch"]:
            self.per_batch = self._per_batch

    def build(self, *lines: Any, params: Mapping[str, Any]) -> Any:
        """The result of the user's function: a ``JavaDStream``, or a DataFrame of pyspark's."""
        try:
            if self._engine == "dstream":
                context = _active_context()
                return self._made(context, params).dstream(_list(context, lines))
            session = lines[0].sparkSession
            context = session.sparkContext
            frames = _list(context, [frame._jdf for frame in lines])
            return type(lines[0])(self._made(context, params).structured(frames), session)
        except Exception as problem:
            wrong = wrong_in(problem)
            if wrong is None:
                raise
            raise JobProblem(f"{self._class}: {wrong}") from None

    def _per_batch(self, frame: Any, batch_id: int, params: Mapping[str, Any]) -> Any:
        return type(frame)(self._job.perBatch(frame._jdf, batch_id), frame.sparkSession)

    def java_drain(self) -> Any:
        """A ``foreachBatch`` function in the JVM that counts what ``perBatch`` makes."""
        return self._job.drain()

    def _made(self, context: Any, params: Mapping[str, Any]) -> Any:
        add_jars(context, self._jar)
        jvm = context._jvm
        loader = jvm.java.lang.Thread.currentThread().getContextClassLoader()
        self._job = job_in(jvm, loader, self._class)
        values = jvm.java.util.HashMap()
        for name, value in params.items():
            values.put(name, value)
        if params.get(PARTITIONS) is None:
            values.put(PARTITIONS, context.defaultParallelism)
        self._job.setParams(values)
        return self._job


def side(jar: str, engine: str) -> JvmSide:
    """A side of the job in a JAR that the harness has made."""
    return JvmSide(jar, engine)


def _active_context() -> Any:
    # An engine has imported it by now; this module belongs to the harness as well.
    return importlib.import_module("pyspark").SparkContext._active_spark_context


def _list(context: Any, items: Sequence[Any]) -> Any:
    made = context._jvm.java.util.ArrayList()
    for item in items:
        made.add(item)
    return made
