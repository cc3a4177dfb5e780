"""A function of foreachRDD that returns nothing."""

from pyspark import SparkContext
from pyspark.streaming import StreamingContext

BATCH = 1
SEEN: list = []


def keep(rdd):
    SEEN.append(rdd.collect())  #: collect


def main(sc: SparkContext, folder):
    ssc = StreamingContext(sc, BATCH)
    numbers = ssc.queueStream([sc.parallelize([1, 2])])  #: queueStream
    numbers.foreachRDD(keep)  #: foreachRDD
    numbers.foreachRDD(lambda rdd: print(rdd.count()))  #: foreachRDD, count
    ssc.start()  #: start
    return ssc


def holds():
    return len(SEEN) > 2
