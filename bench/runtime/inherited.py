"""What a trial's Spark inherits from the user: settings, variables, packages on the path.

What changes Spark's settings is honoured and recorded with its origin, so that a result says why;
what would put another Spark in the place of ours is taken out; what lets no JVM start, or breaks
the method, is refused in a sentence before the first trial.
"""

from __future__ import annotations

import os
import pwd
import re
import shlex
import shutil
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from importlib.machinery import PathFinder
from itertools import pairwise
from pathlib import Path

from bench.process.variables import TAKEN_OUT

#: Variables with options for every JVM that is started.
JVM_VARIABLES = ("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")
#: Where a cluster's Hadoop configuration lies, whose settings Spark takes over without a name.
HADOOP = "HADOOP_CONF_DIR"
#: Variables that Spark itself takes settings from, and which setting each one stands for.
SPARK_VARIABLES = {
    "SPARK_DRIVER_MEMORY": "spark.driver.memory",
    "SPARK_EXECUTOR_MEMORY": "spark.executor.memory",
    "SPARK_EXECUTOR_CORES": "spark.executor.cores",
    "SPARK_PUBLIC_DNS": "spark.driver.host",
    "SPARK_USER": "spark.user",
}
#: Which Python the workers of a cluster are.
WORKERS = "PYSPARK_PYTHON"
SUBMIT = "PYSPARK_SUBMIT_ARGS"
SHELL = "pyspark-shell"
DRIVER_OPTIONS = "spark.driver.extraJavaOptions"
_SUBMIT_WORDS = {"--driver-memory": "spark.driver.memory", "--driver-java-options": DRIVER_OPTIONS}
_CONF_WORDS = ("--conf", "-c")
_COLLECTOR = re.compile(r"-XX:\+Use\w+GC\b")

#: Settings with which no trial of ours can run, and why.
REFUSED = {
    "spark.remote": "DStreams do not exist in Spark Connect, and a trial looks into its own JVM",
    "spark.submit.deployMode": "a trial's driver has to be its own process",
    "spark.task.cpus": (
        "arms are given task slots, a core each, and without one of its own a receiver starves "
        "without a word"
    ),
    "spark.streaming.clock": "batches are due by the machine's clock, which the load goes by too",
}
_FINE = {
    "spark.submit.deployMode": "client",
    "spark.task.cpus": "1",
    "spark.streaming.clock": "org.apache.spark.util.SystemClock",
}


@dataclass(frozen=True)
class Inherited:
    """A setting (``spark.…``) or variable that is not as Spark has it by itself, and its origin."""

    key: str
    value: str
    origin: str

    def __str__(self) -> str:
        return f"{self.key}={self.value} ({self.origin})"


def read_defaults(text: str) -> dict[str, str]:
    """The settings of a ``spark-defaults.conf``, which Spark reads as Java properties."""
    found = {}
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        line = line.strip()
        if line and line[0] not in "#!":
            key, _, value = re.sub(r"\s*[=:\s]\s*", "\0", line, count=1).partition("\0")
            if key.startswith("spark."):
                found[key] = value.strip()
    return found


def defaults_file(environ: Mapping[str, str], spark_home: Path | None) -> Path | None:
    """The ``spark-defaults.conf`` that Spark will read, ``None`` where there is none."""
    folder = environ.get("SPARK_CONF_DIR")
    place = Path(folder) if folder else None if spark_home is None else spark_home / "conf"
    file = None if place is None else place / "spark-defaults.conf"
    return file if file is not None and file.is_file() else None


def submitted(environ: Mapping[str, str]) -> dict[str, str]:
    """The settings in ``PYSPARK_SUBMIT_ARGS``: ``--conf`` and the commonest words for one."""
    found = {}
    parts = shlex.split(environ.get(SUBMIT, ""))
    for option, value in pairwise(parts):
        if option in _CONF_WORDS:
            key, _, setting = value.partition("=")
            found[key] = setting
        elif option in _SUBMIT_WORDS:
            found[_SUBMIT_WORDS[option]] = value
    return found


def inherited(environ: Mapping[str, str] | None = None) -> list[Inherited]:
    """Everything that our own Spark will take from the user's files and environment, sorted.

    What stands later in Spark's own order wins: the file, then variables, then submitted words.
    """
    environ = os.environ if environ is None else environ
    found: dict[str, Inherited] = {}
    file = defaults_file(environ, _spark_home())
    if file is not None:
        try:
            text = file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            text = ""
        found |= {k: Inherited(k, v, str(file)) for k, v in read_defaults(text).items()}
    for name, key in SPARK_VARIABLES.items():
        if environ.get(name) and key not in found:
            found[key] = Inherited(key, environ[name], name)
    found |= {k: Inherited(k, v, SUBMIT) for k, v in submitted(environ).items()}
    for name in (*JVM_VARIABLES, HADOOP):
        if environ.get(name):
            found[name] = Inherited(name, environ[name], "environment")
    return [found[key] for key in sorted(found)]


