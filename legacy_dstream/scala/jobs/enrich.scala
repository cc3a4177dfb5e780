package sparkbench.dstream

import org.apache.spark.streaming.dstream.DStream

/** Enrichment: each event with what a static table knows of its key. */
object Enrich {
  type Row = (String, Long, String, Long, String, Integer)

  def build(lines: DStream[String], params: Params): DStream[Row] = {
    val known = Tables.tableRows(params.number("table_keys"))
    val table = lines.context.sparkContext.broadcast(known)
    val keep = params.text("unmatched") == "keep"
    Records.events(lines).flatMap(event => lookUp(event, table.value, keep))
  }

  /** The event with its row of the table. */
  def lookUp(event: Event, table: Map[String, (String, Integer)], keep: Boolean): Option[Row] =
    table.get(event.key) match {
      case Some((region, kind)) =>
        Some((event.seq, event.atMs, event.key, event.value, region, kind))
      case None if keep => Some((event.seq, event.atMs, event.key, event.value, null, null))
      case None => None
    }
}
