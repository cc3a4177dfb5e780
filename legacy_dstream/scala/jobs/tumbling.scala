package sparkbench.dstream

import org.apache.spark.streaming.dstream.DStream

/** Tumbling windows: how many events of each key fall into each window of their own time. */
object Tumbling {
  def build(lines: DStream[String], params: Params): DStream[(Long, String, Long)] = {
    val window = params.duration("window_s")
    val windowMs = window.milliseconds
    val pairs =
      Records.events(lines).map(event => ((start(event.atMs, windowMs), event.key), 1L))
    val add = (left: Long, right: Long) => left + right
    val counts =
      pairs.reduceByKeyAndWindow(add, window, window, params.partitions(lines.context))
    counts.map(row)
  }

  /** When the window around `atMs` begins, windows being counted from the epoch. */
  def start(atMs: Long, windowMs: Long): Long = atMs - java.lang.Math.floorMod(atMs, windowMs)

  /** A row of three columns. */
  def row(pair: ((Long, String), Long)): (Long, String, Long) = {
    val ((startMs, key), count) = pair
    (startMs, key, count)
  }
}
