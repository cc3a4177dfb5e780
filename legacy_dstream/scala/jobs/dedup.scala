package sparkbench.dstream

import org.apache.spark.streaming.dstream.DStream

/** Deduplication: of all events with the same key only the first one. */
object Dedup {
  /** When a key was first seen, and the event if that was in this batch. */
  final case class Seen(sinceMs: Long, event: Option[Event])

  def build(lines: DStream[String], params: Params): DStream[(String, Long, Long)] = {
    val horizonMs = params.millis("horizon_s")
    val pairs = Records.events(lines).map(event => (event.key, event))
    val states = pairs.updateStateByKey(
      (found: Seq[Event], state: Option[Seen]) => remember(found, state, horizonMs),
      params.partitions(lines.context)
    )
    states.flatMap { case (_, seen) => seen.event.map(row) }
  }

  /** What is known of a key after a batch; `None` forgets it. */
  def remember(found: Seq[Event], state: Option[Seen], horizonMs: Long): Option[Seen] = {
    val now = System.currentTimeMillis
    state match {
      case Some(Seen(sinceMs, _)) if now - sinceMs <= horizonMs => Some(Seen(sinceMs, None))
      case _ if found.nonEmpty =>
        val first = found.minBy(event => (event.seq, event.atMs, event.value))
        Some(Seen(now, Some(first)))
      case _ => None
    }
  }

  /** The first event of a key. */
  def row(event: Event): (String, Long, Long) = (event.key, event.atMs, event.value)
}
