"""``python shut_down.py PORT FILE``: a DStream's driver that is to stop gracefully.

As Spark's documentation has it: ``spark.streaming.stopGracefullyOnShutdown``, and nothing else.
"""

from __future__ import annotations

import os
import sys
import warnings
from typing import Any


def main(port: int, out: str) -> None:
    warnings.simplefilter("ignore")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from pyspark import SparkConf, SparkContext
    from pyspark.streaming import StreamingContext

    conf = (
        SparkConf().setMaster("local[2]").setAppName("shut-down").set("spark.ui.enabled", "false")
    )
    context = SparkContext(conf=conf.set("spark.streaming.stopGracefullyOnShutdown", "true"))
    context.setLogLevel("ERROR")
    stream = StreamingContext(context, 2)

    def write(rdd: Any) -> None:
        with open(out, "a", encoding="utf-8") as file:
            file.write("".join(f"{line}\n" for line in rdd.collect()))

    stream.socketTextStream("127.0.0.1", port).foreachRDD(write)
    stream.start()
    stream.awaitTermination()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
