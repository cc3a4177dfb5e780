"""The events of ``StreamingListener`` as text: one call from the JVM a batch.

pyspark's own listener calls into Python five times a batch and hands over objects, whose fields
take some twenty calls back: several milliseconds, where a batch on the JVM path takes about twenty.
Here Java gathers what is needed and calls once.
"""

from __future__ import annotations

NAME = "sparkbench.events.Events"

SOURCE = """
package sparkbench.events;

import java.util.Iterator;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.spark.streaming.api.java.JavaBatchInfo;
import org.apache.spark.streaming.api.java.JavaOutputOperationInfo;
import org.apache.spark.streaming.api.java.JavaReceiverInfo;
import org.apache.spark.streaming.api.java.JavaStreamInputInfo;
import org.apache.spark.streaming.api.java.JavaStreamingListener;
import org.apache.spark.streaming.api.java.JavaStreamingListenerBatchCompleted;
import org.apache.spark.streaming.api.java.JavaStreamingListenerReceiverError;
import org.apache.spark.streaming.api.java.JavaStreamingListenerReceiverStarted;
import org.apache.spark.streaming.api.java.JavaStreamingListenerReceiverStopped;

public class Events extends JavaStreamingListener {
  private Consumer target;
  private Map counts;
  private boolean told;

  public void send(Consumer to) {
    target = to;
  }

  // Milliseconds of a batch to its records and bytes; taken out with the batch's event, and told
  // with it where they are those of the input.
  public void counts(Map of, boolean told) {
    counts = of;
    this.told = told;
  }

  public void onBatchCompleted(JavaStreamingListenerBatchCompleted event) {
    JavaBatchInfo info = event.batchInfo();
    StringBuilder out = new StringBuilder("batch\\n");
    // A batch's own times are stamped by the scheduler's event loop, which a busy machine may keep
    // waiting until the job has ended; those of its output operations in the job's thread.
    long started = info.processingStartTime();
    for (Iterator all = info.outputOperationInfos().values().iterator(); all.hasNext();) {
      long start = ((JavaOutputOperationInfo) all.next()).startTime();
      if (start > 0) {
        started = Math.min(started, start);
      }
    }
    out.append(info.batchTime().milliseconds()).append(' ').append(info.submissionTime());
    out.append(' ').append(started);
    out.append(' ').append(info.processingEndTime()).append('\\n');
    for (Iterator all = info.streamIdToInputInfo().entrySet().iterator(); all.hasNext();) {
      Map.Entry entry = (Map.Entry) all.next();
      out.append(entry.getKey()).append(' ');
      out.append(((JavaStreamInputInfo) entry.getValue()).numRecords()).append(' ');
    }
    out.append('\\n');
    for (Iterator all = info.streamIdToInputInfo().values().iterator(); all.hasNext();) {
      // Of files, their names, one a line; of sockets nothing.
      String files = ((JavaStreamInputInfo) all.next()).metadataDescription();
      if (files != null) {
        out.append(files.replace('\\n', '\\t')).append('\\t');
      }
    }
    out.append('\\n');
    String failure = "";
    for (Iterator all = info.outputOperationInfos().values().iterator(); all.hasNext();) {
      JavaOutputOperationInfo operation = (JavaOutputOperationInfo) all.next();
      // The end of the output action.
      out.append(operation.endTime()).append(' ');
      if (failure.length() == 0 && operation.failureReason() != null) {
        failure = operation.failureReason();
      }
    }
    out.append('\\n');
    Object millis = Long.valueOf(info.batchTime().milliseconds());
    long[] counted = counts == null ? null : (long[]) counts.remove(millis);
    if (counted != null && told) {
      out.append(counted[0]).append(' ').append(counted[1]);
    }
    target.accept(out.append('\\n').append(failure).toString());
  }

  public void onReceiverStarted(JavaStreamingListenerReceiverStarted event) {
    receiver("started", event.receiverInfo());
  }

  public void onReceiverError(JavaStreamingListenerReceiverError event) {
    receiver("lost", event.receiverInfo());
  }

  public void onReceiverStopped(JavaStreamingListenerReceiverStopped event) {
    receiver("lost", event.receiverInfo());
  }

  private void receiver(String what, JavaReceiverInfo info) {
    target.accept(what + '\\n' + info.streamId() + '\\n' + info.lastErrorMessage());
  }
}
"""
