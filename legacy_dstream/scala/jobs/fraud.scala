package sparkbench.dstream

import org.apache.spark.streaming.dstream.DStream

/** Fraud alert: cards that were charged more than `limit_cents` within one window of time. */
object Fraud {
  type Sum = (Long, Long)
  type Row = (Long, String, Long, Long)

  def build(lines: DStream[String], params: Params): DStream[Row] = {
    val (windowMs, limit) = (params.millis("window_s"), params.number("limit_cents"))
    val pairs = Records.payments(lines).map { payment =>
      ((start(payment.atMs, windowMs), payment.card), (1L, payment.cents))
    }
    val kept = params.duration("window_s") + params.duration("delay_s")
    val sums = pairs.reduceByKeyAndWindow(
      add _, sub _, kept, pairs.slideDuration, params.partitions(lines.context), isLeft _
    )
    sums.map(row).filter(_._4 > limit)
  }

  /** When the window around `atMs` begins, windows being counted from the epoch. */
  def start(atMs: Long, windowMs: Long): Long = atMs - java.lang.Math.floorMod(atMs, windowMs)

  /** Two sums of payments and cents as one. */
  def add(left: Sum, right: Sum): Sum = (left._1 + right._1, left._2 + right._2)

  /** A sum without what has left the window. */
  def sub(left: Sum, right: Sum): Sum = (left._1 - right._1, left._2 - right._2)

  /** Whether any payment is still in the window. */
  def isLeft(pair: ((Long, String), Sum)): Boolean = pair._2._1 > 0

  /** A row of four columns. */
  def row(pair: ((Long, String), Sum)): Row = {
    val ((startMs, card), (count, cents)) = pair
    (startMs, card, count, cents)
  }
}
