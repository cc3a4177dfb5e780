"""A connection of each partition."""

from pyspark import SparkContext
from pyspark.streaming import StreamingContext

BATCH = 1
SEEN: list = []


def keep(rdd):
    SEEN.append(rdd.collect())  #: collect


import sqlite3


def main(sc: SparkContext, folder):
    ssc = StreamingContext(sc, BATCH)
    numbers = ssc.queueStream([sc.parallelize([1, 2])])  #: queueStream

    def squares(part):
        database = sqlite3.connect(":memory:")
        return [database.execute("select ? * ?", (n, n)).fetchone()[0] for n in part]

    numbers.mapPartitions(squares).foreachRDD(keep)  #: mapPartitions, foreachRDD
    ssc.start()  #: start
    return ssc


def holds():
    return [1, 4] in SEEN
