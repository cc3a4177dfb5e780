package sparkbench.dstream

import java.util.{List => JavaList, Map => JavaMap}

import scala.reflect.ClassTag

import org.apache.spark.streaming.api.java.JavaDStream
import org.apache.spark.streaming.dstream.DStream

/** The jobs by their names, for who calls from Python. */
final class Jobs {
  def build(
      name: String, streams: JavaList[JavaDStream[String]], values: JavaMap[String, Any]
  ): JavaDStream[_] = {
    val lines = (0 until streams.size).map(streams.get(_).dstream)
    val params = new Params(values)
    name match {
      case "custom_state" => java(CustomState.build(lines.head, params))
      case "dedup" => java(Dedup.build(lines.head, params))
      case "echo" => java(Echo.build(lines.head, params))
      case "enrich" => java(Enrich.build(lines.head, params))
      case "fraud" => java(Fraud.build(lines.head, params))
      case "join" => java(Join.build(lines.head, lines(1), params))
      case "parse_csv" => java(ParseCsv.build(lines.head, params))
      case "parse_json" => java(ParseJson.build(lines.head, params))
      case "running_wordcount" => java(RunningWordcount.build(lines.head, params))
      case "sessions" => java(Sessions.build(lines.head, params))
      case "sliding" => java(Sliding.build(lines.head, params))
      case "sliding_inverse" => java(SlidingInverse.build(lines.head, params))
      case "topk" => java(Topk.build(lines.head, params))
      case "touched_wordcount" => java(TouchedWordcount.build(lines.head, params))
      case "tumbling" => java(Tumbling.build(lines.head, params))
      case "union" => java(Union.build(lines, params))
      case "weblog" => java(Weblog.build(lines.head, params))
      case "wordcount" => java(Wordcount.build(lines.head, params))
    }
  }

  private def java[T](stream: DStream[T]): JavaDStream[T] =
    new JavaDStream(stream)(ClassTag.AnyRef.asInstanceOf[ClassTag[T]])
}
