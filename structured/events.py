"""The events of ``StreamingQueryListener`` as text: one call from the JVM a batch.

pyspark's own listener turns each event into Python objects, a hundred calls into the JVM and 60 ms
of CPU time a batch; taking the progress as the JSON that Spark makes of it still costs three calls
and 1 to 2.5 ms, where a batch takes about 60.  Here Java gathers what is needed and calls once.

A progress comes as JSON, a part of what ``StreamingQueryProgress.json`` says: ``runId``,
``batchId``, ``timestamp``, ``durationMs``, of each of the ``sources`` its ``description``,
``startOffset`` and ``endOffset`` (as text, null before the first), and ``observedMetrics``.
"""

from __future__ import annotations

NAME = "sparkbench.events.Progress"

SOURCE = """
package sparkbench.events;

import java.util.Iterator;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.SourceProgress;
import org.apache.spark.sql.streaming.StreamingQueryListener;
import org.apache.spark.sql.streaming.StreamingQueryProgress;

public class Progress extends StreamingQueryListener {
  private Consumer target;

  public void send(Consumer to) {
    target = to;
  }

  public void onQueryStarted(StreamingQueryListener.QueryStartedEvent event) {
    target.accept("started\\n" + event.runId());
  }

  public void onQueryTerminated(StreamingQueryListener.QueryTerminatedEvent event) {
    target.accept("terminated\\n" + event.runId());
  }

  public void onQueryProgress(StreamingQueryListener.QueryProgressEvent event) {
    target.accept("progress\\n" + text(event.progress()));
  }

  public String text(StreamingQueryProgress progress) {
    StringBuilder out = new StringBuilder(512);
    out.append("{\\"runId\\":\\"").append(progress.runId()).append("\\",\\"batchId\\":");
    out.append(progress.batchId()).append(",\\"timestamp\\":");
    quote(out, progress.timestamp());
    out.append(",\\"durationMs\\":{");
    String comma = "";
    for (Iterator all = progress.durationMs().entrySet().iterator(); all.hasNext();) {
      Map.Entry entry = (Map.Entry) all.next();
      quote(out.append(comma), (String) entry.getKey());
      out.append(':').append(entry.getValue());
      comma = ",";
    }
    out.append("},\\"sources\\":[");
    SourceProgress[] sources = progress.sources();
    for (int i = 0; i < sources.length; i++) {
      quote(out.append(i == 0 ? "{\\"description\\":" : ",{\\"description\\":"),
          sources[i].description());
      quote(out.append(",\\"startOffset\\":"), sources[i].startOffset());
      quote(out.append(",\\"endOffset\\":"), sources[i].endOffset());
      out.append('}');
    }
    out.append("],\\"observedMetrics\\":{");
    comma = "";
    for (Iterator all = progress.observedMetrics().entrySet().iterator(); all.hasNext();) {
      Map.Entry entry = (Map.Entry) all.next();
      quote(out.append(comma), (String) entry.getKey());
      row(out.append(':'), (Row) entry.getValue());
      comma = ",";
    }
    return out.append("}}").toString();
  }

  private static void row(StringBuilder out, Row row) {
    String[] names = row.schema().fieldNames();
    out.append('{');
    for (int i = 0; i < names.length; i++) {
      quote(i == 0 ? out : out.append(','), names[i]);
      out.append(':');
      Object value = row.get(i);
      if (value == null || value instanceof Number) {
        out.append(value);
      } else {
        quote(out, value.toString());
      }
    }
    out.append('}');
  }

  private static void quote(StringBuilder out, String text) {
    if (text == null) {
      out.append("null");
      return;
    }
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\\\') {
        out.append('\\\\').append(c);
      } else if (c < ' ') {
        out.append('\\\\').append("u00").append(Character.forDigit(c >> 4, 16));
        out.append(Character.forDigit(c & 15, 16));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
"""
