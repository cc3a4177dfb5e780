#!/bin/bash
# PySpark 4.3.0, pyarrow 26.0.1, Python 3.13, Java 17.
# Guess:  a pyarrow.RecordBatch from a Python data source is cast to the source's schema.
# Truth:  it has to match to the letter: int64 for INT is refused (in a batch read as in a stream).
# Output: int32: [(1, 'a')]
#         int64: DATA_SOURCE_RETURN_SCHEMA_MISMATCH
. "$(dirname "$0")/venv.inc"
venv pyspark==4.3.0 pandas==2.3.3 pyarrow==26.0.1
"$PY" - <<'PYTHON'
import os
from pathlib import Path

from pyspark.sql import SparkSession, functions as F

work = Path(os.environ["WORK"])
spark = (
    SparkSession.builder.master("local[2]")
    .config("spark.ui.enabled", "false")
    .config("spark.log.level", "OFF")
    .config("spark.sql.shuffle.partitions", 2)
    .getOrCreate()
)

from pyspark.sql.datasource import DataSource, DataSourceReader


class Reader(DataSourceReader):
    def __init__(self, kind):
        self.kind = kind

    def read(self, partition):
        import pyarrow

        numbers = pyarrow.array([1], pyarrow.type_for_alias(self.kind))
        yield pyarrow.RecordBatch.from_arrays([numbers, pyarrow.array(["a"])], ["n", "t"])


class Arrow(DataSource):
    @classmethod
    def name(cls):
        return "arrow"

    def schema(self):
        return "n INT, t STRING"

    def reader(self, schema):
        return Reader(self.options["kind"])


spark.dataSource.register(Arrow)


def rows(kind):
    try:
        return [tuple(row) for row in spark.read.format("arrow").option("kind", kind).load().collect()]
    except Exception as problem:
        name = "DATA_SOURCE_RETURN_SCHEMA_MISMATCH"
        return name if name in str(problem) else str(problem)


print("int32:", rows("int32"))
print("int64:", rows("int64"))
assert rows("int32") == [(1, "a")]
assert rows("int64") == "DATA_SOURCE_RETURN_SCHEMA_MISMATCH"
PYTHON
