"""From the source's Java files to classes that a running session knows.

Spark ships a compiler that needs no more than a JRE, Janino, with which it compiles what it
generates.  So the files are compiled against the very Spark that is to run them, into a JAR that is
kept under the digest of all it was made from, and that JAR is added to the session.
"""

from __future__ import annotations

import hashlib
import os
import pkgutil
import re
import stat
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from typing import Any, Optional

PACKAGE = "sparkbench.socket"
SOURCE_CLASS = f"{PACKAGE}.NativeSocket"

#: The files by folder, which all belong to that one package; always compiled.
_FOLDERS = {
    "": "NativeSocket NativeSocketError Settings SocketOffset SocketStream Status",
    "lines/": "Blocks Buffers Bytes Chunks Framer Lines Mark MemoryLines Receiver",
    "spool/": "Identity Recovery Segment SegmentReader SegmentWriter SpoolLines SpoolLock",
    "batches/": "ColumnarLines LinePartition LineVector Readers Shipment ShippedPartition",
    "rows/": (
        "ContinuousReader ContinuousReaders ContinuousSocketStream "
        "OpenPartition OpenReader Outpost RemotePartition"
    ),
    "trace/": "Cursor RowSink Trace",
}
FILES = tuple(folder + name for folder, names in _FOLDERS.items() for name in names.split())

#: Compiled where Spark has the interface beside it.
OPTIONAL_FILES = {
    f"rows/{name}": "org.apache.spark.sql.connector.read.streaming.SupportsRealTimeMode"
    for name in ("RealTimeReader", "RealTimeReaders", "RealTimeStream")
}

#: Where Spark looks for the short names of data sources (``java.util.ServiceLoader``).
SERVICES = "META-INF/services/org.apache.spark.sql.sources.DataSourceRegister"


class NativeUnavailable(RuntimeError):
    """This session cannot have the source; the text is one sentence for the user."""


def register(session: Any) -> None:
    """Make ``format("native_socket")`` known to a running session.  Idempotent.

    Raises :class:`NativeUnavailable` for a session without a JVM of its own (Spark Connect).
    """
    if getattr(session, "_jsparkSession", None) is None:
        raise NativeUnavailable(
            "the native socket source needs a session with its JVM beside it, and this one is of "
            "Spark Connect: put the JAR into the server's spark.jars instead"
        )
    loader = _loader(session)
    if _load(loader, SOURCE_CLASS) is not None:
        return
    jar = jar_for(session)
    loader.addURL(session._jvm.java.io.File(jar).toURI().toURL())
    if not session.sparkContext._jsc.sc().isLocal():
        session.sparkContext._jsc.addJar(jar)


def native_object(session: Any, name: str) -> Any:
    """A new object of one of the source's public classes, after :func:`register`."""
    made = _loader(session).loadClass(f"{PACKAGE}.{name}")
    gateway, jvm = session.sparkContext._gateway, session._jvm
    no_types = gateway.new_array(jvm.java.lang.Class, 0)
    no_values = gateway.new_array(jvm.java.lang.Object, 0)
    return made.getDeclaredConstructor(no_types).newInstance(no_values)


def spoken(text: str) -> Optional[str]:
    """The sentence of the source's error inside a Spark error's text, ``None`` without one."""
    found = re.findall(r"\bNativeSocketError: (.*)", text)
    return found[-1].strip() if found else None


def jar_for(session: Any) -> str:
    """The path of the JAR for this session's Spark and Java, compiled where it is not kept yet."""
    loader = _loader(session)
    names = [*FILES, *(n for n, needs in OPTIONAL_FILES.items() if _load(loader, needs))]
    sources = {name: _source(name) for name in sorted(names)}
    digest = hashlib.sha256()
    for part in (session.version, *(part for pair in sources.items() for part in pair)):
        digest.update(part.encode() + b"\0")
    folder = _cache_folder()
    if folder is None:
        folder = session.sparkContext._temp_dir
    path = os.path.join(folder, f"native-socket-{session.version}-{digest.hexdigest()[:16]}.jar")
    if not os.path.exists(path):
        _write(path, _compile(session, loader, sources))
    return path


def _compile(session: Any, loader: Any, sources: dict[str, str]) -> dict[str, bytes]:
    """Class files by their place in the JAR."""
    jvm, gateway = session._jvm, session.sparkContext._gateway
    resources = jvm.org.codehaus.commons.compiler.util.resource
    made = jvm.java.util.HashMap()
    compiler = jvm.org.codehaus.janino.Compiler()
    compiler.setIClassLoader(jvm.org.codehaus.janino.ClassLoaderIClassLoader(loader))
    compiler.setClassFileCreator(resources.MapResourceCreator(made))
    given = gateway.new_array(resources.Resource, len(sources))
    for number, (name, text) in enumerate(sources.items()):
        place = f"{PACKAGE.replace('.', '/')}/{os.path.basename(name)}.java"
        given[number] = resources.StringResource(place, text)
    compiler.compile(given)
    return {str(place): bytes(made.get(place)) for place in made.keySet()}


def _write(path: str, classes: dict[str, bytes]) -> None:
    """Beside its place and renamed, so that whoever looks sees a whole one or none."""
    descriptor, temporary = tempfile.mkstemp(dir=os.path.dirname(path), suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file, zipfile.ZipFile(file, "w") as jar:
            jar.writestr(SERVICES, SOURCE_CLASS + "\n")
            for place in sorted(classes):
                jar.writestr(place, classes[place])
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _source(name: str) -> str:
    data = pkgutil.get_data(__name__.rpartition(".")[0], f"{name}.java")
    assert data is not None
    return data.decode("utf-8")


def _loader(session: Any) -> Any:
    """The class loader that Spark looks into, and that takes JARs while it runs."""
    return session._jvm.java.lang.Thread.currentThread().getContextClassLoader()


def _load(loader: Any, name: str) -> Optional[Any]:
    try:
        return loader.loadClass(name)
    except Exception:  # py4j wraps ClassNotFoundException
        return None


def _cache_folder() -> Optional[str]:
    """This user's own folder for what can be made again, ``None`` where there is none."""
    for folder in _candidates():
        try:
            os.makedirs(folder, mode=0o700, exist_ok=True)
            state = os.stat(folder)
        except OSError:
            continue
        # Where others may write, they could leave classes for this user to run.
        mine = state.st_uid == os.getuid() and not state.st_mode & (stat.S_IWOTH | stat.S_IWGRP)
        if mine and os.access(folder, os.W_OK | os.X_OK):
            return folder
    return None


def _candidates() -> Iterator[str]:
    if chosen := os.environ.get("SPARKBENCH_CACHE"):
        yield os.path.join(os.path.abspath(os.path.expanduser(chosen)), "native")
        return
    if (xdg := os.environ.get("XDG_CACHE_HOME", "")).startswith("/"):
        yield os.path.join(xdg, "sparkbench", "native")
    if home := os.environ.get("HOME"):
        caches = "Library/Caches" if sys.platform == "darwin" else ".cache"
        yield os.path.join(home, caches, "sparkbench", "native")
