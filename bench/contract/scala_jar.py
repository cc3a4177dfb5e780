"""Scala sources of ours as a JAR, by the compiler that Spark brings along.

All of a package's are compiled at once, for the very Spark that is to run them, in a process of its
own; a JRE is enough.  The JAR is kept in the user's cache under the digest of all it was made from.
The harness names the cache (:data:`CACHE`) and makes the JAR ahead of time; whoever finds none
makes it then.
"""

from __future__ import annotations

import hashlib
import importlib.resources
import os
import re
import subprocess
from collections.abc import Iterator
from typing import Any, Optional

from . import EngineError
from .kept import kept

#: Environment variable with the folder of the cache.
CACHE = "SPARKBENCH_CACHE"
FOLDER = "scala"

#: The classes of the compiler itself; Spark's own are looked up by what is compiled.
_COMPILER = re.compile(r"(scala-(compiler|library|reflect)|jline|jna)-.*\.jar")

#: A short life on few classes: no optimizing compiler, no threads to collect garbage.  The
#: compiler's recursion needs more stack than a thread has by default.
JVM = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss8m", "-Dfile.encoding=UTF-8")

COMPILE_S = 240.0

Sources = dict[str, bytes]


def sources(package: str) -> Sources:
    """Name to text of the Scala files in a package and the folders below it."""
    return dict(sorted(_walk(importlib.resources.files(package), "")))


def add_jar(context: Any, package: str, spark_home: str) -> Any:
    """Make the classes of a package's JAR known to a SparkContext; the class loader with them.

    Raises :class:`EngineError` where they cannot be compiled.
    """
    jvm = context._jvm
    loader = jvm.java.lang.Thread.currentThread().getContextClassLoader()
    java = str(jvm.java.lang.System.getProperty("java.home"))
    folder = _folder() or str(context._temp_dir)
    jar = jar_for(package, spark_home, os.path.join(java, "bin", "java"), folder)
    url = jvm.java.io.File(jar).toURI().toURL()
    if not any(known.equals(url) for known in loader.getURLs()):
        loader.addURL(url)
        if not context._jsc.sc().isLocal():
            context._jsc.addJar(jar)
    return loader


def jar_for(package: str, spark_home: str, java: str, folder: str) -> str:
    """The path of the JAR for a Spark, compiled now where ``folder`` does not hold it yet.

    ``java`` is the program.  Raises :class:`EngineError` in a sentence.
    """
    texts = sources(package)
    jar = _place(folder, package, texts, spark_home)
    kept(jar, lambda made: _compile(made, texts, spark_home, java))
    return jar


def is_made(package: str, spark_home: str, folder: str) -> bool:
    """Whether the JAR is kept."""
    return os.path.exists(_place(folder, package, sources(package), spark_home))


def _place(folder: str, package: str, texts: Sources, spark_home: str) -> str:
    digest = hashlib.sha256()
    names = " ".join(sorted(n for n in _jars(spark_home) if n.startswith(("scala-", "spark-"))))
    for part in (names.encode(), *(part for n, t in texts.items() for part in (n.encode(), t))):
        digest.update(part + b"\0")
    return os.path.join(folder, f"{package}-{digest.hexdigest()[:20]}.jar")


def _compile(made: str, texts: Sources, spark_home: str, java: str) -> None:
    jars, work = os.path.join(spark_home, "jars"), os.path.dirname(made)
    own = [os.path.join(jars, name) for name in _jars(spark_home) if _COMPILER.fullmatch(name)]
    if not any(os.path.basename(name).startswith("scala-compiler") for name in own):
        raise EngineError(f"{jars} holds no scala-compiler, which PySpark brings along")
    files = []
    for name, text in texts.items():
        files.append(os.path.join(work, name.replace("/", "-")))
        with open(files[-1], "wb") as file:
            file.write(text)
    command = [
        *(java, *JVM, "-cp", os.pathsep.join(own), "scala.tools.nsc.Main", "-nowarn"),
        *("-encoding", "UTF-8", "-cp", os.path.join(jars, "*"), "-d", made, *files),
    ]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=COMPILE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise EngineError(f"the Scala compiler did not run: {problem}") from None
    if done.returncode or not os.path.exists(made):
        raise EngineError(f"the Scala compiler refused: {_first_error(done, work)}")


def _first_error(done: Any, work: str) -> str:
    """Its first message, with file and line."""
    said: list[str] = (done.stdout + done.stderr).decode("utf-8", "replace").splitlines()
    first = next((line for line in said if "error:" in line), said[0] if said else "")
    return first.replace(work + os.sep, "") or f"exit code {done.returncode}"


def _walk(folder: Any, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _walk(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".scala"):
            yield prefix + entry.name, entry.read_bytes()


def _jars(spark_home: str) -> list[str]:
    return os.listdir(os.path.join(spark_home, "jars"))


def _folder() -> Optional[str]:
    cache = os.environ.get(CACHE)
    if not cache:
        return None
    folder = os.path.join(os.path.abspath(os.path.expanduser(cache)), FOLDER)
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK | os.X_OK) else None
