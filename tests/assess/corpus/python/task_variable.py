"""A counter of the driver that tasks count up."""

from pyspark import SparkContext
from pyspark.streaming import StreamingContext

BATCH = 1
SEEN: list = []


def keep(rdd):
    SEEN.append(rdd.collect())  #: collect


TOTAL = 0


def count(n):
    global TOTAL
    TOTAL += n  #: !task-variable


def main(sc: SparkContext, folder):
    ssc = StreamingContext(sc, BATCH)
    numbers = ssc.queueStream([sc.parallelize([1, 2])])  #: queueStream
    numbers.foreachRDD(lambda rdd: rdd.foreach(count))  #: foreachRDD, foreach
    numbers.foreachRDD(keep)  #: foreachRDD
    ssc.start()  #: start
    return ssc


def holds():
    return TOTAL == 3
