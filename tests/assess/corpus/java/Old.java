import com.google.common.base.Optional;
import java.util.Arrays;
import org.apache.spark.api.java.function.*;
import org.apache.spark.streaming.*;
import org.apache.spark.streaming.api.java.*;
import org.apache.spark.streaming.kafka.KafkaUtils;
import org.apache.spark.streaming.akka.AkkaUtils;
import org.apache.spark.streaming.pubsub.PubsubUtils;
import org.apache.spark.streaming.rabbitmq.RabbitMQUtils;
import org.apache.spark.eventhubs.EventHubsUtils;

public class Old {
    public static void main(String[] args) throws Exception {
        try (JavaStreamingContext jssc = new JavaStreamingContext("local[16]", "old", new Duration(2000))) {
            jssc.checkpoint("/tmp/old"); //: checkpoint
            JavaPairReceiverInputDStream<String, String> kafka = KafkaUtils.createStream(jssc, "zk", "group", topics); //: -createStream
            JavaDStream<String> words = kafka.map(pair -> pair._2()).flatMap(line -> Arrays.asList(line.split(" "))); //: map, flatMap, !gone
            JavaPairDStream<String, Integer> counts = words
                .mapToPair(word -> new Tuple2<>(word, 1)) //: mapToPair
                .updateStateByKey((values, state) -> Optional.of(values.size())); //: updateStateByKey, !gone, ?state-grows
            counts.foreachRDD(new Function<JavaPairRDD<String, Integer>, Void>() { //: foreachRDD, !gone
                public Void call(JavaPairRDD<String, Integer> rdd) {
                    System.out.println(rdd.collect()); //: collect
                    return null;
                }
            });
            AkkaUtils.createStream(jssc, props, "actor").print(); //: -createStream, print
            PubsubUtils.createStream(jssc, "project", "subscription").print(); //: createStream, print
            RabbitMQUtils.createStream(jssc, params).print(); //: createStream, print
            EventHubsUtils.createDirectStream(jssc, conf).print(); //: createDirectStream, print
            EventHubsUtils.createStream(jssc, conf).print(); //: createStream, print
            EventHubsUtils.createUnionStream(jssc, conf).print(); //: createUnionStream, print
            CamelUtils.createStream(String.class, jssc, "uri").print(); //: ?other, print
            jssc.start(); //: start
            jssc.awaitTermination(); //: awaitTermination
        }
    }
}
