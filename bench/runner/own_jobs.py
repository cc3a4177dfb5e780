"""Users' jobs from outside: asked about in a process of their own, and found when installed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from bench.contract.jobs import JOBS, OWN
from bench.contract.jvm.jobs import entry_of
from bench.contract.jvm.references import digest_of as digest_of
from bench.contract.jvm.references import parse
from bench.contract.own.info import MODULE, SUFFIX
from bench.errors import UsageError
from bench.load.sending.process import environment
from bench.plan.own import OwnJob
from bench.runtime.compiled import compiled
from bench.runtime.compiled import normalised as compiled_normalise

#: The group of entry points under which a package offers jobs: ``NAME = "package.module"``.
GROUP = "sparkbench.jobs"

#: How long importing a job's module may take.
DESCRIBE_S = 60.0

#: How long a job's ``normalise`` may take.
NORMALISE_S = 300.0


class OwnJobs:
    """The jobs of users that one command is about; each is asked about once."""

    def __init__(self) -> None:
        self._found: dict[str, OwnJob] = {}
        self._folders = [Path()]

    def look_in(self, folder: Path) -> None:
        """Look for relative paths in a folder too, after the working folder."""
        self._folders.append(folder)

    def find(self, text: str) -> OwnJob | None:
        """The job that ``text`` names, a path or an installed one; ``None`` if it is neither.

        Raises :class:`UsageError` for one that cannot be used.
        """
        place = self._place(text)
        if place is None:
            return None
        name, reference = place
        known = self._found.get(name)
        if known is not None and known.reference != reference:
            raise UsageError(
                f"{text}: another job is called {name!r} too ({known.reference}); rename one file"
            )
        if known is None:
            known = self._found[name] = ask(name, reference)
            OWN[name] = known.info
        return known

    def all(self) -> tuple[OwnJob, ...]:
        """Every job found so far."""
        return tuple(self._found.values())

    def _place(self, text: str) -> tuple[str, str] | None:
        if text in self._found:
            return text, self._found[text].reference
        if text.endswith((SUFFIX, ".jar")) or "/" in text or parse(text) is not None:
            return _file(text, self._folders)
        installed = installed_jobs()
        return (text, MODULE + installed[text]) if text in installed else None


def installed_jobs() -> dict[str, str]:
    """Name to module of every job that an installed package offers; none of them is imported."""
    found = {point.name: point.value for point in entry_points(group=GROUP)}
    return {name: found[name] for name in sorted(found) if name not in JOBS}


def ask(name: str, reference: str) -> OwnJob:
    """What the job says of itself; raises :class:`UsageError` with the file and line at fault."""
    own = parse(reference)
    if own is None:
        told = _child([reference], "", DESCRIBE_S)
        files = [str(told["file"])]
    else:
        told = {**entry_of(str(compiled(own))), "file": own.file}
        files = list(own.files)
    info = {**told["info"], "name": name}
    # The file's own words stand for the file's name where an entry point gives another one.
    found = OwnJob.from_dict(
        {**told, "info": info, "reference": reference, "sha256": digest_of(*files)}
    )
    _check_lines(found)
    return found


def normalised(job: OwnJob, engine: str, batches: Iterable[Iterable[Any]]) -> list[Any]:
    """What the job's ``normalise`` makes of the rows of each batch.

    Raises :class:`UsageError` with its file and line where it fails.
    """
    rows = [list(one) for one in batches]
    own = parse(job.reference)
    if own is not None:
        return list(compiled_normalise(own, engine, rows, NORMALISE_S))
    return list(_child([job.reference, engine], json.dumps({"batches": rows}), NORMALISE_S)["rows"])


def check_unchanged(jobs: Iterable[OwnJob], where: str) -> None:
    """Raise :class:`UsageError` for a job that is gone or not what a run began with."""
    for job in jobs:
        if ask(job.name, job.reference).sha256 != job.sha256:
            raise UsageError(
                f"{where}: the job {job.name} has changed since the run began; put it back, or "
                "start a new run"
            )


def _file(text: str, folders: Iterable[Path]) -> tuple[str, str]:
    own = parse(text)
    if own is not None:
        jars = tuple(str(_found(jar, folders)) for jar in own.jars)
        own = replace(own, file=str(_found(own.file, folders)), jars=jars)
        name, reference = own.name, own.text
    elif text.endswith(SUFFIX):
        path = _found(text, folders)
        name, reference = path.name.removesuffix(SUFFIX), str(path)
    elif text.endswith(".jar"):
        raise UsageError(f"{text}: say which class in it is the job, {text}:com.acme.WordTotals")
    else:
        raise UsageError(
            f"{text}: a job of yours is a file NAME{SUFFIX}, NAME.scala or NAME.java, or a class "
            "in a JAR, app.jar:com.acme.NAME"
        )
    if name in JOBS:
        raise UsageError(f"{text}: {name!r} is a job of the catalogue; rename the file")
    return name, reference


def _found(text: str, folders: Iterable[Path]) -> Path:
    tried = [folder / Path(text).expanduser() for folder in folders]
    path = next((path for path in tried if path.is_file()), None)
    if path is None:
        raise UsageError(f"{text}: there is no such file; check the path")
    return path.resolve()


def _check_lines(job: OwnJob) -> None:
    from bench.load.content.kinds import parse_lines

    try:
        parse_lines(job.info.lines)
    except (UsageError, ValueError) as problem:
        raise UsageError(f"{job.name}: LINES: {problem}") from None


def _child(arguments: list[str], text: str, timeout_s: float) -> dict[str, Any]:
    """The answer of ``bench.child.describe``; :class:`UsageError` for the problem it tells."""
    command = [sys.executable, "-P", "-m", "bench.child.describe", *arguments]
    shown = Path(arguments[0]).name
    try:
        done = subprocess.run(
            command,
            input=text,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            env=environment(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UsageError(
            f"{shown}: it did not answer within {timeout_s:g} s; a job's module only defines, and "
            "starts nothing when it is imported"
        ) from None
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise UsageError(f"{shown}: its process ended without an answer ({last})") from None
    if "problem" in answer:
        raise UsageError(str(answer["problem"]))
    return answer
