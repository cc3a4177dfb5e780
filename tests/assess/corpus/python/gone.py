"""An API that went with Spark 3.0."""

from pyspark import SparkContext
from pyspark.streaming import StreamingContext

BATCH = 1
SEEN: list = []


def keep(rdd):
    SEEN.append(rdd.collect())  #: collect


def main(sc: SparkContext, folder):
    from pyspark.streaming.kafka import KafkaUtils

    ssc = StreamingContext(sc, BATCH)
    lines = KafkaUtils.createDirectStream(ssc, ["t"], {})  #: -createDirectStream
    lines.foreachRDD(keep)  #: foreachRDD
    ssc.start()  #: start
    return ssc


def holds():
    return True
