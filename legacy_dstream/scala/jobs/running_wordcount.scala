package sparkbench.dstream

import org.apache.spark.streaming.dstream.DStream

/** Running word count: how often each word has come since the stream began. */
object RunningWordcount {
  def build(lines: DStream[String], params: Params): DStream[(String, Long)] = {
    val words = lines.flatMap(split)
    val pairs = words.map(word => (word, 1L))
    pairs.updateStateByKey(add _, params.partitions(lines.context))
  }

  def split(line: String): Array[String] = line.split(" ").filter(_.nonEmpty)

  /** The new count of a word, given what the batch brought and what the state holds. */
  def add(ones: Seq[Long], total: Option[Long]): Option[Long] =
    Some(total.getOrElse(0L) + ones.sum)
}
