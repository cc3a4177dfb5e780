package sparkbench.dstream

import org.apache.spark.streaming.dstream.DStream

/** Join of two streams: events with the same number, not too far apart in time. */
object Join {
  /** Digits of an event's sequence number that both streams count alike. */
  val Number = 10

  def build(
      left: DStream[String], right: DStream[String], params: Params
  ): DStream[(String, Long, Long)] = {
    val (window, withinMs) = (params.duration("window_s"), params.millis("within_s"))
    val lefts = Records.events(left).map(byNumber).window(window)
    val rights = Records.events(right).map(byNumber).window(window)
    val pairs = lefts.join(rights, params.partitions(left.context)).map(row)
    pairs.filter { case (_, leftMs, rightMs) => math.abs(leftMs - rightMs) <= withinMs }
  }

  /** What an event is found by, and its time. */
  def byNumber(event: Event): (String, Long) = (event.seq.takeRight(Number), event.atMs)

  /** A row of three columns. */
  def row(pair: (String, (Long, Long))): (String, Long, Long) = {
    val (number, (leftMs, rightMs)) = pair
    (number, leftMs, rightMs)
  }
}
