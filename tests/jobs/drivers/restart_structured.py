"""Jobs on a watched folder, from the checkpoint if there is one.

``python restart_structured.py FOLDER``: reads ``FOLDER/jobs.json`` (job to parameters) and the
files of ``FOLDER/input``; ``FOLDER/JOB.out`` gets a line of JSON a batch.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

from pyspark.sql import SparkSession

INTERVAL_S = 1


def setup(session, folder):
    lines = session.readStream.text(str(folder / "input"))
    for name, params in json.loads((folder / "jobs.json").read_text()).items():
        job = importlib.import_module(f"structured.jobs.{name}")
        rows = job.build(lines, {**params, "partitions": 1})
        query = rows.writeStream.outputMode(job.OUTPUT_MODE)
        query = query.foreachBatch(writer(str(folder / f"{name}.out")))
        query = query.option("checkpointLocation", str(folder / "checkpoint" / name))
        query.trigger(processingTime=f"{INTERVAL_S} seconds").start()


def writer(file):
    def write(frame, batch_id):
        rows = [list(row) for row in frame.collect()]
        with open(file, "a") as out:
            out.write(json.dumps({"batch": batch_id, "rows": rows}) + "\n")

    return write


if __name__ == "__main__":
    builder = SparkSession.builder.master("local[2]").appName("jobs")
    builder = (
        builder.config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.log.level", "ERROR")
    )
    session = builder.config("spark.sql.shuffle.partitions", 1).getOrCreate()
    setup(session, Path(sys.argv[1]))
    session.streams.awaitAnyTermination()
