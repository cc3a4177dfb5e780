"""Jobs on a watched folder, from the checkpoint if there is one.

``python restart_dstream.py FOLDER``: reads ``FOLDER/jobs.json`` (job to parameters) and the files
of ``FOLDER/input``; ``FOLDER/JOB.out`` gets a line of JSON a batch.
"""

from __future__ import annotations

import importlib
import json
import sys
from functools import partial
from pathlib import Path

from pyspark import SparkConf, SparkContext
from pyspark.streaming import StreamingContext

INTERVAL_S = 2


def setup(folder):
    conf = SparkConf().setMaster("local[2]").setAppName("jobs")
    conf.set("spark.ui.enabled", "false").set("spark.ui.showConsoleProgress", "false").set(
        "spark.log.level", "ERROR"
    )
    streaming = StreamingContext(SparkContext(conf=conf), INTERVAL_S)
    lines = streaming.textFileStream(str(folder / "input"))
    for name, params in json.loads((folder / "jobs.json").read_text()).items():
        job = importlib.import_module(f"legacy_dstream.jobs.{name}")
        rows = job.build(lines, {**params, "partitions": 1})
        rows.foreachRDD(writer(str(folder / f"{name}.out")))
    return streaming


def writer(file):
    def write(time, rdd):
        rows = rdd.collect()
        with open(file, "a") as out:
            out.write(json.dumps({"batch": round(time.timestamp() * 1000), "rows": rows}) + "\n")

    return write


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    streaming = StreamingContext.getOrCreate(str(folder / "checkpoint"), partial(setup, folder))
    streaming.start()
    streaming.awaitTermination()
