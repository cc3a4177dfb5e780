package sparkbench.dstream

import java.util.{Map => JavaMap}

import org.apache.spark.streaming.{Duration, Milliseconds, StreamingContext}

/** What a job is built with: its parameters by name, and how many partitions a shuffle has. */
final class Params(values: JavaMap[String, Any]) {
  def number(name: String): Long = values.get(name).asInstanceOf[Number].longValue

  def text(name: String): String = values.get(name).asInstanceOf[String]

  /** A duration, whose parameter holds seconds. */
  def duration(name: String): Duration = Milliseconds(millis(name))

  def millis(name: String): Long =
    math.round(values.get(name).asInstanceOf[Number].doubleValue * 1000)

  /** Partitions of a shuffle; Spark's own default where none are given. */
  def partitions(context: StreamingContext): Int = values.get("partitions") match {
    case null => context.sparkContext.defaultParallelism
    case given => given.asInstanceOf[Number].intValue
  }
}
