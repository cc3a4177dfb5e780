"""A context without any output operation."""

from pyspark import SparkContext
from pyspark.streaming import StreamingContext

BATCH = 1
SEEN: list = []


def keep(rdd):
    SEEN.append(rdd.collect())


def main(sc: SparkContext, folder):
    ssc = StreamingContext(sc, BATCH)
    numbers = ssc.queueStream([sc.parallelize([1, 2, 3])])  #: queueStream
    doubled = numbers.map(lambda n: n * 2)  #: map
    doubled.cache()  #: cache
    ssc.start()  #: start, !no-output
    return ssc


def holds():
    return [2, 4, 6] in SEEN
