package sparkbench.dstream

import java.time.DateTimeException
import java.time.OffsetDateTime
import java.time.format.{DateTimeFormatter, ResolverStyle}
import java.util.Locale
import java.util.regex.Pattern

import org.apache.spark.streaming.dstream.DStream

/** Something that happened to `key` at `atMs` (ms since the epoch). */
final case class Event(seq: String, atMs: Long, key: String, value: Long)

/** A card was charged so many `cents`. */
final case class Payment(atMs: Long, card: String, cents: Long)

/** A web server answered with `status`. */
final case class Request(atMs: Long, status: Int)

/** From lines to records: what the jobs with typed input begin with.
  *
  * Lines that are none of the kind are left out; `parse_csv` and `parse_json` show how to count
  * them aside.
  */
object Records {
  /** Common Log Format, as Apache and nginx write it.  The last `+` keeps Java from recursing for
    * each escape, which a long request would overflow its stack with.
    */
  private val Request = Pattern.compile(
    """^[^ ]+ [^ ]+ [^\[]+ """ +
      """\[([0-9]{2}/[A-Z][a-z]{2}/[12][0-9]{3}:[0-9]{2}:[0-9]{2}:[0-9]{2} """ +
      """[+-](?:0[0-9]|1[0-7])[0-5][0-9])\] """ +
      """"[^"\\]*(?:\\[^\n][^"\\]*)*+" ([0-9]{3}) (?:[0-9]+|-)(?: |\z)"""
  )
  private val When = DateTimeFormatter
    .ofPattern("dd/MMM/uuuu:HH:mm:ss Z", Locale.ENGLISH)
    .withResolverStyle(ResolverStyle.STRICT)

  /** Plain ASCII digits: `toLong` takes those of other scripts too. */
  private val Whole = Pattern.compile("[+-]?[0-9]{1,14}")

  def events(lines: DStream[String]): DStream[Event] = lines.flatMap(line => readEvent(line))

  def payments(lines: DStream[String]): DStream[Payment] = lines.flatMap(line => readPayment(line))

  def requests(lines: DStream[String]): DStream[Request] = lines.flatMap(line => readRequest(line))

  /** A whole number, or nothing for any other text. */
  def whole(text: String): Option[Long] =
    if (Whole.matcher(text).matches) Some(text.toLong) else None

  def readEvent(line: String): Option[Event] = line.split(" ") match {
    case Array(seq, at, key, value, _*) =>
      for (atMs <- whole(at); number <- whole(value)) yield Event(seq, atMs, key, number)
    case _ => None
  }

  def readPayment(line: String): Option[Payment] = line.split(" ") match {
    case Array(_, at, card, charged, _*) =>
      for (atMs <- whole(at); cents <- whole(charged)) yield Payment(atMs, card, cents)
    case _ => None
  }

  def readRequest(line: String): Option[Request] = {
    val found = Request.matcher(line)
    if (!found.find) None
    else
      try {
        val at = OffsetDateTime.parse(found.group(1), When)
        Some(new Request(at.toEpochSecond * 1000, found.group(2).toInt))
      } catch { case _: DateTimeException => None }
  }
}
