package corpus

import org.apache.spark.SparkConf
import org.apache.spark.streaming._
import org.apache.spark.streaming.dstream.DStream

object Restored {
  def main(args: Array[String]): Unit = {
    val create = () => new StreamingContext(new SparkConf(), Seconds(1))
    val ssc = StreamingContext.getOrCreate("hdfs:///state", create) //: getOrCreate
    ssc.checkpoint("hdfs:///state") //: checkpoint
    val lines = read(ssc) //: !outside-create
    lines.print() //: print
    ssc.start() //: start
    ssc.awaitTermination() //: awaitTermination
  }

  def read(ssc: StreamingContext): DStream[String] =
    ssc.textFileStream("hdfs:///in") //: textFileStream
}
