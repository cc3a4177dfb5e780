"""No DStream anywhere, whatever the names look like: nothing is to be found."""

import pprint

import pandas as pd
from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
frame = pd.DataFrame({"a": [1, 2, 3]})
print(frame.groupby("a").count(), frame.filter(["a"]), frame.window if False else None)
query = spark.readStream.format("rate").load().writeStream.format("console").start()
query.awaitTermination()
pprint.pprint(list(map(str, [1])))
rdd = spark.sparkContext.parallelize([1, 2]).map(lambda x: (x, 1)).reduceByKey(max)
print(rdd.count(), rdd.collect())


class Stream:
    def map(self, f):
        return self

    def start(self):
        return self.map(len)


Stream().map(print).start()
