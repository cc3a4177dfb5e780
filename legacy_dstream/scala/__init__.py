"""The jobs in Scala, one a file, beside those in Python: what ``path=jvm`` runs.

Each is an object with ``build(lines, params)`` on Scala's DStreams, which are the ones that most
DStream jobs alive are written against.  Names and structure are those of ``legacy_dstream.jobs``,
whose docstrings say what a job means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.contract.scala_jar import add_jar

ENTRY = "sparkbench.dstream.Jobs"


def load(context: Any) -> Any:
    """Make the jobs' classes known to the session; the class loader with them.

    Raises :class:`bench.contract.EngineError` where the sources cannot be compiled.
    """
    from pyspark.find_spark_home import _find_spark_home

    return add_jar(context, __name__, _find_spark_home())


def build(context: Any, job: str, inputs: Sequence[Any], params: Mapping[str, Any]) -> Any:
    """The job on Java streams of lines: a Java stream of text or of tuples.  Raises as
    :func:`load`.
    """
    jvm, loader = context._jvm, load(context)
    made = loader.loadClass(ENTRY).getDeclaredConstructor(
        context._gateway.new_array(jvm.java.lang.Class, 0)
    )
    jobs = made.newInstance(context._gateway.new_array(jvm.java.lang.Object, 0))
    lines, values = jvm.java.util.ArrayList(), jvm.java.util.HashMap()
    for stream in inputs:
        lines.add(stream)
    for name, value in params.items():
        values.put(name, value)
    return jobs.build(job, lines, values)
