"""Jobs in Scala and Java, compiled once each by the compilers that Spark brings along.

Each becomes a JAR in the user's cache, named by the digest of all it was made of: the sources, the
JARs beside it, Spark, its Scala, Java, and our own part of it.  It is made in a process of its own
(``bench.child.compile``) under the interpreter that is to run it.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import json
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.contract.jvm.references import MADE, Reference
from bench.contract.kept import kept
from bench.errors import EnvironmentProblem, UsageError
from bench.load.sending.process import environment
from bench.process.cache import cache_dir
from bench.runtime.interpreter import Interpreter, own
from bench.runtime.java import SPARK, JavaChoice, find_java

FOLDER = "jobs"

#: How long a compiler may take on a busy machine, and another process that compiles.
COMPILE_S = 180.0
WAIT_S = 400.0

#: Raised when what is made of the same sources changes.
RECIPE = 1

Said = Callable[[str], None]


def compiled(
    reference: Reference, interpreter: Interpreter | None = None, say: Said = lambda words: None
) -> Path:
    """The JAR of a job for the Spark of an interpreter, ``None`` for our own; made now if need be.

    ``say`` is told when that takes long.  Raises :class:`UsageError` with file, line and column for
    what the compiler refuses, and :class:`EnvironmentProblem` without a Java or room for it.
    """
    request = {
        "sources": list(reference.sources),
        "job": reference.job,
        "jars": list(reference.all_jars),
        "shown": reference.file,
    }
    return _compiled(reference.name, request, interpreter or own(), say)


def compiled_library(
    name: str,
    sources: Sequence[Path],
    interpreter: Interpreter | None = None,
    say: Said = lambda words: None,
) -> Path:
    """The same of sources that belong together and are no job of a user's: a JAR of classes."""
    request = {
        "sources": [str(source) for source in sources],
        "job": None,
        "jars": [],
        "shown": name,
    }
    return _compiled(name, request, interpreter or own(), say)


def _compiled(name: str, request: dict[str, Any], interpreter: Interpreter, say: Said) -> Path:
    home = _spark_home(interpreter)
    java = find_java(spark=_spark_of(interpreter))
    place = cache_dir() / FOLDER / f"{name}-{_digest(request, home, java)}{MADE}"

    def make(made: str) -> None:
        if request["sources"]:
            say(f"compiling {Path(request['shown']).name} for Spark {interpreter.spark}")
        answer = _ask(interpreter, java, {**request, **_tools(home, java), "out": made}, COMPILE_S)
        if "problem" in answer:
            # What compiles for ours may not for another Scala.
            other = "" if interpreter.code is None else f" (for Spark {interpreter.spark})"
            raise UsageError(f"{answer['problem']}{other}")

    try:
        if kept(str(place), make, WAIT_S):
            return place
    except OSError as error:
        raise EnvironmentProblem(
            f"{place.parent}: a job cannot be compiled there "
            f"({(error.strerror or str(error)).lower()}); make room, or set SPARKBENCH_CACHE to "
            "another folder."
        ) from None
    raise EnvironmentProblem(
        f"{place.parent}: another process has been compiling for {WAIT_S / 60:.0f} min; wait for "
        "it, or end it"
    )


def normalised(reference: Reference, engine: str, batches: Sequence[Any], timeout_s: float) -> Any:
    """What the job's ``normalise`` makes of the rows of each batch; :class:`UsageError` of its own.

    It runs in a process of its own too.
    """
    java = find_java(spark=_spark_of(own()))
    request = {
        **_tools(_spark_home(own()), java),
        "jars": list(reference.all_jars),
        "shown": reference.file,
        "made": str(compiled(reference)),
        "engine": engine,
        "batches": batches,
    }
    answer = _ask(own(), java, request, timeout_s)
    if "problem" in answer:
        raise UsageError(str(answer["problem"]))
    return answer["rows"]


def _tools(home: Path, java: JavaChoice) -> dict[str, str]:
    return {"spark_home": str(home), "java": str(java.home / "bin" / "java")}


def _ask(
    interpreter: Interpreter, java: JavaChoice, request: Mapping[str, Any], timeout_s: float
) -> dict[str, Any]:
    """What ``bench.child.compile`` answers."""
    variables = interpreter.variables() or environment()
    try:
        done = subprocess.run(
            interpreter.command("bench.child.compile"),
            input=json.dumps(request),
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout_s,
            env={**os.environ, **variables, "JAVA_HOME": str(java.home)},
            check=False,
        )
        found: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        shown = Path(str(request["shown"])).name
        raise UsageError(
            f"{shown}: it was not compiled within {timeout_s:g} s; an object's values are computed "
            "when it is looked at, so it should only define"
        ) from None
    except ValueError:
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise EnvironmentProblem(f"the Scala compiler did not start ({last})") from None
    return found


def _digest(request: Mapping[str, Any], home: Path, java: JavaChoice) -> str:
    """Of everything that the JAR depends on."""
    digest = hashlib.sha256()
    for text in (str(RECIPE), _ours(), _scala(home), str(java.major), str(request["job"])):
        digest.update(text.encode() + b"\0")
    for path in request["sources"]:
        digest.update(Path(path).name.encode() + b"\0" + content_of(path))
    for path in request["jars"]:
        # Where it lies stands in what is made, so that trials find it.
        digest.update(path.encode() + b"\0" + content_of(path))
    return digest.hexdigest()[:20]


def content_of(path: str) -> bytes:
    """SHA-256 of a file; raises :class:`UsageError` where there is none."""
    try:
        state = os.stat(path)
        return _content(path, state.st_size, state.st_mtime_ns)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise UsageError(f"{path} cannot be read ({why}); check the path") from None


@functools.cache
def _content(path: str, size: int, changed_ns: int) -> bytes:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


@functools.cache
def _ours() -> str:
    """Of what we add to each JAR, and of what reads a class."""
    root = Path(__file__).resolve().parents[1]
    files = [root / "child" / "compile.py", *sorted((root / "contract" / "jvm").glob("*.*"))]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


@functools.cache
def _scala(home: Path) -> str:
    """Spark's own JARs by name: versions of Spark and Scala stand in them."""
    names = [
        path.name for pattern in ("spark-*", "scala-*") for path in (home / "jars").glob(pattern)
    ]
    if not any(name.startswith("scala-compiler") for name in names):
        raise EnvironmentProblem(
            f"{home / 'jars'} holds no scala-compiler, which PySpark brings along; install PySpark "
            "from its wheel, or give the job as app.jar:CLASS"
        )
    return " ".join(sorted(names))


def _spark_home(interpreter: Interpreter) -> Path:
    if interpreter.spark_home is not None:
        return interpreter.spark_home
    spec = importlib.util.find_spec("pyspark")
    if spec is None or spec.origin is None:
        raise EnvironmentProblem("PySpark is not installed; run: pip install pyspark")
    return Path(spec.origin).parent


def _spark_of(interpreter: Interpreter) -> str:
    # Our own Spark is whatever is installed: the Java for it is found as it always was.
    return SPARK if interpreter.code is None else interpreter.spark or SPARK
