package sparkbench.structured

import java.util.regex.Pattern

import org.apache.spark.sql.{DataFrame, Dataset}

/** Something that happened to `key` at `at_ms` (ms since the epoch). */
final case class Event(seq: String, atMs: Long, key: String, value: Long)

/** From lines to records: what the jobs with typed input begin with. */
object Records {
  /** Plain ASCII digits: `toLong` takes those of other scripts too. */
  private val Whole = Pattern.compile("[+-]?[0-9]{1,14}")

  def events(lines: DataFrame): Dataset[Event] = {
    import lines.sparkSession.implicits._
    lines.as[String].flatMap(line => readEvent(line))
  }

  /** A whole number, or nothing for any other text. */
  def whole(text: String): Option[Long] =
    if (Whole.matcher(text).matches) Some(text.toLong) else None

  def readEvent(line: String): Option[Event] = line.split(" ") match {
    case Array(seq, at, key, value, _*) =>
      for (atMs <- whole(at); number <- whole(value)) yield Event(seq, atMs, key, number)
    case _ => None
  }
}
