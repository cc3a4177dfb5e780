"""The class-data archive of a trial's JVM: which one it gets, and whether the JVM took it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psutil

from bench.plan.spec import TrialSpec
from bench.results.schema import TrialResult
from bench.runtime.cds import NOT_MADE, ClassArchive
from bench.runtime.cds_build import class_archive
from bench.runtime.of_arm import interpreter_of

#: Settings that leave no room for an archive: the one it is passed in, and the one that changes the
#: class path it was made for.
SETTINGS = ("spark.driver.defaultJavaOptions", "spark.driver.extraClassPath")

NO_JVM = "no JVM"

#: How a result says that a trial had none.
_NONE = "none: "

_GONE = (psutil.Error, OSError)


#: What makes one, as the user types it.
PREPARE = "sparkbench doctor --prepare"


class Archives:
    """The archive of each trial of a run: all of them have one, or none has.

    None is made here: that takes a minute, which would stand between a question and its answer
    (``bench.machine.prepare`` does it at set-up).
    """

    def __init__(self) -> None:
        self._found: dict[Path, ClassArchive] = {}
        self._why_none = ""

    @classmethod
    def decided(
        cls,
        specs: Iterable[TrialSpec],
        on_event: Callable[[dict[str, Any]], None],
        results: Iterable[TrialResult] = (),
    ) -> Archives:
        """Decide for a run before its first trial, by every kind of trial it has.

        ``results`` of an earlier part of the run decide too: the rest of it is like them.  Why
        there is none is told (``note``).
        """
        made = cls()
        earlier = {str(one.environment.extra.get("class_archive", "")) for one in results}
        if any(words.startswith(_NONE) and words != _NONE + NO_JVM for words in earlier):
            made._why_none = "the run began without"
        for spec in specs:
            archive = made._own(spec)
            if archive.path is None and archive.note != NO_JVM and not made._why_none:
                made._why_none = archive.note
        if made._why_none:
            on_event({"event": "note", "message": f"no class archive: {made._why_none}"})
        return made

    @classmethod
    def left_out(cls, why: str) -> Archives:
        """None for anybody."""
        made = cls()
        made._why_none = why
        return made

    def archive_for(self, spec: TrialSpec) -> ClassArchive:
        """The archive for a trial; see ``bench.runtime.cds``."""
        own = self._own(spec)
        return ClassArchive(None, self._why_none) if own.path and self._why_none else own

    def _own(self, spec: TrialSpec) -> ClassArchive:
        if spec.arm.engine == "null":
            return ClassArchive(None, NO_JVM)
        for setting in SETTINGS:
            if setting in spec.conf:
                return ClassArchive(None, f"a trial sets {setting}")
        interpreter = interpreter_of(spec)
        if interpreter.python not in self._found:
            archive = class_archive(interpreter=interpreter, build=False)
            if archive.note == NOT_MADE:
                other = "" if interpreter.code is None else f" --spark {interpreter.spark}"
                if "runtime" in spec.arm.keys:
                    other = f" --runtime {interpreter.python}"
                archive = ClassArchive(
                    None,
                    f"{NOT_MADE}, so every JVM starts some seconds later; `{PREPARE}{other}` "
                    "makes it",
                )
            self._found[interpreter.python] = archive
        return self._found[interpreter.python]


def archive_words(archive: ClassArchive, pid: int) -> str:
    """What became of it in the JVM below process ``pid``, for the trial's record.

    ``used``, ``refused by the JVM``, ``none: WHY``, or ``given`` where the system does not tell.
    """
    if archive.path is None:
        return f"{_NONE}{archive.note}"
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
