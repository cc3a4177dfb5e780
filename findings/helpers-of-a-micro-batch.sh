#!/bin/bash
# PySpark 4.3.0, Python 3.13, Java 17.
# Guess:  a micro-batch starts no process of the operating system, or one for each of its two log files.
# Truth:  each batch starts twenty, 16 `readlink` and 4 `chmod`, one after another, for its two log files on a
#         local disk: PySpark brings no native library of Hadoop. Most of the 75 ms that both logs take of a small batch of
#         113 ms is theirs, and their CPU time is none of the JVM's. The other manager of checkpoint files needs the 4 `chmod`.
# Output: by default 16 readlink, 4 chmod; by the other manager 0 readlink, 4 chmod
. "$(dirname "$0")/venv.inc"
venv pyspark==4.3.0
"$PY" - <<'PYTHON'
import collections
import os
import pathlib
import re
import shutil
import stat
import tempfile
import time

folder = pathlib.Path(tempfile.mkdtemp())
log = folder / "log"
for name in ("readlink", "chmod", "stat", "ls"):
    program = folder / "bin" / name
    program.parent.mkdir(exist_ok=True)
    program.write_text(f'#!/bin/sh\necho {name} "$@" >> {log}\nexec {shutil.which(name)} "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
os.environ["PATH"] = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"

from pyspark.sql import SparkSession

spark = SparkSession.builder.master("local[2]").config("spark.log.level", "OFF").getOrCreate()
MANAGERS = "org.apache.spark.sql.execution.streaming.checkpointing."
BATCH = 20


def helpers(manager):
    log.unlink(missing_ok=True)
    key = "spark.sql.streaming.checkpointFileManagerClass"
    spark.conf.set(key, f"{MANAGERS}{manager}CheckpointFileManager")
    writer = spark.readStream.format("rate").load().writeStream.format("noop")
    query = writer.option("checkpointLocation", str(folder / manager)).start()
    while query.lastProgress is None or query.lastProgress["batchId"] < BATCH + 5:
        assert query.exception() is None
        time.sleep(0.1)
    query.stop()
    of_batch = re.compile(rf"/(offsets|commits)/\.{{0,2}}{BATCH}\b")
    lines = [line for line in log.read_text().splitlines() if of_batch.search(line)]
    counts = collections.Counter(line.split()[0] for line in lines)
    return f"{counts['readlink']} readlink, {counts['chmod']} chmod"


found = helpers("FileContextBased"), helpers("FileSystemBased")
print(f"by default {found[0]}; by the other manager {found[1]}")
shutil.rmtree(folder)
assert found == ("16 readlink, 4 chmod", "0 readlink, 4 chmod")
PYTHON
