"""Make a class-data archive: a training session lists the classes, a JVM of its own writes them."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from bench.contract.kept import file_lock
from bench.errors import EnvironmentProblem
from bench.process.orphans import end_all, marked
from bench.process.spawn import new_token, spawn
from bench.process.variables import inherited_variables
from bench.runtime.cds import (
    COLLECTOR,
    NOT_MADE,
    OFF,
    SILENT,
    SWITCH,
    ClassArchive,
    Place,
    digest_of,
    intact,
    java_arguments,
    locate,
)
from bench.runtime.interpreter import Interpreter

#: Interpreter, JVM, five short streams and the writing, on a busy machine.
TRAINING_S = 240.0

#: How long another process may take to make the same archive.
WAIT_S = 420.0

#: To load all classes once more and write them.
DUMP_S = 180.0

#: Objects that are archived too lie as this heap encodes them; ``spark.driver.memory`` by default.
HEAP = "-Xmx1g"

#: After a failure nobody tries again for this long: every run would pay for it.
FAILURE_S = 24 * 3600.0

#: Archives kept, for several versions of Spark; each is between 100 and 200 MB.
KEPT = 6

_POLL_S = 0.2


class TrainingFailed(Exception):
    """No archive came of it; the message says why."""


def class_archive(
    on_build: Callable[[], None] = lambda: None,
    environ: Mapping[str, str] | None = None,
    interpreter: Interpreter | None = None,
    *,
    build: bool = True,
) -> ClassArchive:
    """The archive for the Java and Spark that ``environ`` leads to, made now if there is none.

    ``interpreter`` is what trials run in, ``None`` for our own; its Spark is the one meant.

    ``on_build`` is called before an archive is made, which takes about as long as two starts of a
    JVM; with ``build`` false none is.  Two processes that need the same one make it once.  Whatever
    goes wrong, the answer is a :class:`ClassArchive` without a path and with a note;
    KeyboardInterrupt passes.
    """
    # What trials do without, SPARK_HOME among it, leads to no archive of theirs.
    environ = inherited_variables() if environ is None else environ
    if environ.get(SWITCH, "").strip().lower() in OFF:
        return ClassArchive(None, f"switched off by {SWITCH}")
    try:
        place = locate(environ, interpreter)
        if isinstance(place, str):
            return ClassArchive(None, place)
        if (archive := intact(place)) is not None:
            return archive
        if not build:
            return ClassArchive(None, NOT_MADE)
        return make(place, on_build)
    except (EnvironmentProblem, OSError) as problem:
        return ClassArchive(None, str(problem))


def make(place: Place, on_build: Callable[[], None]) -> ClassArchive:
    """Make the archive of ``place``, or wait for the process that is making it.

    Raises ``OSError`` where the cache cannot be written to.
    """
    place.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with file_lock(str(place.folder / f"{place.key}.lock"), WAIT_S) as locked:
        if (archive := intact(place)) is not None:
            return archive
        if not locked:
            return ClassArchive(None, "another process is still making it")
        if (reason := _failed_lately(place)) is not None:
            return ClassArchive(None, reason)
        on_build()
        try:
            _build(place)
        except TrainingFailed as problem:
            place.failure.write_text(str(problem))
            return ClassArchive(None, str(problem))
        _prune(place)
        return ClassArchive(place.archive, "", place.class_path)


def _build(place: Place) -> None:
    place.failure.unlink(missing_ok=True)
    place.record.unlink(missing_ok=True)
    prefix = f".building-{place.key}-"
    for left in place.folder.glob(f"{prefix}*"):
        # Of a process that was killed: whoever is at work on this one holds the lock, as we do.
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=place.folder) as name:
        work = Path(name)
        classes, target = work / "classes.lst", work / place.archive.name
        listing = [COLLECTOR, *SILENT, f"-XX:DumpLoadedClassList={classes}"]
        _train(place, work, java_arguments(work, listing, place.class_path))
        if not classes.is_file():
            raise TrainingFailed("the JVM wrote no list of its classes")
        _dump(place, work, classes, target)
        os.replace(target, place.archive)
        record = {
            "java": str(place.java),
            "class_path": place.class_path,
            "files": {place.archive.name: digest_of(place.archive)},
        }
        (work / "record").write_text(json.dumps(record, indent=1))
        os.replace(work / "record", place.record)


def _dump(place: Place, work: Path, classes: Path, target: Path) -> None:
    """Have a JVM write the classes of the list into an archive."""
    options = [
        COLLECTOR,
        HEAP,
        *SILENT,
        "-Xshare:dump",
        f"-XX:SharedClassListFile={classes}",
        f"-XX:SharedArchiveFile={target}",
    ]
    arguments = java_arguments(work, options, place.class_path).strip('"')
    try:
        done = subprocess.run(
            [place.java.home / "bin" / "java", arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=DUMP_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise TrainingFailed(f"writing the archive: {problem}") from None
    if done.returncode != 0 or not target.is_file():
        raise TrainingFailed(f"Java wrote no archive (exit code {done.returncode})")


def _train(place: Place, work: Path, java_options: str) -> None:
    """Run ``bench.child.train`` until its last process, the JVM, has ended."""
    token = new_token()
    log = work / "log"
    deadline = time.monotonic() + TRAINING_S
    with log.open("wb") as stderr:
        child = spawn(
            place.interpreter.command("bench.child.train", java_options),
            token=token,
            env=_environment(place),
            cwd=work,
            # Its end tells the session that nobody waits for it any more.
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
        )
        assert child.popen.stdin is not None
        try:
            code = child.popen.wait(TRAINING_S)
            # The JVM ends after its driver, and completes its list as it does.
            while code == 0 and marked(token) and time.monotonic() < deadline:
                time.sleep(_POLL_S)
        except subprocess.TimeoutExpired:
            raise TrainingFailed(f"the training took longer than {TRAINING_S:g} s") from None
        finally:
            left = end_all(token, 0.0)
            child.popen.stdin.close()
            child.popen.wait(timeout=10)
            child.remove_temp_dir()
    if code != 0:
        raise TrainingFailed(f"the training session failed: {_last_line(log)}")
    if left.found:
        raise TrainingFailed(f"the JVM did not end within {TRAINING_S:g} s")


def _environment(place: Place) -> dict[str, str]:
    from bench.load.sending.process import environment

    variables = {"JAVA_HOME": str(place.java.home), "SPARK_LOCAL_IP": "127.0.0.1"}
    if place.interpreter.code is not None:
        return {**variables, **place.interpreter.variables()}
    return environment(variables)


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1][:300] if lines else "it said nothing"


def _failed_lately(place: Place) -> str | None:
    try:
        age_s = time.time() - place.failure.stat().st_mtime
        reason = place.failure.read_text()
    except OSError:
        return None
    again = f"remove {place.failure} to try again"
    return f"{reason}; {again}" if 0 <= age_s < FAILURE_S else None


def _prune(place: Place) -> None:
    """Keep the newest archives: those of a Java or Spark that is gone would stay for ever."""
    with contextlib.suppress(OSError):
        records = sorted(place.folder.glob("*.json"), key=lambda file: -file.stat().st_mtime)
        for record in records[KEPT:]:
            for file in place.folder.glob(f"{record.stem}*"):
                file.unlink(missing_ok=True)
