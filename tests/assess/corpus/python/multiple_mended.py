"""A window that is a multiple of the batch interval."""

from pyspark import SparkContext
from pyspark.streaming import StreamingContext

BATCH = 1
SEEN: list = []


def keep(rdd):
    SEEN.append(rdd.collect())  #: collect


LENGTH = 3 * BATCH


def main(sc: SparkContext, folder):
    ssc = StreamingContext(sc, BATCH)
    numbers = ssc.queueStream([sc.parallelize([1, 2])])  #: queueStream
    numbers.window(LENGTH).foreachRDD(keep)  #: window, foreachRDD
    ssc.start()  #: start
    return ssc


def holds():
    return [1, 2] in SEEN
