#!/bin/sh
# spark.streaming.backpressure.enabled does not keep a burst out: a receiver takes it whole.
#
# Version: PySpark 4.3.0, Java 17, Python 3.11 to 3.13.
# Guess, written down first: with backpressure on, the receiver's rate stays near what has been
#   arriving, so that a burst waits in the connection and comes in over several batches.
# Behaviour: the limit is the speed at which earlier batches were processed, not their rate.  Batches
#   of 500 records that take some hundredths of a second allow tens of thousands a second, and 20,000
#   records at once come in within one or two batches.  spark.streaming.receiver.maxRate is a bound.
# Output seen: "largest batch 20000 of 20000 in the burst, usual 500" (its neighbours share it at times)
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
import socket, sys, threading, time, warnings

warnings.simplefilter("ignore")
from pyspark import SparkConf, SparkContext
from pyspark.streaming import StreamingContext

USUAL, SECONDS, BURST = 500, 12, 20_000
server = socket.create_server(("127.0.0.1", 0))
sent = threading.Event()


def serve():
    client, _ = server.accept()
    for _ in range(SECONDS * 10):
        client.sendall(b"line\n" * (USUAL // 10))
        time.sleep(0.1)
    client.sendall(b"line\n" * BURST)
    sent.set()
    time.sleep(60)


threading.Thread(target=serve, daemon=True).start()
conf = SparkConf().setMaster("local[2]").setAppName("burst").set("spark.ui.enabled", "false")
context = SparkContext(conf=conf.set("spark.streaming.backpressure.enabled", "true"))
context.setLogLevel("OFF")
stream = StreamingContext(context, 1)
counts = []
lines = stream.socketTextStream("127.0.0.1", server.getsockname()[1])
lines.foreachRDD(lambda rdd: counts.append(rdd.count()))
stream.start()
sent.wait(90)
deadline = time.time() + 60
while sum(counts) < USUAL * SECONDS + BURST and time.time() < deadline:
    time.sleep(0.2)
print(f"largest batch {max(counts)} of {BURST} in the burst, usual {USUAL}", flush=True)
stream.stop(True, False)
sys.exit(0 if max(counts) > BURST // 2 - USUAL else 1)
PY
"$venv/bin/python" "$work/job.py" 2> "$work/log" || { cat "$work/log" >&2; exit 1; }
