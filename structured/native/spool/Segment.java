package sparkbench.socket;

import java.io.File;
import java.io.IOException;
import java.util.Iterator;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One file of a spool: whole lines, named by the bytes and records before it.
 *
 * <p>The format is that of the spooled source ({@code structured/spooled/segments.py}).
 */
final class Segment {
  private static final Pattern NAME = Pattern.compile("(\\d{20})-(\\d{20})\\.lines");

  final File file;
  final Mark start;

  Segment(File folder, Mark start) {
    this.file = new File(folder, padded(start.position) + "-" + padded(start.records) + ".lines");
    this.start = start;
  }

  /** The files of a spool by their start, the last of which may be torn. */
  static TreeMap list(File folder) throws IOException {
    String[] names = folder.list();
    if (names == null) {
      throw new IOException("it is not a directory");
    }
    TreeMap found = new TreeMap();
    for (int i = 0; i < names.length; i++) {
      Matcher match = NAME.matcher(names[i]);
      if (match.matches()) {
        Mark start = new Mark(Long.parseLong(match.group(1)), Long.parseLong(match.group(2)));
        found.put(Long.valueOf(start.position), new Segment(folder, start));
      }
    }
    Segment before = null;
    for (Iterator all = found.values().iterator(); all.hasNext();) {
      Segment segment = (Segment) all.next();
      if (before != null) {
        before.mustEndAt(segment.start.position);
      }
      before = segment;
    }
    return found;
  }

  private void mustEndAt(long position) {
    long lacking = position - start.position - file.length();
    if (lacking != 0L) {
      throw new NativeSocketError("the spool file " + file + " "
          + (lacking > 0L ? "lacks " + lacking + " bytes" : "has " + -lacking + " too many")
          + ": it was cut or changed by something else, so what it held cannot be delivered");
    }
  }

  private static String padded(long number) {
    String digits = Long.toString(number);
    return "00000000000000000000".substring(digits.length()) + digits;
  }
}
