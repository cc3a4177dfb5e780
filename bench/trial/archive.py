"""The class-data archive of a trial's JVM: which one it gets, and whether the JVM took it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from bench.plan.spec import TrialSpec
from bench.runtime.cds import ClassArchive, class_archive
from bench.runtime.interpreter import Interpreter

#: Settings that leave no room for an archive: the one it is passed in, and the one that changes the
#: class path it was made for.
SETTINGS = ("spark.driver.defaultJavaOptions", "spark.driver.extraClassPath")

_GONE = (psutil.Error, OSError)


class Archives:
    """The archive of each trial of a run; what could not be made once is not tried again.

    With ``build`` false none is made, and one that is there is used.
    """

    def __init__(self, *, build: bool = True) -> None:
        self._build = build
        self._without: dict[Path, ClassArchive] = {}

    def archive_for(
        self,
        spec: TrialSpec,
        interpreter: Interpreter,
        on_event: Callable[[dict[str, Any]], None],
    ) -> ClassArchive:
        """The archive for a trial, made now where there is none; see ``bench.runtime.cds``."""
        if spec.arm.engine == "null":
            return ClassArchive(None, "no JVM")
        for setting in SETTINGS:
            if setting in spec.conf:
                return ClassArchive(None, f"the trial sets {setting}")
        if interpreter.python in self._without:
            return self._without[interpreter.python]
        archive = class_archive(
            lambda: on_event({"event": "phase", "name": "preparing class archive"}),
            interpreter=interpreter,
            build=self._build,
        )
        if archive.path is None:
            self._without[interpreter.python] = archive
            of = "" if interpreter.code is None else f" for Spark {interpreter.spark}"
            on_event({"event": "note", "message": f"no class archive{of}: {archive.note}"})
        return archive


def archive_words(archive: ClassArchive, pid: int) -> str:
    """What became of it in the JVM below process ``pid``, for the trial's record.

    ``used``, ``refused by the JVM``, ``none: WHY``, or ``given`` where the system does not tell.
    """
    if archive.path is None:
        return f"none: {archive.note}"
    # As the system lists it: the cache may lie behind a symbolic link.
    file = str(archive.path.resolve())
    try:
        below = psutil.Process(pid).children(recursive=True)
        maps = [_maps(process.pid) for process in below if process.name() == "java"]
    except _GONE:
        return "given"
    if not maps or None in maps:
        return "given"
    return "used" if any(file in (text or "") for text in maps) else "refused by the JVM"


def _maps(pid: int) -> str | None:
    """The files a process has mapped into its memory, as Linux lists them."""
    try:
        return Path(f"/proc/{pid}/maps").read_text()
    except OSError:
        return None
