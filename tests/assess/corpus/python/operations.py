"""Every operation of PySpark's API once."""

from pyspark import SparkConf, SparkContext
from pyspark.streaming import StreamingContext
from pyspark.streaming.kinesis import KinesisUtils
from pyspark.streaming.listener import StreamingListener


class Watch(StreamingListener):  #: extends
    pass


def create(sc: SparkContext):
    ssc = StreamingContext(sc, 1)
    ssc.checkpoint("hdfs:///state")  #: checkpoint
    ssc.remember(60)  #: remember
    ssc.addStreamingListener(Watch())  #: addStreamingListener
    sc = ssc.sparkContext  #: sparkContext
    lines = ssc.socketTextStream("host", 1)  #: socketTextStream
    files = ssc.textFileStream("/in")  #: textFileStream
    cut = ssc.binaryRecordsStream("/in", 10)  #: binaryRecordsStream
    made = ssc.queueStream([])  #: queueStream
    remote = KinesisUtils.createStream(ssc, "app", "stream")  #: createStream
    both = ssc.union(lines, files)  #: union
    ssc.transform([lines, files], join_all).pprint()  #: transform, pprint
    cut.union(made).union(remote).pprint()  #: union, union, pprint
    pairs = (
        both.map(str)  #: map
        .flatMap(list)  #: flatMap
        .filter(bool)  #: filter
        .mapPartitions(list)  #: mapPartitions
        .mapPartitionsWithIndex(zip)  #: mapPartitionsWithIndex
        .mapValues(str)  #: mapValues
        .flatMapValues(list)  #: flatMapValues
    )
    pairs.glom().count().pprint()  #: glom, count, pprint
    pairs.countByValue().reduce(max).pprint()  #: countByValue, reduce, pprint
    pairs.reduceByKey(max).combineByKey(str, str, str).groupByKey().pprint()  #: reduceByKey, combineByKey, groupByKey, pprint
    pairs.transform(sort).transformWith(join_both, pairs).pprint()  #: transform, transformWith, pprint
    joined = pairs.cogroup(pairs).join(pairs)  #: cogroup, join
    joined = joined.leftOuterJoin(pairs).rightOuterJoin(pairs).fullOuterJoin(pairs)  #: leftOuterJoin, rightOuterJoin, fullOuterJoin
    joined.window(10, 5).pprint()  #: window, pprint
    joined.reduceByWindow(max, None, 10, 5).pprint()  #: reduceByWindow, pprint
    joined.countByWindow(10, 5).pprint()  #: countByWindow, pprint
    joined.countByValueAndWindow(10, 5).pprint()  #: countByValueAndWindow, pprint
    joined.groupByKeyAndWindow(10, 5).pprint()  #: groupByKeyAndWindow, pprint
    joined.reduceByKeyAndWindow(max, None, 10, 5).pprint()  #: reduceByKeyAndWindow, pprint
    joined.updateStateByKey(keep).repartition(3).partitionBy(3).pprint()  #: updateStateByKey, repartition, partitionBy, pprint
    joined.cache().persist().checkpoint(10)  #: cache, persist, checkpoint
    joined.slice(0, 1)  #: slice
    joined.context()  #: context
    joined.saveAsTextFiles("/out/x")  #: saveAsTextFiles
    joined.foreachRDD(write)  #: foreachRDD
    return ssc


def keep(new, old):
    return None if not new else new


def sort(rdd):
    return rdd.sortBy(str)


def join_all(rdds):
    return rdds[0]


def join_both(one, other):
    return one.union(other)


def write(rdd):
    if rdd.isEmpty():  #: isEmpty
        return
    print(rdd.count(), rdd.first(), rdd.take(1), rdd.top(1), rdd.takeOrdered(1))  #: count, first, take, top, takeOrdered
    rdd.foreach(print)  #: foreach
    rdd.foreachPartition(print)  #: foreachPartition
    rdd.saveAsTextFile("/out")  #: saveAsTextFile
    rdd.toDF().createOrReplaceTempView("batch")  #: toDF, createOrReplaceTempView
    session.createDataFrame(rdd).createTempView("batch")  #: createDataFrame, createTempView
    session.sql("select 1").registerTempTable("old")  #: sql, registerTempTable


conf = SparkConf().set("spark.streaming.backpressure.enabled", "true")  #: spark.streaming.backpressure.enabled
conf.set("spark.streaming.concurentJobs", "2")  #: ?spark.streaming.concurentJobs
StreamingContext.getActive()  #: getActive
StreamingContext.getActiveOrCreate("hdfs:///state", create)  #: getActiveOrCreate
ssc = StreamingContext.getOrCreate("hdfs:///state", lambda: create(SparkContext(conf=conf)))  #: getOrCreate
ssc.start()  #: start
ssc.awaitTerminationOrTimeout(10)  #: awaitTerminationOrTimeout
ssc.awaitTermination()  #: awaitTermination
ssc.stop(stopGraceFully=True)  #: stop
