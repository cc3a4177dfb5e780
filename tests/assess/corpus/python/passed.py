"""Streams that go through functions, classes, lists and keyword arguments."""

from typing import Optional

from pyspark.streaming import DStream, StreamingContext


class Job:
    def __init__(self, ssc, folder):
        self.ssc = ssc
        self.lines = ssc.textFileStream(folder)  #: textFileStream

    def run(self):
        self.clean(self.lines).pprint(5)  #: pprint
        self.ssc.start()  #: start

    def clean(self, stream):
        return stream.filter(bool)  #: filter


def typed(stream: DStream, other: Optional[int] = None) -> DStream:
    return stream.mapValues(len)  #: mapValues


def untyped(stream):
    windowed = stream.window(60)  #: window
    windowed.foreachRDD(lambda time, rdd: print(rdd.take(3)))  #: foreachRDD, take
    return windowed


def main(sc):
    ssc = StreamingContext(sc, batchDuration=60)
    Job(ssc, "/in").run()
    many = [ssc.socketTextStream("host", port) for port in (1, 2, 3)]  #: socketTextStream
    for one in many:
        typed(one.map(lambda x: (x, x)))  #: map
    united = ssc.union(*many)  #: union
    untyped(united).saveAsTextFiles("/out/x")  #: saveAsTextFiles
    ssc.awaitTerminationOrTimeout(10)  #: awaitTerminationOrTimeout


main(None)


def fold(streams_context: StreamingContext, ports):
    from functools import reduce

    streams = [streams_context.socketTextStream("h", port) for port in ports]  #: socketTextStream
    reduce(lambda one, other: one.union(other), streams).pprint()  #: union, pprint
