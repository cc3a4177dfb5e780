#!/bin/bash
# PySpark 4.3.0, Python 3.13, Java 17.
# Guess:  a second action in foreachBatch costs time and nothing else.
# Truth:  numRowsTotal of the state operator, by which people watch their state, is doubled too.
# Output: one action: 20 rows of state; two actions: 40
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

folder = work / "in"
folder.mkdir()
(folder / "1.txt").write_text("".join(f"{n}\n" for n in range(20)))


def rows(actions):
    def each(batch, number):
        for _ in range(actions):
            batch.count()

    query = (
        spark.readStream.text(str(folder)).groupBy("value").count().writeStream.outputMode("update")
        .foreachBatch(each).option("checkpointLocation", str(work / f"c{actions}"))
        .trigger(availableNow=True).start()
    )
    assert query.awaitTermination(60)
    return query.recentProgress[-1]["stateOperators"][0]["numRowsTotal"]


found = rows(1), rows(2)
print(f"one action: {found[0]} rows of state; two actions: {found[1]}")
assert found == (20, 40)
PYTHON
