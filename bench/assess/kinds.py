"""What a name can stand for, and which calls are Spark's: the catalogue's tables as sets."""

from __future__ import annotations

import re

from bench.catalog.connectors import BATCH, CONNECTORS, RDD
from bench.catalog.jvm import INPUT, JVM_OPERATIONS, LISTENER, RECEIVER, STATE_SPEC
from bench.catalog.operations import CONTEXT, DSTREAM, OPERATIONS, Operation

#: Every operation there is, by owner and name.
TABLE: dict[tuple[str, str], Operation] = {
    (one.owner, one.name): one for one in (*CONNECTORS, *JVM_OPERATIONS, *OPERATIONS)
}

#: What a node can stand for.  A batch is an RDD of a DStream, streams are several DStreams.
SSC, STREAM, STREAMS, SC, RDDS, BATCHES = "context", "stream", "streams", "sc", "rdd", "batch"
CONF, SESSION, SPEC, BUILDER, FRAME = "conf", "session", "spec", "builder", "frame"
SHARED = "broadcast"
#: Kinds that a function of another file is told of.
TOLD = frozenset({SSC, STREAM, STREAMS, BATCHES})

SETTING, UNKNOWN, PYTHON2 = "setting", "unknown", "python 2"

CLASSES = {
    SSC: ("StreamingContext", "JavaStreamingContext"),
    STREAM: (
        "DStream",
        "InputDStream",
        "ReceiverInputDStream",
        "PairDStreamFunctions",
        "MapWithStateDStream",
        "ConstantInputDStream",
        "TransformedDStream",
        "KinesisInputDStream",
        "JavaDStream",
        "JavaPairDStream",
        "JavaInputDStream",
        "JavaPairInputDStream",
        "JavaReceiverInputDStream",
        "JavaPairReceiverInputDStream",
        "JavaMapWithStateDStream",
        "TransformedDStream",
    ),
    SC: ("SparkContext", "JavaSparkContext"),
    RDDS: ("RDD", "JavaRDD", "JavaPairRDD"),
    CONF: ("SparkConf",),
    SESSION: ("SparkSession", "SQLContext", "HiveContext", "SparkSessionSingleton"),
    SPEC: ("StateSpec",),
    SHARED: ("Broadcast", "Accumulator", "LongAccumulator", "AccumulatorV2"),
}
KIND_OF_CLASS = {name: kind for kind, names in CLASSES.items() for name in names}
MANY = re.compile(r"^(java\.util\.)?(\w*(List|Seq|Array|Buffer|Set|Iterable|Collection|Vector))\b")


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


METHODS = {
    owner: frozenset(name for kind, name in TABLE if kind == owner) for owner in (DSTREAM, CONTEXT)
}
RDD_USES = frozenset(name for kind, name in TABLE if kind == RDD)
BATCH_USES = frozenset(name for kind, name in TABLE if kind == BATCH)
ELSEWHERE = {DSTREAM, CONTEXT, RDD, BATCH, RECEIVER, LISTENER, INPUT, STATE_SPEC}
#: Owners that are objects with methods of their own, such as ``KafkaUtils``.
CONNECTOR_OWNERS = frozenset(kind for kind, _ in TABLE) - ELSEWHERE

OUTPUTS = _set(
    "foreachRDD foreach print pprint saveAsTextFiles saveAsObjectFiles saveAsHadoopFiles "
    "saveAsNewAPIHadoopFiles register saveToCassandra saveToEs saveJsonToEs saveToMongoDB"
)
SOURCES = _set(
    "socketTextStream socketStream rawSocketStream textFileStream fileStream "
    "binaryRecordsStream queueStream receiverStream actorStream networkStream"
)
#: Sources with a receiver, which holds a core for life.
RECEIVERS = _set(
    "socketTextStream socketStream rawSocketStream receiverStream actorStream networkStream"
)
NO_STREAM = OUTPUTS | {"context", "slice", "compute", "commitAsync", "ssc", "wrapRDD"}
CONTEXT_STREAMS = SOURCES | {"union", "transform", "transformToPair"}
SAME_STREAM = _set(
    "dstream inputDStream asInstanceOf toJavaDStream writerBuilder javaFunctions "
    "toPairDStreamFunctions withConnector setName"
)
#: Methods of nothing but a DStream, or but a StreamingContext: the receiver is one.
ONLY_STREAM = _set(
    "updateStateByKey mapWithState reduceByKeyAndWindow groupByKeyAndWindow countByWindow "
    "countByValueAndWindow reduceByWindow foreachRDD transformToPair transformWithToPair "
    "saveAsTextFiles saveAsHadoopFiles saveAsNewAPIHadoopFiles saveAsObjectFiles "
    "stateSnapshots"
)
ONLY_CONTEXT = _set(
    "queueStream receiverStream rawSocketStream binaryRecordsStream awaitTerminationOrTimeout "
    "textFileStream socketTextStream"
)
#: Members of a DStream that say something about it.
TELLING = _set(
    "id name streamId graph dependencies slideDuration zeroTime storageLevel mustCheckpoint "
    "getClass toString hashCode equals classTag foreach_ rateController"
)
RDD_ACTIONS = _set(
    "collect count take first top takeOrdered isEmpty foreach foreachPartition reduce fold "
    "aggregate countByKey countByValue collectAsMap max min sum mean lookup takeSample "
    "saveAsTextFile saveAsObjectFile saveAsHadoopFile saveAsNewAPIHadoopFile "
    "saveAsNewAPIHadoopDataset saveAsHadoopDataset saveAsSequenceFile getNumPartitions "
    "partitions toLocalIterator foreachAsync offsetRanges unpersist id context sparkContext"
)
#: Declared elsewhere and also called so in other APIs.
#: A source of a connector that the table does not know.
OTHER_SOURCE = re.compile(r"create\w*(Stream|DStream)$")
STREAM_ARGUMENT = frozenset({"saveToEs", "saveJsonToEs", "saveToMongoDB"})
