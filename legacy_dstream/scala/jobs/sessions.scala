package sparkbench.dstream

import org.apache.spark.streaming.dstream.DStream

/** Sessions: events of a key belong together as long as no gap between them is too long. */
object Sessions {
  final case class Session(startMs: Long, endMs: Long, count: Long)

  /** When the key was last heard of, by the clock of the machine, and its sessions. */
  final case class Heard(atMs: Long, sessions: List[Session])

  type Row = (String, Long, Long, Long)

  def build(lines: DStream[String], params: Params): DStream[Row] = {
    val (gapMs, keepMs) = (params.millis("gap_s"), params.millis("delay_s"))
    val pairs = Records.events(lines).map(event => (event.key, event.atMs))
    val states = pairs.updateStateByKey(
      (times: Seq[Long], state: Option[Heard]) => follow(times, state, gapMs, keepMs),
      params.partitions(lines.context)
    )
    states.flatMap(rows)
  }

  /** What is known of a key after a batch; `None` forgets it. */
  def follow(times: Seq[Long], state: Option[Heard], gapMs: Long, keepMs: Long): Option[Heard] = {
    val now = System.currentTimeMillis
    val Heard(atMs, sessions) = state.getOrElse(Heard(now, Nil))
    if (times.isEmpty) {
      if (now - atMs > gapMs + keepMs) None else state
    } else {
      val newest = if (sessions.isEmpty) 0L else sessions.map(_.endMs).max
      val living = sessions.filter(session => session.endMs + keepMs > newest - gapMs)
      Some(Heard(now, merge(living ++ times.map(at => Session(at, at + gapMs, 1)))))
    }
  }

  /** Sessions with those that meet made one, in order of time. */
  def merge(sessions: List[Session]): List[Session] =
    sessions
      .sortBy(_.startMs)
      .foldLeft(List.empty[Session]) {
        case (Session(first, last, before) :: merged, Session(start, end, count))
            if start <= last =>
          Session(first, math.max(end, last), before + count) :: merged
        case (merged, session) => session :: merged
      }
      .reverse

  /** A row for each session of a key. */
  def rows(pair: (String, Heard)): List[Row] = {
    val (key, heard) = pair
    heard.sessions.map(session => (key, session.startMs, session.endMs, session.count))
  }
}
