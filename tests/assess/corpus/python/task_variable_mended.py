"""A sum that the driver takes."""

from pyspark import SparkContext
from pyspark.streaming import StreamingContext

BATCH = 1
SEEN: list = []


def keep(rdd):
    SEEN.append(rdd.collect())  #: collect


TOTAL = 0


def count(rdd):
    global TOTAL
    TOTAL += rdd.sum()


def main(sc: SparkContext, folder):
    ssc = StreamingContext(sc, BATCH)
    numbers = ssc.queueStream([sc.parallelize([1, 2])])  #: queueStream
    numbers.foreachRDD(count)  #: foreachRDD
    numbers.foreachRDD(keep)  #: foreachRDD
    ssc.start()  #: start
    return ssc


def holds():
    return TOTAL == 3
