import org.apache.spark.SparkConf
import org.apache.spark.storage.StorageLevel
import org.apache.spark.streaming.{Milliseconds, StreamingContext}
import org.apache.spark.streaming.dstream.DStream
import org.apache.spark.streaming.scheduler.{StreamingListener, StreamingListenerBatchCompleted}

/** Two counts of words as a team writes them: `spark-submit`, a socket, an output, and a listener
  * that prints a line a batch: its records, and when its output began and ended (Unix ms).
  */
object ByHand {
  def main(arguments: Array[String]): Unit = {
    val Array(job, port, intervalMs, checkpoint) = arguments
    val conf = new SparkConf().setAppName("ByHand")
    val context = new StreamingContext(conf, Milliseconds(intervalMs.toLong))
    context.addStreamingListener(Times)
    val lines = context.socketTextStream("127.0.0.1", port.toInt, StorageLevel.MEMORY_AND_DISK)
    val pairs = lines.flatMap(_.split(" ").filter(_.nonEmpty)).map(word => (word, 1L))
    val counts: DStream[(String, Long)] = job match {
      case "wordcount" => pairs.reduceByKey(_ + _)
      case "running_wordcount" =>
        context.checkpoint(checkpoint)
        pairs.updateStateByKey((ones: Seq[Long], total: Option[Long]) =>
          Some(total.getOrElse(0L) + ones.sum)
        )
    }
    counts.foreachRDD { rdd =>
      rdd.map { case (word, count) => s"$word,$count".getBytes("UTF-8").length.toLong }.fold(0L)(_ + _)
      ()
    }
    context.start()
    context.awaitTermination()
  }
}

object Times extends StreamingListener {
  override def onBatchCompleted(completed: StreamingListenerBatchCompleted): Unit = {
    val batch = completed.batchInfo
    val began = batch.outputOperationInfos.values.flatMap(_.startTime).min
    println(s"batch ${batch.numRecords} $began ${batch.processingEndTime.get}")
  }
}
