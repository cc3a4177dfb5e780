package sparkbench.dstream

import java.util.regex.Pattern

import scala.collection.mutable.ArrayBuffer
import scala.util.Try

import org.apache.spark.streaming.dstream.DStream

/** CSV lines to typed columns, malformed ones counted aside. */
object ParseCsv {
  type Row = (Long, String, Long, Double, String, String)

  /** Numbers are spelt plainly: Java takes more (`0x1p3`, `1.0d`, digits of other scripts). */
  private val Whole = Pattern.compile("[+-]?[0-9]{1,19}")
  private val Number = Pattern.compile("[+-]?[0-9]+(\\.[0-9]*)?([eE][+-]?[0-9]{1,2})?")

  def build(lines: DStream[String], params: Params): DStream[Row] = {
    val malformed = lines.context.sparkContext.longAccumulator
    lines.flatMap { line =>
      val row = read(line)
      if (row.isEmpty) malformed.add(1)
      row
    }
  }

  /** The columns of a line, nothing for a malformed one. */
  def read(line: String): Option[Row] = columns(line) match {
    case Some(Seq(seq, key, time, value, unit, note))
        if key.nonEmpty && unit.nonEmpty && note.nonEmpty =>
      for (n <- whole(seq); at <- whole(time); v <- number(value))
        yield (n, key, at, v, unit, note)
    case _ => None
  }

  /** What stands between the commas; quotes stand around whole columns only, doubled within. */
  def columns(line: String): Option[Seq[String]] = {
    val found = ArrayBuffer.empty[String]
    var at = 0
    while (at <= line.length) {
      if (at < line.length && line.charAt(at) == '"') {
        val text = new StringBuilder
        var end = line.indexOf('"', at + 1)
        var from = at + 1
        while (end >= 0 && end + 1 < line.length && line.charAt(end + 1) == '"') {
          text.append(line, from, end + 1)
          from = end + 2
          end = line.indexOf('"', from)
        }
        if (end < 0 || (end + 1 < line.length && line.charAt(end + 1) != ',')) return None
        found += text.append(line, from, end).toString
        at = end + 2
      } else {
        val comma = line.indexOf(',', at)
        val end = if (comma < 0) line.length else comma
        val text = line.substring(at, end)
        if (text.indexOf('"') >= 0) return None
        found += text
        at = end + 1
      }
    }
    Some(found.toSeq)
  }

  def whole(text: String): Option[Long] =
    if (Whole.matcher(text).matches) Try(text.toLong).toOption else None

  def number(text: String): Option[Double] =
    if (Number.matcher(text).matches) Some(text.toDouble) else None
}
