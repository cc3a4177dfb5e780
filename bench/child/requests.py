"""What Spark asks of the file system that a checkpoint lies on: a file system of our own counts it.

Spark's checkpoints go through Hadoop: the logs of a query through its ``FileContext`` (an
``AbstractFileSystem``) or its ``FileSystem``, as ``spark.sql.streaming.checkpointFileManagerClass``
says, state stores and a DStream's checkpoint through ``FileSystem``.  Both are counted, at the
calls that Spark makes: what the local file system does below one of them (checksums, a look before
a rename) is its own.  An object store's client turns the same calls into its requests, a rename
into a copy and a delete.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from bench.contract.janino import new_instance
from bench.contract.masters import is_local

NAME = "sparkbench.requests.Requests"

#: Kinds of requests, in the order in which the class counts them.
KINDS = ("creates", "renames", "lists", "opens", "deletes", "statuses", "mkdirs")

#: Return type, name, parameters, what follows them, and kind of each method that is counted; the
#: first parameter is the path.  Of ``FileSystem``:
_FILES = (
    (
        "FSDataOutputStream create",
        "Path p, FsPermission a, boolean b, int c, short d, long e, Progressable f",
        0,
    ),
    (
        "FSDataOutputStream create",
        "Path p, boolean b, int c, short d, long e, Progressable f",
        0,
    ),
    (
        "FSDataOutputStream createNonRecursive",
        "Path p, FsPermission a, EnumSet b, int c, short d, long e, Progressable f",
        0,
    ),
    ("boolean rename", "Path p, Path a", 1),
    ("FileStatus[] listStatus", "Path p", 2),
    ("RemoteIterator listLocatedStatus", "Path p", 2),
    ("FSDataInputStream open", "Path p, int a", 3),
    ("boolean delete", "Path p, boolean a", 4),
    ("FileStatus getFileStatus", "Path p", 5),
    ("boolean mkdirs", "Path p", 6),
    ("boolean mkdirs", "Path p, FsPermission a", 6),
)

#: ... and of ``AbstractFileSystem``.
_CONTEXT = (
    (
        "FSDataOutputStream createInternal",
        "Path p, EnumSet a, FsPermission b, int c, short d, long e, Progressable f, "
        "Options.ChecksumOpt g, boolean h",
        0,
    ),
    ("void renameInternal", "Path p, Path a", 1),
    ("void renameInternal", "Path p, Path a, boolean b", 1),
    ("FileStatus[] listStatus", "Path p", 2),
    ("RemoteIterator listStatusIterator", "Path p", 2),
    ("RemoteIterator listLocatedStatus", "Path p", 2),
    ("FSDataInputStream open", "Path p", 3),
    ("FSDataInputStream open", "Path p, int a", 3),
    ("boolean delete", "Path p, boolean a", 4),
    ("FileStatus getFileStatus", "Path p", 5),
    ("FileStatus getFileLinkStatus", "Path p", 5),
    ("void mkdir", "Path p, FsPermission a, boolean b", 6),
)


def _methods(of: tuple[tuple[str, str, int], ...]) -> str:
    text = ""
    for what, parameters, kind in of:
        kept, _space, method = what.rpartition(" ")
        names = ", ".join(one.rpartition(" ")[2] for one in parameters.split(", "))
        back = "" if kept == "void" else "return "
        text += (
            f"    public {what}({parameters}) throws IOException {{\n"
            f"      boolean outer = Requests.enter({kind}, p);\n"
            f"      try {{ {back}super.{method}({names}); }} finally {{ Requests.leave(outer); }}\n"
            "    }\n"
        )
    return text


SOURCE = f"""
package sparkbench.requests;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.AbstractFileSystem;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FilterFs;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

public class Requests {{
  private static final long BIN_MS = 10L;
  private static final ThreadLocal INSIDE = new ThreadLocal();
  private static final TreeMap BINS = new TreeMap();
  private static volatile String folder = null;

  // Whether this call is Spark's own, and not one that a file system makes of itself.
  static boolean enter(int kind, Path path) {{
    if (INSIDE.get() != null) {{
      return false;
    }}
    INSIDE.set(Boolean.TRUE);
    String under = folder;
    if (under != null && path.toUri().getPath().startsWith(under)) {{
      Long bin = Long.valueOf(System.currentTimeMillis() / BIN_MS * BIN_MS);
      synchronized (BINS) {{
        int[] counts = (int[]) BINS.get(bin);
        if (counts == null) {{
          counts = new int[{len(KINDS)}];
          BINS.put(bin, counts);
        }}
        counts[kind] += 1;
      }}
    }}
    return true;
  }}

