package corpus

import org.apache.spark._
import org.apache.spark.storage.StorageLevel
import org.apache.spark.streaming._
import org.apache.spark.streaming.receiver.Receiver

class Busy extends Receiver[String](StorageLevel.MEMORY_ONLY) { //: extends
  override def onStart(): Unit = { //: ?receiver-blocks
    while (!isStopped) store("x")
  }
  override def onStop(): Unit = ()
}

object Kinds {
  def main(args: Array[String]): Unit = {
    val conf = new SparkConf().setMaster("localhost[2]").setAppName("kinds")
    val ssc = new StreamingContext(conf, Seconds.apply(5)) //: !master, ?never-started
    val busy = ssc.receiverStream(new Busy) //: receiverStream
    busy.window(Seconds(10)).print //: window, print
    println(busy.count()) //: count, !unused
  }
}

object Several {
  def run(ssc: StreamingContext): Unit = {
    val streams = (1 to 3).map { port => ssc.socketTextStream("host", port) } //: socketTextStream
    val all = streams.reduce(_ union _) //: union
    ssc.union(streams).print() //: union, print
    all.print() //: print
  }
}
