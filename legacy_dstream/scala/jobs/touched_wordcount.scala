package sparkbench.dstream

import org.apache.spark.streaming.{State, StateSpec}
import org.apache.spark.streaming.dstream.DStream

/** Running word count by `mapWithState`: each word as it comes, with its count up to then. */
object TouchedWordcount {
  def build(lines: DStream[String], params: Params): DStream[(String, Long)] = {
    val words = lines.flatMap(split)
    val pairs = words.map(word => (word, 1L))
    pairs.mapWithState(StateSpec.function(add _).numPartitions(params.partitions(lines.context)))
  }

  def split(line: String): Array[String] = line.split(" ").filter(_.nonEmpty)

  /** A row for each word that came; no key is called for that did not. */
  def add(word: String, one: Option[Long], total: State[Long]): (String, Long) = {
    val count = total.getOption().getOrElse(0L) + one.getOrElse(0L)
    total.update(count)
    (word, count)
  }
}