  static void leave(boolean outer) {{
    if (outer) {{
      INSIDE.remove();
    }}
  }}

  public void count(String under) {{
    synchronized (BINS) {{
      BINS.clear();
    }}
    folder = under;
  }}

  // Moments, and what was asked within 10 ms from each on; what was told is forgotten.
  public String take() {{
    StringBuilder out = new StringBuilder();
    synchronized (BINS) {{
      Iterator entries = BINS.entrySet().iterator();
      while (entries.hasNext()) {{
        Map.Entry entry = (Map.Entry) entries.next();
        int[] counts = (int[]) entry.getValue();
        out.append(entry.getKey());
        for (int i = 0; i < counts.length; i++) {{
          out.append(' ').append(counts[i]);
        }}
        out.append('\\n');
      }}
      BINS.clear();
    }}
    return out.toString();
  }}

  public static class Checked extends LocalFileSystem {{
{_methods(_FILES)}
  }}

  public static class Raw extends RawLocalFileSystem {{
{_methods(_FILES)}
  }}

  public static class Context extends FilterFs {{
    public Context(URI uri, Configuration conf) throws URISyntaxException, IOException {{
      super(AbstractFileSystem.createFileSystem(uri, real(conf)));
    }}

    private static Configuration real(Configuration conf) {{
      Configuration own = new Configuration(conf);
      own.set("fs.AbstractFileSystem.file.impl", conf.get("sparkbench.requests.context"));
      return own;
    }}
{_methods(_CONTEXT)}
  }}
}}
"""

_FILE, _ABSTRACT = "fs.file.impl", "fs.AbstractFileSystem.file.impl"
_RAW = "org.apache.hadoop.fs.RawLocalFileSystem"
_KNOWN = (None, "", "org.apache.hadoop.fs.LocalFileSystem", _RAW, f"{NAME}$Checked", f"{NAME}$Raw")


class RequestCounter:
    """Counts from its making on what is asked below ``folder``.  For a local master."""

    def __init__(self, context: Any, folder: str) -> None:
        jvm, conf = context._jvm, context._jsc.hadoopConfiguration()
        files = jvm.org.apache.hadoop.fs.FileSystem
        self._spark = context._jsc.sc()
        self._counts = new_instance(context, NAME, SOURCE)
        # One is kept for all that ask for it; whoever asks from now on is to get ours.
        files.get(jvm.java.net.URI("file:///"), conf).close()
        before = conf.get(_FILE)
        conf.set(_FILE, f"{NAME}$Raw" if before in (_RAW, f"{NAME}$Raw") else f"{NAME}$Checked")
        if conf.get(_ABSTRACT) != f"{NAME}$Context":
            conf.set("sparkbench.requests.context", conf.get(_ABSTRACT))
            conf.set(_ABSTRACT, f"{NAME}$Context")
        self._counts.count(folder)

    def read(self) -> dict[str, Any]:
        """``bins``: Unix seconds and what was asked in 10 ms from then on, by :data:`KINDS`, since
        it was last read; ``tasks``: those running at this moment.
        """
        bins = []
        for line in str(self._counts.take()).splitlines():
            at_ms, *counts = map(int, line.split())
            bins.append([at_ms / 1e3, counts])
        return {"bins": bins, "tasks": running_tasks(self._spark)}


def counter(context: Any, master: str, folder: str | None) -> RequestCounter | None:
    """A counter for a checkpoint in a folder of this machine; ``None`` where it cannot count."""
    known = context._jsc.hadoopConfiguration().get(_FILE) in _KNOWN
    place = urlsplit(folder or "")
    here = place.scheme in ("", "file") and place.path.startswith("/")
    if not here or not is_local(master) or not known:
        return None
    return RequestCounter(context, place.path)


def running_tasks(spark: Any) -> int:
    """Tasks that run at this moment: those of receivers, and of queries that never let go.

    As the scheduler has it: the status tracker told of none in real-time mode (Spark 4.3.0), while
    the query's task ran.
    """
    counts = spark.taskScheduler().runningTasksByExecutors().values().iterator()
    total = 0
    while counts.hasNext():
        total += int(counts.next())
    return total
