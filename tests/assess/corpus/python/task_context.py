"""The SparkContext within a task."""

from pyspark import SparkContext
from pyspark.streaming import StreamingContext

BATCH = 1
SEEN: list = []


def keep(rdd):
    SEEN.append(rdd.collect())  #: collect


def main(sc: SparkContext, folder):
    ssc = StreamingContext(sc, BATCH)
    numbers = ssc.queueStream([sc.parallelize([1, 2])])  #: queueStream
    numbers.map(lambda n: sc.parallelize([n]).count()).foreachRDD(keep)  #: map, foreachRDD, !task-context
    ssc.start()  #: start
    return ssc


def holds():
    return [1, 1] in SEEN
