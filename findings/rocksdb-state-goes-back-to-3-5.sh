#!/bin/sh
# A query's RocksDB state goes from Spark 3.5.9 to 4.3.0 and back again, with nothing set for it.
#
# Versions: PySpark 3.5.9 and 4.3.0 (Python 3.11 runs both), Java 17.
# Guess, written down first: up works; on the way back 3.5.9 refuses the checkpoint, or the state that
#   4.3.0 has committed, as no release promises to read a newer one's files.
# Behaviour: both ways work.  The counts that 4.3.0 has added are there on 3.5.9.  (A DStream's
#   checkpoint is refused on the way up already: InvalidClassException.)
# Output seen: "3.5.9 [['a', 2]]", "4.3.0 [['a', 4]]", "3.5.9 [['a', 6]]"
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
made() { # VERSION, and what else that release needs
    python3.11 -m venv "$work/$1"
    "$work/$1/bin/pip" --quiet --disable-pip-version-check install "pyspark[sql]==$1" 'numpy<2' \
        'pandas>=2.2,<2.3' 'pyarrow>=18,<20'
}
new=${FINDINGS_VENV:-}
old=${FINDINGS_VENV_3_5_9:-}
[ -n "$new" ] || { made 4.3.0; new=$work/4.3.0; }
[ -n "$old" ] || { made 3.5.9; old=$work/3.5.9; }
cat > "$work/step.py" <<'PY'
import os, sys

base, step, wanted = sys.argv[1], sys.argv[2], int(sys.argv[3])
from pyspark.sql import SparkSession

session = (
    SparkSession.builder.master("local[2]")
    .config("spark.ui.enabled", "false")
    .config("spark.sql.shuffle.partitions", "2")
    .config(
        "spark.sql.streaming.stateStore.providerClass",
        "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider",
    )
    .getOrCreate()
)
session.sparkContext.setLogLevel("OFF")
os.makedirs(f"{base}/in", exist_ok=True)
with open(f"{base}/{step}", "w") as file:
    file.write("a\na\n")
os.rename(f"{base}/{step}", f"{base}/in/{step}")
rows = []
query = (
    session.readStream.format("text").load(f"{base}/in").groupBy("value").count()
    .writeStream.outputMode("update").option("checkpointLocation", f"{base}/checkpoint")
    .foreachBatch(lambda frame, number: rows.extend(map(list, frame.collect())))
    .trigger(availableNow=True).start()
)
query.awaitTermination(120)
print(session.version, rows, flush=True)
session.stop()
sys.exit(0 if rows == [["a", wanted]] else 1)
PY
export SPARK_LOCAL_IP=127.0.0.1
run() { # environment, step, count
    env PYSPARK_PYTHON="$1/bin/python" "$1/bin/python" "$work/step.py" "$work" "$2" "$3" 2> "$work/log" ||
        { cat "$work/log" >&2; exit 1; }
}
run "$old" one 2
run "$new" two 4
run "$old" three 6
