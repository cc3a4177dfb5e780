package sparkbench.dstream

import java.nio.charset.StandardCharsets.UTF_8
import java.util.Arrays

import org.apache.spark.streaming.dstream.DStream

/** Top k: the most frequent words of a batch, the first in the alphabet where counts are equal. */
object Topk {
  def build(lines: DStream[String], params: Params): DStream[(String, Long)] = {
    val k = params.number("k").toInt
    // First of each partition, then of what they have left.  `RDD.top` would be an action: inside
    // `transform` it would run while the jobs of the batch are still being made.
    Wordcount
      .build(lines, params)
      .mapPartitions(mostFrequent(k, _))
      .repartition(1)
      .mapPartitions(mostFrequent(k, _))
  }

  /** The `k` pairs with the largest counts. */
  def mostFrequent(k: Int, counts: Iterator[(String, Long)]): Iterator[(String, Long)] =
    counts.toArray.sortWith(before).iterator.take(k)

  def before(left: (String, Long), right: (String, Long)): Boolean =
    if (left._2 != right._2) left._2 > right._2 else alphabet(left._1, right._1) < 0

  /** By code points; `String.compareTo` puts those beyond 16 bits too early. */
  def alphabet(left: String, right: String): Int =
    Arrays.compareUnsigned(left.getBytes(UTF_8), right.getBytes(UTF_8))
}
