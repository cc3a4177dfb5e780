"""A Spark driver in real-time mode, to be killed: ``realtime_driver.py FOLDER PORT ROWS``.

Its rows go to the file ``ROWS``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from bench.contract.janino import new_instance
from structured.native import register

FOLDER = Path(sys.argv[1])

ROWS = """
package sparkbench.tests;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;

public class RowFile extends ForeachWriter {
  private String path;
  private transient FileOutputStream file;

  public void into(String name) {
    path = name;
  }

  public boolean open(long partition, long epoch) {
    try {
      file = new FileOutputStream(path, true);
    } catch (IOException problem) {
      throw new RuntimeException(problem);
    }
    return true;
  }

  public void process(Object row) {
    String line = ((Row) row).getString(0) + "\\n";
    try {
      file.write(line.getBytes(StandardCharsets.UTF_8));
    } catch (IOException problem) {
      throw new RuntimeException(problem);
    }
  }

  public void close(Throwable problem) {
  }
}
"""


def main() -> None:
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.log.level", "OFF")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.streaming.realTimeMode.minBatchDuration", "1s")
        .getOrCreate()
    )
    register(spark)
    rows = new_instance(spark.sparkContext, "sparkbench.tests.RowFile", ROWS)
    rows.into(sys.argv[3])
    lines: Any = (
        spark.readStream.format("native_socket")
        .option("port", sys.argv[2])
        .option("spool", str(FOLDER / "spool"))
        .option("retainBatches", "1000000")  # all of it stays, to be compared with
        .load()
    )
    writer = lines.writeStream.outputMode("update")
    writer._jwrite = writer._jwrite.foreach(rows)
    writer = writer.option("checkpointLocation", str(FOLDER / "checkpoint"))
    writer.trigger(realTime="2 seconds").start().awaitTermination()


if __name__ == "__main__":
    main()
