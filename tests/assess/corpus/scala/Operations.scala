package corpus

import org.apache.spark.SparkConf
import org.apache.spark.rdd.RDD
import org.apache.spark.storage.StorageLevel
import org.apache.spark.streaming.{Minutes, Seconds, State, StateSpec, StreamingContext => Context}
import org.apache.spark.streaming.dstream.{DStream, InputDStream}
import org.apache.spark.streaming.receiver.Receiver
import org.apache.spark.streaming.scheduler.StreamingListener
import org.apache.spark.streaming.kafka010._
import org.apache.spark.streaming.kinesis.KinesisInputDStream
import com.datastax.spark.connector.streaming._
import org.elasticsearch.spark.streaming._

class Watch extends StreamingListener //: extends

class Own(host: String) extends Receiver[String](StorageLevel.MEMORY_ONLY) { //: extends
  def onStart(): Unit = { new Thread("own") { override def run(): Unit = { while (true) store("x") } }.start() }
  def onStop(): Unit = ()
}

class Ticks(ssc: Context) extends InputDStream[Long](ssc) { //: extends
  def start(): Unit = ()
  def stop(): Unit = ()
}

object Operations {
  def create(): Context = {
    val ssc = new Context(new SparkConf().setMaster("local[8]"), Seconds(5))
    ssc checkpoint "hdfs:///state" //: checkpoint
    ssc.addStreamingListener(new Watch) //: addStreamingListener
    ssc.removeStreamingListener(null) //: removeStreamingListener
    val files = ssc.fileStream[String, String, Format]("/in") //: fileStream
    val socket = ssc.socketStream("host", 1, convert, StorageLevel.MEMORY_ONLY) //: socketStream
    val raw = ssc.rawSocketStream[String]("host", 2) //: rawSocketStream
    val own = ssc.receiverStream(new Own("host")) //: receiverStream
    val old = ssc.networkStream[String](new Own("host")) //: -networkStream
    val actor = ssc.actorStream[String](props, "actor") //: -actorStream
    val kinesis = KinesisInputDStream.builder.streamingContext(ssc).streamName("s").build() //: builder
    val direct = KafkaUtils.createDirectStream[String, String](ssc, LocationStrategies.PreferConsistent, //: createDirectStream, PreferConsistent
      ConsumerStrategies.Subscribe[String, String](topics, params)) //: Subscribe
    val pattern = KafkaUtils.createDirectStream(ssc, LocationStrategies.PreferBrokers, //: createDirectStream, PreferBrokers
      ConsumerStrategies.SubscribePattern(topics, params)) //: SubscribePattern
    val assigned = KafkaUtils.createDirectStream(ssc, LocationStrategies.PreferFixed(hosts), //: createDirectStream, PreferFixed
      ConsumerStrategies.Assign(topics, params)) //: Assign
    val past = KafkaUtils.createRDD(sc, params, ranges, LocationStrategies.PreferConsistent) //: createRDD, PreferConsistent
    val united = files union socket union raw //: union, union
    val texts = united.union(own).union(old).union(actor) //: union, union, union
    val pairs = texts map { line => (line, 1) } //: map
    kinesis.print //: print
    pattern.union(assigned).print(5) //: union, print
    val spec = StateSpec.function(track _) //: function
      .initialState(known) //: initialState
      .numPartitions(8) //: numPartitions
      .partitioner(hash) //: partitioner
      .timeout(Minutes(30)) //: timeout
    val states = pairs.mapWithState(spec) //: mapWithState
    states.stateSnapshots().foreachRDD { (rdd, time) => println(rdd.count) } //: stateSnapshots, foreachRDD, count
    pairs.saveAsObjectFiles("/out") //: saveAsObjectFiles
    pairs.saveAsHadoopFiles("/out", "x") //: saveAsHadoopFiles
    pairs.saveAsNewAPIHadoopFiles("/out", "x") //: saveAsNewAPIHadoopFiles
    pairs.saveToCassandra("space", "table") //: saveToCassandra
    pairs.saveToEs("index/type") //: saveToEs
    pairs.saveJsonToEs("index/type") //: saveJsonToEs
    pairs.saveToMongoDB() //: saveToMongoDB
    pairs.foreach(rdd => println(rdd)) //: -foreach
    pairs.register() //: register
    pairs.compute(now) //: compute
    direct.foreachRDD { rdd => //: foreachRDD
      val ranges = rdd.asInstanceOf[HasOffsetRanges].offsetRanges //: offsetRanges
      rdd.saveAsObjectFile("/out") //: saveAsObjectFile
      rdd.saveAsHadoopFile("/out") //: saveAsHadoopFile
      rdd.saveAsNewAPIHadoopFile("/out") //: saveAsNewAPIHadoopFile
      rdd.saveAsNewAPIHadoopDataset(job) //: saveAsNewAPIHadoopDataset
      rdd.saveAsHadoopDataset(job) //: saveAsHadoopDataset
      rdd.saveAsSequenceFile("/out") //: saveAsSequenceFile
      direct.asInstanceOf[CanCommitOffsets].commitAsync(ranges) //: commitAsync
    }
    println(ssc.getState) //: getState
    ssc
  }

  def track(key: String, value: Option[Int], state: State[Int]): Int = 0

  def main(args: Array[String]): Unit = {
    val ssc = Context.getOrCreate("hdfs:///state", create _) //: getOrCreate
    val sc = ssc.sc //: sc
    Context.jarOfClass(getClass) //: jarOfClass
    ssc.start //: start
    ssc.awaitTermination //: awaitTermination
  }
}
