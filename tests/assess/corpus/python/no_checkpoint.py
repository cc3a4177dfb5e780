"""State without a checkpoint directory."""

from pyspark import SparkContext
from pyspark.streaming import StreamingContext

BATCH = 1
SEEN: list = []


def keep(rdd):
    SEEN.append(rdd.collect())  #: collect


def add(new, old):
    return sum(new) + (old or 0) if new or old else None


def main(sc: SparkContext, folder):
    ssc = StreamingContext(sc, BATCH)
    pairs = ssc.queueStream([sc.parallelize([("a", 1)])])  #: queueStream
    pairs.updateStateByKey(add).foreachRDD(keep)  #: updateStateByKey, foreachRDD, !no-checkpoint
    ssc.start()  #: start
    return ssc


def holds():
    return [("a", 1)] in SEEN
