package sparkbench.dstream

import org.apache.spark.streaming.dstream.DStream

/** Word count: how often each word stands in a batch. */
object Wordcount {
  def build(lines: DStream[String], params: Params): DStream[(String, Long)] = {
    val pairs = lines.flatMap(split).map(word => (word, 1L))
    pairs.reduceByKey(_ + _, params.partitions(lines.context))
  }

  def split(line: String): Array[String] = line.split(" ").filter(_.nonEmpty)
}
