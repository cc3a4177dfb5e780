"""Jobs on exact batches: each scenario's lines reach its job batch by batch, as written.

``python batches_structured.py SCENARIOS RESULTS``: two files of JSON.  A scenario has ``job``,
``params`` and ``inputs``, one list of batches of lines for each input; its result is a list of rows
for each batch that ran, those without data included.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path

from pyspark.sql import SparkSession


def run(scenarios, folder):
    session = (
        SparkSession.builder.master("local[2]")
        .appName("jobs")
        .config("spark.ui.enabled", "false")
        .config("spark.log.level", "ERROR")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", 1)
        .getOrCreate()
    )
    written = {name: [] for name in scenarios}

    def take(name):
        def output(frame, batch_id):
            written[name].append([list(row) for row in frame.collect()])

        return output

    queries = []
    for name, one in scenarios.items():
        job = importlib.import_module(f"structured.jobs.{one['job']}")
        lines = []
        for number, batches in enumerate(one["inputs"]):
            source = Path(folder) / name / f"input-{number}"
            source.mkdir(parents=True)
            for index, batch in enumerate(batches):
                if batch or len(one["inputs"]) > 1:
                    file = source / f"{index}.txt"
                    file.write_text("".join(line + "\n" for line in batch))
                    # Files are read in the order in which they were changed.
                    os.utime(file, (1e9 + index, 1e9 + index))
            reader = session.readStream.option("maxFilesPerTrigger", 1)
            lines.append(reader.text(str(source)))
        result = job.build(*lines, {**one["params"], "partitions": 1})
        writer = result.writeStream.outputMode(getattr(job, "OUTPUT_MODE", "append")).foreachBatch(
            take(name)
        )
        writer = writer.option("checkpointLocation", str(Path(folder) / name / "checkpoint"))
        queries.append(writer.trigger(availableNow=True).start())
    for query in queries:
        assert query.awaitTermination(240), "the batches did not end in time"
    session.stop()
    return written


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        scenarios = json.load(file)
    results = run(scenarios, sys.argv[2] + ".files")
    with open(sys.argv[2], "w") as file:
        json.dump(results, file)
