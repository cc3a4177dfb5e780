package corpus;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.*;
import org.apache.spark.streaming.Durations;
import org.apache.spark.streaming.api.java.*;
import org.apache.spark.streaming.kafka010.*;
import static com.datastax.spark.connector.japi.CassandraStreamingJavaUtil.javaFunctions;

public class Operations {
    private final JavaStreamingContext context;

    Operations(SparkConf conf) {
        this.context = new JavaStreamingContext(conf, Durations.milliseconds(500));
    }

    void define() throws Exception {
        context.checkpoint("hdfs:///state"); //: checkpoint
        JavaReceiverInputDStream<String> lines = context.socketTextStream("host", 1); //: socketTextStream
        JavaPairDStream<String, Integer> pairs = lines
            .mapToPair(line -> new Tuple2<>(line, 1)) //: mapToPair
            .reduceByKey((a, b) -> a + b); //: reduceByKey
        lines.flatMapToPair(line -> pairsOf(line)).print(); //: flatMapToPair, print
        lines.mapPartitionsToPair(part -> pairsOf(part)).print(); //: mapPartitionsToPair, print
        pairs.transformToPair(rdd -> rdd.sortByKey()).print(); //: transformToPair, print
        pairs.transformWithToPair(pairs, (a, b, time) -> a.join(b)).print(); //: transformWithToPair, print
        context.transformToPair(streams, (rdds, time) -> null).print(); //: transformToPair, print
        pairs.toJavaDStream().dstream().print(); //: toJavaDStream, dstream, print
        JavaPairDStream.fromJavaDStream(pairs.toJavaDStream()).print(); //: fromJavaDStream, toJavaDStream, print
        JavaPairDStream.fromPairDStream(inner, tag, tag).print(); //: fromPairDStream, print
        JavaDStream.fromDStream(inner, tag).print(); //: fromDStream, print
        pairs.wrapRDD(rdd); //: wrapRDD
        pairs.foreachRDD(new VoidFunction<JavaPairRDD<String, Integer>>() { //: foreachRDD
            @Override
            public void call(JavaPairRDD<String, Integer> rdd) {
                rdd.foreachPartition(part -> { }); //: foreachPartition
            }
        });
        javaFunctions(lines).writerBuilder("space", "table", mapper).saveToCassandra(); //: saveToCassandra
        JavaInputDStream<ConsumerRecord<String, String>> direct =
            KafkaUtils.createDirectStream( //: createDirectStream
                context,
                LocationStrategies.PreferConsistent(), //: PreferConsistent
                ConsumerStrategies.<String, String>Subscribe(topics, params)); //: Subscribe
        direct.foreachRDD(rdd -> { //: foreachRDD
            OffsetRange[] ranges = ((HasOffsetRanges) rdd.rdd()).offsetRanges(); //: offsetRanges
            ((CanCommitOffsets) direct.inputDStream()).commitAsync(ranges); //: commitAsync
        });
        handle(lines.filter(Operations::isGood)); //: filter
        context.ssc().start(); //: ssc, start
        context.close(); //: close
    }

    static void handle(JavaDStream<String> good) {
        good.map(new Own()).count().print(); //: map, count, print
    }

    static boolean isGood(String line) {
        return !line.isEmpty();
    }
}
