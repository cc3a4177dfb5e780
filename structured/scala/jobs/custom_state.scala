package sparkbench.structured

import org.apache.spark.sql.{DataFrame, Encoders}
import org.apache.spark.sql.streaming.{
  OutputMode, StatefulProcessor, TTLConfig, TimeMode, TimerValues, ValueState
}

/** Custom state: for each key how many values came, their sum, the largest and the latest one. */
object CustomState {
  final case class Record(count: Long, sum: Long, largest: Long, latestMs: Long, latest: Long)

  val Nothing: Record = Record(0, 0, 0, 0, 0)

  type Row = (String, Long, Long, Long, Long)

  def build(lines: DataFrame): DataFrame = {
    import lines.sparkSession.implicits._
    val pairs = Records.events(lines).groupByKey(_.key)
    pairs
      .transformWithState(new Follow, TimeMode.None(), OutputMode.Update())
      .toDF("key", "count", "sum", "largest", "latest")
  }

  /** Puts the new record of a key into its state; runs for the keys that a batch touched. */
  final class Follow extends StatefulProcessor[String, Event, Row] {
    @transient private var state: ValueState[Record] = _

    override def init(outputMode: OutputMode, timeMode: TimeMode): Unit =
      state = getHandle.getValueState[Record]("record", Encoders.product[Record], TTLConfig.NONE)

    override def handleInputRows(
        key: String, events: Iterator[Event], timers: TimerValues
    ): Iterator[Row] = {
      val record = events.foldLeft(if (state.exists()) state.get() else Nothing)(follow)
      state.update(record)
      Iterator(row(key, record))
    }
  }

  /** The record with one value more. */
  def follow(record: Record, event: Event): Record = {
    val later = event.atMs > record.latestMs ||
      (event.atMs == record.latestMs && event.value > record.latest)
    Record(
      record.count + 1,
      record.sum + event.value,
      math.max(record.largest, event.value),
      if (later) event.atMs else record.latestMs,
      if (later) event.value else record.latest
    )
  }

  /** A key's record without the time that only the state needs. */
  def row(key: String, record: Record): Row =
    (key, record.count, record.sum, record.largest, record.latest)
}
