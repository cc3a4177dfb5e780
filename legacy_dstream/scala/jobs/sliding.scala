package sparkbench.dstream

import org.apache.spark.rdd.RDD
import org.apache.spark.streaming.{Duration, Time}
import org.apache.spark.streaming.dstream.DStream

/** Sliding windows: how many events of each key came in the last `window_s`, every `slide_s`. */
object Sliding {
  def build(lines: DStream[String], params: Params): DStream[(Long, String, Long)] = {
    val (window, slide) = (params.duration("window_s"), params.duration("slide_s"))
    val pairs = Records.events(lines).map(event => (event.key, 1L))
    val add = (left: Long, right: Long) => left + right
    val counts = pairs.reduceByKeyAndWindow(add, window, slide, params.partitions(lines.context))
    counts.transform((rdd: RDD[(String, Long)], end: Time) => rows(end, rdd, window))
  }

  /** The counts of the window that ends with the batch of `end`. */
  def rows(end: Time, rdd: RDD[(String, Long)], window: Duration): RDD[(Long, String, Long)] = {
    val startMs = (end - window).milliseconds
    rdd.map { case (key, count) => (startMs, key, count) }
  }
}
