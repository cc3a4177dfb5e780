#!/bin/bash
# PySpark 4.3.0, Python 3.13, Java 17.
# Guess:  the storage memory that /api/v1/.../executors tells falls when broadcast variables are
#         destroyed, as the block manager's own does.
# Truth:  ?
# Output: ?
. "$(dirname "$0")/venv.inc"
venv pyspark==4.3.0
"$PY" - <<'PYTHON'
import json
import time
import urllib.request

from pyspark import SparkConf, SparkContext

conf = SparkConf().setMaster("local[2]").setAppName("finding")
conf.set("spark.ui.port", "0").set("spark.ui.showConsoleProgress", "false").set("spark.log.level", "OFF")
context = SparkContext(conf=conf)
page = f"{context.uiWebUrl}/api/v1/applications/{context.applicationId}/executors"
page = page.replace(context.uiWebUrl.split("//")[1].split(":")[0], "127.0.0.1")


def told():
    (driver,) = json.load(urllib.request.urlopen(page))
    return driver["memoryUsed"] / 1e6


def held():
    found = context._jsc.sc().getExecutorMemoryStatus().values().iterator().next()
    return (found._1() - found._2()) / 1e6


import random
for number in range(20):
    data = random.Random(number).randbytes(5_000_000)
    java = context._jsc.broadcast(bytearray(data))
    if number == 19:
        time.sleep(2)
        print("before the last", told(), held())
    java.destroy()
time.sleep(3)
print(told(), held())
PYTHON
