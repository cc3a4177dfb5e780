"""A script as tutorials have it: Python 2, one core, other names for everything."""

import pyspark
import pyspark.streaming as streaming
from pyspark.streaming.kafka import KafkaUtils as Kafka
import psycopg2

sc = pyspark.SparkContext("local[1]", "script")
context = streaming.StreamingContext(sc, 2)
lines = context.socketTextStream("localhost", 9999)  #: socketTextStream, !no-core
print "reading", lines  #: !python2
context.checkpoint("file:/tmp/here")  #: checkpoint


def save(record):
    connection = psycopg2.connect("dbname=a")  #: !per-record
    connection.cursor().execute("insert", record)


other = Kafka.createStream(context, "zookeeper", "group", {"topic": 1})  #: -createStream
both = context.union(lines, other)  #: union
both.foreachRDD(lambda rdd: rdd.foreach(save))  #: foreachRDD, foreach
print(both.count())  #: count, !unused
context.start()  #: start, ?no-wait
