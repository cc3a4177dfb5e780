"""What assess asks about: nothing here is sure from the source alone."""

from pyspark import SparkContext
from pyspark.streaming import StreamingContext

sc = SparkContext(master="spark://host:7077", appName="asks")
factors = sc.broadcast({"a": 2})


def grow(new, old):
    return sum(new) + (old or 0)


def create():
    ssc = StreamingContext(sc, 10)
    ssc.checkpoint("/data/state")  #: checkpoint, ?local-checkpoint
    lines = ssc.textFileStream("/data/in")  #: textFileStream
    pairs = lines.map(lambda line: (line, factors.value["a"]))  #: map, ?not-restored
    counts = pairs.updateStateByKey(grow)  #: updateStateByKey, ?state-grows
    counts.foreachRDD(write)  #: foreachRDD
    rare = counts.filter(lambda pair: pair[1] == 1)  #: filter, ?unused
    lines.countByKey().pprint()  #: ?other, pprint
    return ssc


def write(rdd):
    rdd.cache()  #: ?cache-grows
    rdd.foreachPartition(print)  #: foreachPartition


ssc = StreamingContext.getOrCreate("/data/state", create)  #: getOrCreate, ?local-checkpoint
ssc.start()  #: start
ssc.awaitTermination()  #: awaitTermination
