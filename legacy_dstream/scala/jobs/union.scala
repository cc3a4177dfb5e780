package sparkbench.dstream

import org.apache.spark.streaming.dstream.DStream

/** Union: the lines of several streams as one. */
object Union {
  def build(lines: Seq[DStream[String]], params: Params): DStream[String] =
    lines.head.context.union(lines)
}
