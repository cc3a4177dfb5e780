#!/bin/bash
# PySpark 4.3.0, Python 3.13, Java 17.
# Guess:  a query with trigger(availableNow=True) drains any source before it ends.
# Truth:  a SimpleDataSourceStreamReader (Python) that does not declare SupportsTriggerAvailableNow
#         makes one read and the query ends without an error, WITH DATA LEFT.
# Output: rows of each batch: [[0, 1, 2]] of the ten rows there are
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

from pyspark.sql.datasource import DataSource, SimpleDataSourceStreamReader


class Reader(SimpleDataSourceStreamReader):
    def initialOffset(self):
        return {"at": 0}

    def read(self, start):
        end = min(start["at"] + 3, 10)
        return iter([(n,) for n in range(start["at"], end)]), {"at": end}

    def readBetweenOffsets(self, start, end):
        return iter([(n,) for n in range(start["at"], end["at"])])


class Ten(DataSource):
    @classmethod
    def name(cls):
        return "ten"

    def schema(self):
        return "value INT"

    def simpleStreamReader(self, schema):
        return Reader()


spark.dataSource.register(Ten)
batches = []
query = (
    spark.readStream.format("ten").load().writeStream
    .foreachBatch(lambda batch, number: batches.append([row.value for row in batch.collect()]))
    .option("checkpointLocation", str(work / "c")).trigger(availableNow=True).start()
)
assert query.awaitTermination(60), "it goes on"
print("rows of each batch:", batches)
assert batches == [[0, 1, 2]]
PYTHON
