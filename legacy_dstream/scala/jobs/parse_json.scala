package sparkbench.dstream

import com.fasterxml.jackson.core.JsonProcessingException
import com.fasterxml.jackson.databind.{DeserializationFeature, JsonNode, ObjectMapper}

import org.apache.spark.streaming.dstream.DStream

/** JSON lines to typed columns, malformed ones counted aside. */
object ParseJson {
  type Row = (Long, String, Long, Double, String, String)

  private val Reader = new ObjectMapper()
    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
    .readerFor(classOf[JsonNode])

  def build(lines: DStream[String], params: Params): DStream[Row] = {
    val malformed = lines.context.sparkContext.longAccumulator
    lines.flatMap { line =>
      val row = read(line)
      if (row.isEmpty) malformed.add(1)
      row
    }
  }

  /** The columns of a line, nothing for a malformed one. */
  def read(line: String): Option[Row] = {
    val found =
      try Reader.readValue[JsonNode](line)
      catch { case _: JsonProcessingException => null }
    if (found == null) None
    else
      for {
        seq <- whole(found.get("seq"))
        key <- text(found.get("key"))
        time <- whole(found.get("time"))
        value <- number(found.get("value"))
        unit <- text(found.get("unit"))
        note <- text(found.get("note"))
      } yield (seq, key, time, value, unit, note)
  }

  /** A whole number of 64 bits. */
  def whole(node: JsonNode): Option[Long] =
    if (node != null && node.isIntegralNumber && node.canConvertToLong) Some(node.longValue)
    else None

  def number(node: JsonNode): Option[Double] =
    if (node != null && node.isNumber && !node.doubleValue.isInfinite) Some(node.doubleValue)
    else None

  def text(node: JsonNode): Option[String] =
    if (node != null && node.isTextual) Some(node.textValue) else None
}
