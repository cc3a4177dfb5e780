"""Class-data archives: a JVM that maps the classes of Spark instead of reading them from JARs.

Most of the time from a JVM's start to its first batches goes into finding, parsing and verifying
about ten thousand classes.  An archive made once (application class-data sharing, JEP 310) holds
them ready, those of the JDK included, which some runtimes come without.  It changes where classes
come from and nothing else: no compiler or collector setting depends on it.  There is one for each
Java and set of Spark JARs, in the user's cache, for both engines alike.

``SPARKBENCH_CDS=off`` does without.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.errors import EnvironmentProblem
from bench.process.cache import cache_dir
from bench.runtime.interpreter import Interpreter, own
from bench.runtime.java import SPARK, JavaChoice, find_java
from bench.runtime.probe import probe

SWITCH = "SPARKBENCH_CDS"
OFF = frozenset({"off", "no", "false", "0"})

#: An archive holds references into the heap that fit one collector; trials pin the same one.
COLLECTOR = "-XX:+UseG1GC"

#: What the JVM has to say of an archive would land on the standard output, among the batches.
SILENT = ("-Xlog:cds*=off",)

#: Older ones read no options from a file and archive no classes of programs without being asked.
FIRST_JAVA = 11

#: Raised when what is archived changes, so that earlier archives are not used any more.
RECIPE = 1

#: What puts more on Spark's class path than its own JARs.
_MORE_CLASSES = (
    *("SPARK_DIST_CLASSPATH", "SPARK_PREPEND_CLASSES", "SPARK_CLASSPATH"),
    *("HADOOP_CONF_DIR", "YARN_CONF_DIR"),
)


#: The note where there could be an archive and is none.
NOT_MADE = "none has been made yet"


@dataclass(frozen=True)
class ClassArchive:
    """An archive to use and the class path it was made with, or no ``path`` and why not."""

    path: Path | None
    note: str = ""
    class_path: str = ""

    def java_options(self, folder: Path) -> str:
        """What to add to a driver's Java options; empty without an archive.

        They stand in a file in ``folder``, which has to stay until the JVM has started.  A JVM that
        cannot use the archive goes on without: it checks Java, JARs and settings itself.
        """
        if self.path is None:
            return ""
        options = ["-Xshare:auto", f"-XX:SharedArchiveFile={self.path}"]
        return java_arguments(folder, [*options, *SILENT], self.class_path)


def java_arguments(folder: Path, options: Sequence[str], class_path: str) -> str:
    """Write options into a file of arguments for ``java`` in ``folder``; the option that names it.

    The class path comes last on the command line and so replaces the one that Spark's launcher
    makes.  That one names the JAR of slf4j-api twice, first by itself and then by a wildcard, for
    which a Java of 21 refuses an archive it has made itself.  The order stays the same.
    """
    lines = [*options, "-cp", class_path]
    quoted = [line.replace("\\", "\\\\").replace('"', '\\"') for line in lines]
    file = folder / "java.args"
    file.write_text("".join(f'"{line}"\n' for line in quoted))
    return f'"@{file}"'


@dataclass(frozen=True)
class Place:
    """Where an archive belongs, and what it is made of and for."""

    java: JavaChoice
    class_path: str
    folder: Path
    key: str
    interpreter: Interpreter

    @property
    def archive(self) -> Path:
        """The archive itself."""
        return self.folder / f"{self.key}.jsa"

    @property
    def record(self) -> Path:
        """Size and digest of the files; written last, so that what it names is whole."""
        return self.folder / f"{self.key}.json"

    @property
    def failure(self) -> Path:
        """Why the last attempt to make it failed."""
        return self.folder / f"{self.key}.failed"


def locate(environ: Mapping[str, str], interpreter: Interpreter | None = None) -> Place | str:
    """Where the archive belongs, or why there cannot be one."""
    interpreter = interpreter or own()
    environ = {**environ, **interpreter.variables()}
    other = interpreter.spark if interpreter.code is not None else None
    java = find_java(environ, spark=other or SPARK)
    if java.major < FIRST_JAVA:
        return f"Java {java.major} cannot make one that Spark could use"
    home = spark_home(environ)
    for name in _MORE_CLASSES:
        if environ.get(name):
            return f"{name} is set and changes Spark's class path"
    conf = Path(environ.get("SPARK_CONF_DIR") or home / "conf")
    if conf.is_dir() and any(conf.iterdir()):
        return f"{conf} is on Spark's class path and holds files, which no archive allows"
    jars = _jars(home)
    if not jars:
        return f"{home / 'jars'} holds no JARs"
    identity = [
        RECIPE,
        COLLECTOR,
        java.version,
        _files(_java_files(java)),
        str(home),
        interpreter.spark,
        _files(sorted(jars)),
    ]
    key = hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:16]
    class_path = os.pathsep.join(map(str, jars))
    return Place(java, class_path, cache_dir(environ) / "classes", key, interpreter)


def intact(place: Place) -> ClassArchive | None:
    """The archive if it is there, byte for byte as its record says.

    The JVM checks an archive's header, not its content: a damaged one could crash it.
    """
    try:
        record: dict[str, Any] = json.loads(place.record.read_text())
        files = record["files"]
        whole = place.archive.name in files and all(
            digest_of(place.folder / name) == digest for name, digest in files.items()
        )
        return ClassArchive(place.archive, "", str(record["class_path"])) if whole else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def digest_of(path: Path) -> str:
    """SHA-256 of a file in hex; read once per process as long as the file stays the same."""
    state = path.stat()
    return _digest(path, state.st_size, state.st_mtime_ns, state.st_ino)


@functools.cache
def _digest(path: Path, size: int, changed_ns: int, inode: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _java_files(java: JavaChoice) -> list[Path]:
    """What the JVM is made of; ``java.home`` may be a script of ours in front of it."""
    found = probe(java.home / "bin" / "java")
    home = found.home if found is not None and found.home is not None else java.home
    return [home / "lib" / "modules", home / "lib" / "server" / "libjvm.so"]


def _files(paths: list[Path]) -> list[tuple[str, int, int]]:
    """Name, size and time of change: what the JVM compares as well."""
    found = []
    for path in paths:
        try:
            state = path.stat()
        except OSError:
            continue
        found.append((str(path), state.st_size, state.st_mtime_ns))
    return found


def spark_home(environ: Mapping[str, str]) -> Path:
    """Where the Spark of an environment stands, by default the one installed beside us."""
    if home := environ.get("SPARK_HOME"):
        return Path(home)
    spec = importlib.util.find_spec("pyspark")
    if spec is None or spec.origin is None:
        raise EnvironmentProblem("PySpark is not installed")
    return Path(spec.origin).parent


def _jars(home: Path) -> list[Path]:
    """Spark's JARs in the order its launcher and the JVM's wildcard give them: as the folder does.

    Only slf4j-api stands first (``AbstractCommandBuilder.buildClassPath``).
    """
    try:
        with os.scandir(home / "jars") as entries:
            found = [Path(entry.path) for entry in entries if entry.name.lower().endswith(".jar")]
    except OSError:
        return []
    return sorted(found, key=lambda jar: not jar.name.startswith("slf4j-api-"))
