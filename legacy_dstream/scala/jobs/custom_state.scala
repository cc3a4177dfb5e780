package sparkbench.dstream

import org.apache.spark.streaming.dstream.DStream

/** Custom state: for each key how many values came, their sum, the largest and the latest one. */
object CustomState {
  final case class Record(count: Long, sum: Long, largest: Long, latestMs: Long, latest: Long)

  val Nothing: Record = Record(0, 0, 0, 0, 0)

  type Row = (String, Long, Long, Long, Long)

  def build(lines: DStream[String], params: Params): DStream[Row] = {
    val pairs = Records.events(lines).map(event => (event.key, (event.atMs, event.value)))
    val states = pairs.updateStateByKey(follow _, params.partitions(lines.context))
    states.map(row)
  }

  /** The new record of a key; runs for every key of the state in every batch. */
  def follow(values: Seq[(Long, Long)], state: Option[Record]): Option[Record] =
    Some(values.foldLeft(state.getOrElse(Nothing)) { case (record, (atMs, value)) =>
      val later = atMs > record.latestMs || (atMs == record.latestMs && value > record.latest)
      Record(
        record.count + 1,
        record.sum + value,
        math.max(record.largest, value),
        if (later) atMs else record.latestMs,
        if (later) value else record.latest
      )
    })

  /** A key's record without the time that only the state needs. */
  def row(pair: (String, Record)): Row = {
    val (key, record) = pair
    (key, record.count, record.sum, record.largest, record.latest)
  }
}