def submit_words(
    decided: Collection[str], environ: Mapping[str, str] | None = None
) -> dict[str, str]:
    """``PYSPARK_SUBMIT_ARGS`` without the settings ``decided``, where it names any of them.

    Words submitted come last in the command that starts the JVM: a memory or Java options in them
    would win over a trial's own, while Spark tells the trial's.
    """
    environ = os.environ if environ is None else environ
    if not set(submitted(environ)) & set(decided):
        return {}
    kept, words = [], iter(shlex.split(environ.get(SUBMIT, "")))
    for word in words:
        key = None
        if word in _SUBMIT_WORDS or word in _CONF_WORDS:
            value = next(words, "")
            key = _SUBMIT_WORDS.get(word) or value.partition("=")[0]
            kept += [] if key in decided else [word, value]
        else:
            kept.append(word)
    return {SUBMIT: shlex.join(kept if SHELL in kept else [*kept, SHELL])}


def collectors(
    environ: Mapping[str, str] | None = None, decided: Collection[str] = ()
) -> dict[str, str]:
    """Origin to the collector it names, over everything inherited but the settings ``decided``."""
    named = {}
    for one in inherited(environ):
        if one.key in JVM_VARIABLES or (one.key == DRIVER_OPTIONS and one.key not in decided):
            for flag in _COLLECTOR.findall(one.value):
                origin = one.key if one.origin == "environment" else f"{one.key} in {one.origin}"
                named[origin] = flag
    return named


def taken_out(environ: Mapping[str, str] | None = None) -> list[str]:
    """A sentence for each variable that trials do without."""
    environ = os.environ if environ is None else environ
    told = [
        f"{name}={environ[name]} is taken out of trials: {why}"
        for name, why in TAKEN_OUT.items()
        if environ.get(name)
    ]
    asked = environ.get(WORKERS)
    if asked and shutil.which(asked) != sys.executable:
        told.append(
            f"{WORKERS}={asked} counts on a cluster only: with a local master Python workers are "
            f"the driver's own interpreter, {sys.executable}"
        )
    return told


def refusals(environ: Mapping[str, str] | None = None, decided: Collection[str] = ()) -> list[str]:
    """A sentence, with what to do, for each thing that would keep every trial from running.

    ``decided``: settings that trials make themselves, whatever is inherited.
    """
    environ = os.environ if environ is None else environ
    found = []
    named = collectors(environ, decided)
    if len(set(named.values())) > 1:
        told = ", ".join(f"{flag} ({origin})" for origin, flag in named.items())
        found.append(f"a JVM takes one garbage collector, and here are several: {told}; keep one")
    for one in inherited(environ):
        if one.key in REFUSED and one.value != _FINE.get(one.key):
            found.append(f"{one}: {REFUSED[one.key]}; take it out")
    other = other_pyspark()
    if other is not None:
        found.append(
            f"another pyspark comes first on the path: {other}; take its folder off PYTHONPATH"
        )
    if not has_name():
        found.append(
            f"the user id {os.getuid()} has no entry in passwd, and Spark asks the system for its "
            "name: run as another user, or add a line for it to /etc/passwd"
        )
    return found


def has_name() -> bool:
    """Whether the system knows a name for our user id, without which Hadoop's login fails."""
    try:
        return bool(pwd.getpwuid(os.getuid()).pw_name)
    except KeyError:
        return False


def other_pyspark(path: list[str] | None = None) -> str | None:
    """Where a pyspark lies that is imported in the place of the installed one, with its version."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        installed = distribution("pyspark")
    except PackageNotFoundError:
        return None
    spec = PathFinder.find_spec("pyspark", sys.path if path is None else path)
    if spec is None or spec.origin is None:
        return None
    place = Path(spec.origin).resolve().parent
    wanted = Path(str(installed.locate_file("pyspark"))).resolve()
    if place == wanted or installed.files is None:
        return None
    version = ""
    for file in ("version.py", "__init__.py"):
        if (place / file).is_file():
            text = (place / file).read_text(encoding="utf-8", errors="replace")
            told = re.search(r"__version__[^=]*=\s*['\"]([^'\"]+)", text)
            version = version or (told[1] if told else "")
    return f"{place} ({version or 'of no known version'}, not {installed.version})"


def _spark_home() -> Path | None:
    spec = PathFinder.find_spec("pyspark", sys.path)
    return None if spec is None or spec.origin is None else Path(spec.origin).parent
