#!/bin/sh
# A DStream of files reports 0 records: REST, gauges and page count what receivers bring, nothing else.
#
# Version: PySpark 4.3.0, Java 17, Python 3.11 to 3.13.
# Guess, written down first: StreamingMetrics and /streaming/statistics count the records of every
#   input, as numInputRows of a query's progress does.
# Behaviour: textFileStream reads 120 lines, its output function sees 120, and numReceivedRecords,
#   numProcessedRecords and avgInputRate stay 0.  A dashboard of them looks dead over a live job.
# Output seen: "seen 120, numReceivedRecords 0, numProcessedRecords 0, avgInputRate 0.0"
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
venv=${FINDINGS_VENV:-}
if [ -z "$venv" ]; then
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" --quiet --disable-pip-version-check install pyspark==4.3.0
    venv=$work/venv
fi
export SPARK_LOCAL_IP=127.0.0.1 PYSPARK_PYTHON="$venv/bin/python"
cat > "$work/job.py" <<'PY'
import json, os, sys, time, urllib.request, warnings

warnings.simplefilter("ignore")
from pyspark import SparkConf, SparkContext
from pyspark.streaming import StreamingContext

base = sys.argv[1]
conf = SparkConf().setMaster("local[2]").setAppName("files").set("spark.ui.port", "0")
context = SparkContext(conf=conf)
context.setLogLevel("OFF")
stream = StreamingContext(context, 1)
counts = []
os.mkdir(f"{base}/in")
stream.textFileStream(f"{base}/in").foreachRDD(lambda rdd: counts.append(rdd.count()))
stream.start()
time.sleep(2)
for name in range(3):
    with open(f"{base}/{name}", "w") as file:
        file.write("a line\n" * 40)
    os.rename(f"{base}/{name}", f"{base}/in/{name}")
deadline = time.time() + 60
while sum(counts) < 120 and time.time() < deadline:
    time.sleep(0.2)
time.sleep(2)
port = context.uiWebUrl.rpartition(":")[2]
url = f"http://127.0.0.1:{port}/api/v1/applications/{context.applicationId}/streaming/statistics"
told = json.load(urllib.request.urlopen(url, timeout=10))
names = ("numReceivedRecords", "numProcessedRecords", "avgInputRate")
print(f"seen {sum(counts)}, " + ", ".join(f"{name} {told[name]}" for name in names), flush=True)
same = sum(counts) == 120 and not any(told[name] for name in names)
stream.stop(True, False)
sys.exit(0 if same else 1)
PY
"$venv/bin/python" "$work/job.py" "$work" 2> "$work/log" || { cat "$work/log" >&2; exit 1; }
