"""No context in a function that the checkpoint holds."""

from pyspark import SparkContext
from pyspark.streaming import StreamingContext

BATCH = 1
SEEN: list = []


def keep(rdd):
    SEEN.append(rdd.collect())


def main(sc: SparkContext, folder):
    ssc = StreamingContext(sc, BATCH)
    ssc.checkpoint(folder)  #: checkpoint
    numbers = ssc.queueStream([sc.parallelize([1, 2])])  #: queueStream

    def write(rdd):
        SEEN.append(rdd.context.parallelize(rdd.collect()).sum())  #: collect

    numbers.foreachRDD(write)  #: foreachRDD
    ssc.start()  #: start
    return ssc


def holds():
    return 3 in SEEN
