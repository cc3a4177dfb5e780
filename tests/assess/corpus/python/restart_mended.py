"""A new context after the first."""

from pyspark import SparkContext
from pyspark.streaming import StreamingContext

BATCH = 1
SEEN: list = []


def keep(rdd):
    SEEN.append(rdd.collect())  #: collect


def main(sc: SparkContext, folder):
    ssc = StreamingContext(sc, BATCH)
    ssc.queueStream([sc.parallelize([0])]).foreachRDD(keep)  #: queueStream, foreachRDD
    ssc.start()  #: start
    ssc.stop(stopSparkContext=False)  #: stop
    ssc = StreamingContext(sc, BATCH)
    ssc.queueStream([sc.parallelize([1])]).foreachRDD(keep)  #: queueStream, foreachRDD
    ssc.start()  #: start
    return ssc


def holds():
    return [1] in SEEN
