"""Java, Spark, Python and the packages a trial needs."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import Path

from bench.contract.releases import RELEASES
from bench.errors import EnvironmentProblem
from bench.machine.finding import Finding
from bench.runtime.cds import NOT_MADE, ClassArchive
from bench.runtime.inherited import Inherited, other_pyspark
from bench.runtime.java import SPARK, JavaChoice, find_java
from bench.runtime.pythons import find_python
from bench.runtime.spark_env import made_environments

#: Python versions the harness runs on: first and last minor version of Python 3.
PYTHON_MINORS = (11, 13)

_REINSTALL = "install sparkbench into an environment of its own: pip install sparkbench"


def java(find: Callable[[], JavaChoice] = find_java) -> Finding:
    """The Java a trial would run on."""
    try:
        choice = find()
    except EnvironmentProblem as problem:
        return Finding("Java", "bad", "none that fits", str(problem))
    return Finding("Java", "ok", str(choice))


def spark(version: str | None, environ: Mapping[str, str]) -> Finding:
    """The Spark that trials run: the installed one, whatever ``SPARK_HOME`` says."""
    if version is None:
        return Finding("Spark", "bad", "pyspark is not installed", _REINSTALL)
    if other := other_pyspark():
        step = "take its folder off PYTHONPATH"
        return Finding("Spark", "bad", f"{version}, but {other} comes first", step)
    if not version.startswith(f"{SPARK}."):
        step = f"install the version sparkbench is written for: pip install 'pyspark~={SPARK}.0'"
        return Finding("Spark", "warn", version, step)
    if elsewhere := environ.get("SPARK_HOME"):
        return Finding("Spark", "ok", f"{version}; SPARK_HOME={elsewhere} is left out of trials")
    return Finding("Spark", "ok", version)


_UTF_8 = re.compile(r"utf-?8", re.IGNORECASE)


def surroundings(
    refused: Sequence[str], left_out: Sequence[str], settings: Sequence[str]
) -> Finding:
    """What trials would inherit from the user's files and environment."""
    if refused:
        return Finding("Settings", "bad", "; ".join(refused), "trials are refused until then")
    told = [*left_out, *(f"{one} changes trials" for one in settings)]
    if settings:
        step = "take them out where Spark's own defaults are to be measured; results name them"
        return Finding("Settings", "warn", "; ".join(told), step)
    return Finding("Settings", "ok", "; ".join(told) or "Spark's own, nothing inherited")


def charset(environ: Mapping[str, str], settings: Sequence[Inherited] = ()) -> Finding:
    """Whether locale or inherited options make Java 17 decode another charset than UTF-8."""
    for one in settings:
        asked = re.search(r"-Dfile\.encoding=([\w.:-]+)", one.value)
        # Options in variables of the JVM's come before those of a trial, which win.
        if asked and one.key.startswith("spark.") and not _UTF_8.fullmatch(asked[1]):
            value = f"{asked[1]}, from {one.key} in {one.origin}"
            step = (
                "take -Dfile.encoding out: Spark's own socket source decodes with it, and a trial "
                "with letters beyond ASCII becomes invalid"
            )
            return Finding("Charset", "warn", value, step)
    chosen = next((v for n in ("LC_ALL", "LC_CTYPE", "LANG") if (v := environ.get(n))), "")
    name = chosen or "no locale"
    if _UTF_8.search(chosen):
        return Finding("Charset", "ok", name)
    told = f"{name}: with Java 17 Spark's own socket source breaks letters; trials decode UTF-8"
    return Finding("Charset", "ok", told)


def python(version: tuple[int, int, int] = sys.version_info[:3]) -> Finding:
    """The interpreter that runs the harness and the trials."""
    low, high = PYTHON_MINORS
    value = ".".join(map(str, version))
    if version[0] == 3 and low <= version[1] <= high:
        return Finding("Python", "ok", value)
    step = f"make the environment with Python 3.{low} to 3.{high}"
    return Finding("Python", "bad", value, step)


def other_sparks(
    python_for: Callable[[str], Path] = find_python,
    java_for: Callable[..., JavaChoice] = find_java,
    made: Callable[[], list[str]] = made_environments,
) -> Finding:
    """Which other releases of Spark an arm could run on (``spark=3.5.9``), and which are made.

    None is needed, so nothing that is missing is a warning.
    """
    words, missing = [], []
    for line in RELEASES:
        try:
            python = python_for(line)
            java = java_for(spark=line)
        except EnvironmentProblem:
            missing.append(line)
            continue
        words.append(f"{line} ({python.name}, Java {java.major})")
    value = "could be had: " + ", ".join(words) if words else "none could be had"
    if missing:
        value += f"; no Python or Java for {', '.join(missing)}"
    try:
        ready = made()
    except EnvironmentProblem:
        ready = []
    return Finding("Spark versions", "ok", f"{value}; made: {', '.join(ready) or 'none'}")


def archive(found: ClassArchive) -> Finding:
    """The class archive, without which every JVM of a run takes some seconds more to start."""
    if found.path is not None:
        return Finding("Class archive", "ok", str(found.path))
    if found.note == NOT_MADE:
        step = "make it, once, in about a minute: sparkbench doctor --prepare"
        return Finding("Class archive", "warn", NOT_MADE, step)
    return Finding("Class archive", "ok", f"none: {found.note}")


def pandas(version: str | None) -> Finding:
    """pandas below 3: Spark 4.3 warns on pandas 3."""
    if version is None:
        return Finding("pandas", "bad", "not installed", _REINSTALL)
    if int(version.split(".")[0]) >= 3:
        return Finding("pandas", "warn", version, "pip install 'pandas<3'")
    return Finding("pandas", "ok", version)


def pyarrow(version: str | None) -> Finding:
    """pyarrow, which some sources and state APIs of Structured Streaming need."""
    if version is None:
        return Finding("pyarrow", "warn", "not installed", "pip install pyarrow")
    return Finding("pyarrow", "ok", version)


def protobuf(version: str | None) -> Finding:
    """protobuf, which only jobs of one's own on ``transformWithState`` need: never a warning."""
    if version is None:
        return Finding("protobuf", "ok", "not installed; only transformWithState needs it")
    return Finding("protobuf", "ok", version)


def package_version(name: str) -> str | None:
    """Installed version of a package by its metadata, without importing it."""
    try:
        return installed_version(name)
    except PackageNotFoundError:
        return None
