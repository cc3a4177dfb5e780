"""An inverse function that adds."""

from pyspark import SparkContext
from pyspark.streaming import StreamingContext

BATCH = 1
SEEN: list = []


def keep(rdd):
    SEEN.append(rdd.collect())  #: collect


def main(sc: SparkContext, folder):
    ssc = StreamingContext(sc, BATCH)
    ssc.checkpoint(folder)  #: checkpoint
    numbers = ssc.queueStream([sc.parallelize([("a", 1)])])  #: queueStream
    sums = numbers.reduceByKeyAndWindow(  #: reduceByKeyAndWindow
        lambda a, b: a + b, lambda x, y: x + y, 5 * BATCH, BATCH  #: !inverse
    )
    sums.foreachRDD(keep)  #: foreachRDD
    ssc.start()  #: start
    return ssc


def holds():
    return len(SEEN) > 6 and SEEN[0] == [("a", 1)] and SEEN[6] == [("a", 0)]


BATCHES = 8
