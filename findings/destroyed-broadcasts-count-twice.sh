#!/bin/bash
# PySpark 4.3.0, Python 3.13, Java 17.
# Guess:  the storage memory of an executor (its page, /executors of the REST interface) falls by the
#         size of a broadcast variable that is destroyed, as the block manager's own figure does.
# Truth:  it rises by that size once more, and never falls: 20 variables of 5 MB, made and destroyed
#         one after another, are 200 MB in use, while nothing is held.
# Output: told 200 MB, held 0 MB
. "$(dirname "$0")/venv.inc"
venv pyspark==4.3.0
"$PY" - <<'PYTHON'
import json
import random
import time
import urllib.request

from pyspark import SparkConf, SparkContext

conf = SparkConf().setMaster("local[2]").setAppName("finding").set("spark.ui.port", "0")
context = SparkContext(conf=conf.set("spark.log.level", "OFF"))
port = context.uiWebUrl.rpartition(":")[2]
page = f"http://127.0.0.1:{port}/api/v1/applications/{context.applicationId}/executors"
for number in range(20):
    context._jsc.broadcast(bytearray(random.Random(number).randbytes(5_000_000))).destroy()


def told():
    (driver,) = json.load(urllib.request.urlopen(page))
    return round(driver["memoryUsed"] / 1e6)


def held():
    most_and_left = context._jsc.sc().getExecutorMemoryStatus().values().iterator().next()
    return round((most_and_left._1() - most_and_left._2()) / 1e6)


deadline = time.monotonic() + 30
while (held() or told() < 195) and time.monotonic() < deadline:
    time.sleep(0.2)
time.sleep(2)
found = told(), held()
print(f"told {round(found[0], -1)} MB, held {found[1]} MB")
assert 195 <= found[0] <= 205 and found[1] == 0
PYTHON
