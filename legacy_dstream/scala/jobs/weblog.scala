package sparkbench.dstream

import org.apache.spark.streaming.dstream.DStream

/** Web server log: how often each status was answered in each minute, and where errors pile up. */
object Weblog {
  val MinuteMs = 60000L

  /** A count, and when it last grew by the clock of the machine. */
  final case class Grown(count: Long, atMs: Long)

  type Row = (Long, Int, Long, String)

  def build(lines: DStream[String], params: Params): DStream[Row] = {
    val (keepMs, errors) = (MinuteMs + params.millis("delay_s"), params.number("alert_errors"))
    val pairs =
      Records.requests(lines).map(request => ((minute(request.atMs), request.status), 1L))
    val states = pairs.updateStateByKey(
      (ones: Seq[Long], state: Option[Grown]) => add(ones, state, keepMs),
      params.partitions(lines.context)
    )
    states.map(row(_, errors))
  }

  /** When the minute around `atMs` begins. */
  def minute(atMs: Long): Long = atMs - java.lang.Math.floorMod(atMs, MinuteMs)

  /** The new count, and when it last grew; `None` forgets it. */
  def add(ones: Seq[Long], state: Option[Grown], keepMs: Long): Option[Grown] = {
    val now = System.currentTimeMillis
    val Grown(count, grownMs) = state.getOrElse(Grown(0, now))
    if (ones.nonEmpty) Some(Grown(count + ones.sum, now))
    else if (now - grownMs <= keepMs) state
    else None
  }

  /** A count, with an alert where it is one of too many server errors. */
  def row(pair: ((Long, Int), Grown), errors: Long): Row = {
    val ((minuteMs, status), Grown(count, _)) = pair
    (minuteMs, status, count, if (status >= 500 && count >= errors) "alert" else "")
  }
}
