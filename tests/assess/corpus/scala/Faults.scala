import org.apache.spark.{Logging, SparkConf} //: !gone
import org.apache.spark.streaming._
import org.apache.spark.streaming.dstream.DStream
import org.apache.spark.streaming.twitter.TwitterUtils
import org.apache.spark.streaming.mqtt.MQTTUtils
import org.apache.spark.streaming.zeromq.ZeroMQUtils
import org.apache.spark.streaming.flume.FlumeUtils
import java.sql.DriverManager

object Faults extends App with Logging {
  val batch = 10
  val conf = new SparkConf().setMaster("local").set("spark.streaming.unpersist", "false") //: spark.streaming.unpersist
  val ssc = new StreamingContext(conf, Seconds(batch))
  val tweets = TwitterUtils.createStream(ssc, None) //: -createStream, !no-core
  val sensors = MQTTUtils.createStream(ssc, "tcp://x", "topic") //: -createStream
  val pairs = MQTTUtils.createPairedStream(ssc, "tcp://x", Array("topic")) //: -createPairedStream
  val zero = ZeroMQUtils.createStream(ssc, "tcp://x", null, null) //: -createStream
  val agent = FlumeUtils.createStream(ssc, "host", 1) //: -createStream
  val polled = FlumeUtils.createPollingStream(ssc, "host", 1) //: -createPollingStream
  pairs.reduceByKeyAndWindow((a: Int, b: Int) => a + b, (x: Int, y: Int) => x + y, Seconds(60), Seconds(batch)).print() //: reduceByKeyAndWindow, print, !inverse, !no-checkpoint
  pairs.window(Seconds(15)).print() //: window, print, !multiple
  var total = 0
  tweets.foreachRDD { rdd => //: foreachRDD
    val connection = DriverManager.getConnection("jdbc:x")
    rdd.foreach { record => connection.prepareStatement("x").execute() } //: foreach, !driver-connection
    rdd.foreach { record => total += 1 } //: foreach, !task-variable
    rdd.foreachPartition { part => //: foreachPartition
      val pooled = DriverManager.getConnection("jdbc:x")
      part.foreach(record => pooled.createStatement())
    }
    rdd.foreach { record =>  //: foreach
      val mine = DriverManager.getConnection("jdbc:x") //: !per-record
    }
  }
  zero.union(agent).union(polled).count() //: union, union, count, !unused
  sensors.print() //: print
  ssc.start()  //: start
  sensors.map(_.length).print() //: map, print, !after-start, !after-start
  ssc.awaitTermination() //: awaitTermination
}
