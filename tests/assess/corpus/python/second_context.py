"""Two contexts at once."""

from pyspark import SparkContext
from pyspark.streaming import StreamingContext

BATCH = 1
SEEN: list = []


def keep(rdd):
    SEEN.append(rdd.collect())  #: collect


def main(sc: SparkContext, folder):
    one = StreamingContext(sc, BATCH)
    one.queueStream([sc.parallelize([1])]).foreachRDD(keep)  #: queueStream, foreachRDD
    one.start()  #: start
    two = StreamingContext(sc, BATCH)
    two.queueStream([sc.parallelize([2])]).foreachRDD(keep)  #: queueStream, foreachRDD
    two.start()  #: start, !second-context
    return one


def holds():
    return [1] in SEEN and [2] in SEEN
