"""Streams beside the function of getOrCreate."""

import os

from pyspark import SparkContext
from pyspark.streaming import StreamingContext

BATCH = 1
SEEN: list = []


def keep(rdd):
    SEEN.append(rdd.collect())  #: collect


RESTARTS = True


def main(sc: SparkContext, folder):
    os.makedirs(folder + "/in", exist_ok=True)

    def create():
        made = StreamingContext(sc, BATCH)
        made.checkpoint(folder + "/state")  #: checkpoint
        return made

    ssc = StreamingContext.getOrCreate(folder + "/state", create)  #: getOrCreate
    lines = ssc.textFileStream(folder + "/in")  #: textFileStream, !outside-create
    lines.foreachRDD(keep)  #: foreachRDD
    ssc.start()  #: start
    return ssc


def holds():
    return len(SEEN) > 2
