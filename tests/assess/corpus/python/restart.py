"""A context that is started again."""

from pyspark import SparkContext
from pyspark.streaming import StreamingContext

BATCH = 1
SEEN: list = []


def keep(rdd):
    SEEN.append(rdd.collect())  #: collect


def main(sc: SparkContext, folder):
    ssc = StreamingContext(sc, BATCH)
    ssc.queueStream([sc.parallelize([1])]).foreachRDD(keep)  #: queueStream, foreachRDD
    ssc.start()  #: start
    ssc.stop(stopSparkContext=False)  #: stop
    ssc.start()  #: start, !restart
    return ssc


def holds():
    return [1] in SEEN
