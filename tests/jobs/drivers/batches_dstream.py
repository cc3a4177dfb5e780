"""Jobs on exact batches: each scenario's lines reach its job batch by batch, as written.

``python batches_dstream.py SCENARIOS RESULTS``: two files of JSON.  A scenario has ``job``,
``params`` and ``inputs``, one list of batches of lines for each input; its result is a list of rows
for each batch, ``null`` where the job wrote none.  ``RESULTS.NAME.inverse`` gets a byte for each
call of an inverse function.
"""

from __future__ import annotations

import importlib
import json
import operator
import sys
import time

from pyspark import SparkConf, SparkContext
from pyspark.streaming import StreamingContext

INTERVAL_S = 0.5


def noted(function, file):
    """The function, which leaves a byte in the file at each call, in whatever process."""

    def call(left, right):
        with open(file, "ab") as calls:
            calls.write(b".")
        return function(left, right)

    return call


def run(scenarios, folder, results):
    conf = SparkConf().setMaster("local[2]").setAppName("jobs")
    conf.set("spark.ui.enabled", "false").set("spark.ui.showConsoleProgress", "false").set(
        "spark.log.level", "ERROR"
    )
    context = SparkContext(conf=conf)
    streaming = StreamingContext(context, INTERVAL_S)  # type: ignore[arg-type]
    streaming.checkpoint(folder)
    ticks = max(len(batches) for one in scenarios.values() for batches in one["inputs"])
    written = {name: {} for name in scenarios}
    counted = set()

    def take(name):
        def output(batch, rdd):
            written[name][round(batch.timestamp() * 1000)] = rdd.collect()

        return output

    for name, one in scenarios.items():
        job = importlib.import_module(f"legacy_dstream.jobs.{one['job']}")
        if hasattr(job, "sub"):
            calls = f"{results}.{name}.inverse"
            job.sub = noted(operator.sub, calls)  # type: ignore[attr-defined]
        queues = [
            streaming.queueStream([context.parallelize(lines, 1) for lines in batches])
            for batches in one["inputs"]
        ]
        job.build(*queues, {**one["params"], "partitions": 1}).foreachRDD(take(name))

    def tick(batch, rdd):
        counted.add(round(batch.timestamp() * 1000))

    # The last output of each batch: when it ran, so have the others.
    streaming.queueStream([context.parallelize([], 1)]).foreachRDD(tick)
    streaming.start()
    deadline = time.monotonic() + 240
    while len(counted) < ticks:
        assert time.monotonic() < deadline, "the batches did not end in time"
        time.sleep(0.1)
    times = sorted(counted)[:ticks]
    streaming.stop(stopSparkContext=True, stopGraceFully=False)
    return {
        name: [rows.get(time) for time in times[: len(scenarios[name]["inputs"][0])]]
        for name, rows in written.items()
    } | {"": times}


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        scenarios = json.load(file)
    results = run(scenarios, sys.argv[2] + ".checkpoint", sys.argv[2])
    with open(sys.argv[2], "w") as file:
        json.dump(results, file)
