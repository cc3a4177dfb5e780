"""A stream that is defined before the start."""

from pyspark import SparkContext
from pyspark.streaming import StreamingContext

BATCH = 1
SEEN: list = []


def keep(rdd):
    SEEN.append(rdd.collect())  #: collect


def main(sc: SparkContext, folder):
    ssc = StreamingContext(sc, BATCH)
    numbers = ssc.queueStream([sc.parallelize([1, 2, 3])])  #: queueStream
    numbers.foreachRDD(keep)  #: foreachRDD
    numbers.map(str).foreachRDD(keep)  #: map, foreachRDD
    ssc.start()  #: start
    return ssc


def holds():
    return ["1", "2", "3"] in SEEN
