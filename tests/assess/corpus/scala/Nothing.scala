import org.apache.flink.streaming.api.scala._

object Nothing {
  def main(args: Array[String]): Unit = {
    val env = StreamExecutionEnvironment.getExecutionEnvironment
    val lines = env.socketTextStream("host", 1)
    lines.flatMap(_.split(" ")).map((_, 1)).keyBy(0).timeWindow(Time.seconds(5)).sum(1).print()
    List(1, 2, 3).map(_ + 1).filter(_ > 1).foreach(println)
    env.execute("nothing")
  }
}
