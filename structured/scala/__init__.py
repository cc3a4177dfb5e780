"""The jobs in Scala, one a file, beside those in Python: where Python would take records out.

DataFrame operators run in the JVM whatever language names them, so only a job with functions of its
own is written twice.  Each is an object with ``build(lines, params)`` on DataFrames.  Names and
structure are those of ``structured.jobs``, whose docstrings say what a job means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.contract import Options
from bench.contract.scala_jar import add_jar

ENTRY = "sparkbench.structured.Jobs"

#: The jobs that are written here, each with the SQL settings it cannot do without.
CONF: dict[str, dict[str, str]] = {
    # ``transformWithState`` keeps its state in RocksDB and nowhere else.
    "custom_state": {
        "spark.sql.streaming.stateStore.providerClass": (
            "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider"
        )
    }
}

#: The first Spark with what they are written with.
SINCE = "4.0"


def is_written(options: Options) -> bool:
    """Whether what is asked for is a job of this package."""
    return options.path == "jvm" and options.job in CONF


def why_not(options: Options) -> str | None:
    """``None``, or the reason why this Spark cannot run the job."""
    if not is_written(options):
        return None
    import pyspark

    version = str(pyspark.__version__)
    if int(version.partition(".")[0]) >= int(SINCE.partition(".")[0]):
        return None
    return (
        f"job {options.job} is written with transformWithState on the jvm path, which came with "
        f"Spark {SINCE}, and this is PySpark {version}: leave path=jvm out"
    )


def build(session: Any, job: str, inputs: Sequence[Any], params: Mapping[str, Any]) -> Any:
    """The job on DataFrames of lines: a DataFrame.

    Raises :class:`bench.contract.EngineError` where the sources cannot be compiled.
    """
    from pyspark.find_spark_home import _find_spark_home
    from pyspark.sql import DataFrame

    context, jvm = session.sparkContext, session._jvm
    loader = add_jar(context, __name__, _find_spark_home())
    made = loader.loadClass(ENTRY).getDeclaredConstructor(
        context._gateway.new_array(jvm.java.lang.Class, 0)
    )
    jobs = made.newInstance(context._gateway.new_array(jvm.java.lang.Object, 0))
    lines, values = jvm.java.util.ArrayList(), jvm.java.util.HashMap()
    for frame in inputs:
        lines.add(frame._jdf)
    for name, value in params.items():
        values.put(name, value)
    return DataFrame(jobs.build(job, lines, values), session)
