"""A connection of the driver in a task."""

from pyspark import SparkContext
from pyspark.streaming import StreamingContext

BATCH = 1
SEEN: list = []


def keep(rdd):
    SEEN.append(rdd.collect())  #: collect


import sqlite3


def main(sc: SparkContext, folder):
    ssc = StreamingContext(sc, BATCH)
    database = sqlite3.connect(":memory:")
    numbers = ssc.queueStream([sc.parallelize([1, 2])])  #: queueStream

    def square(n):
        return database.execute("select ? * ?", (n, n)).fetchone()[0]  #: !driver-connection

    numbers.map(square).foreachRDD(keep)  #: map, foreachRDD
    ssc.start()  #: start
    return ssc


def holds():
    return [1, 4] in SEEN
