"""One run on disk: ``run.json``, a file a trial, logs and the report.

A file appears whole or not at all, so a run that was killed keeps every trial that had ended.
A trial carries a digest of itself.  Whenever it is read it is checked against that, the schema, its
own name and its place in the run; what does not fit is named and skipped, never used in part.
"""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bench.errors import UsageError
from bench.results.encode import record_to_json, trial_to_json
from bench.results.files import atomic_write, make_folder, sync_directory
from bench.results.locate import (
    RUN_FILE,
    first_error,
    list_runs,
    newer_version,
    next_run_dir,
    read_info,
    resolve_run,
)
from bench.results.reading import DIGEST, digest_of, read_json
from bench.results.schema import RunInfo, TrialResult

__all__ = ["RunStore", "list_runs", "next_run_dir", "resolve_run", "trial_file_name"]

_NAME = re.compile(r"(?P<number>\d+)-.*?(?:\.attempt-(?P<attempt>\d+))?\.json")


def trial_file_name(number: int, arm: str, attempt: int = 1) -> str:
    """``0007-structured.json``; from the second attempt on ``0007-structured.attempt-2.json``."""
    slug = re.sub(r"[^a-z0-9]+", "-", arm.lower()).strip("-")[:60].strip("-") or "arm"
    return f"{_stem(number, slug, attempt)}.json"


def _stem(number: int, name: str, attempt: int) -> str:
    return f"{number:04d}-{name}" + (f".attempt-{attempt}" if attempt > 1 else "")


class RunStore:
    """The directory of one run; use :meth:`create` or :meth:`open`."""

    def __init__(self, path: Path, info: RunInfo) -> None:
        """For :meth:`create` and :meth:`open`; touches nothing."""
        self.path = path
        self._info = info

    @classmethod
    def create(cls, path: Path, run_info: RunInfo) -> RunStore:
        """Begin a run in ``path``, which must be new or empty.

        Whether the directory can be written is tried before anything of the run is.

        :raises UsageError: it holds something already, is no directory or cannot be written.
        """
        path = Path(path)
        try:
            path.mkdir(parents=True, exist_ok=True)
            if any(path.iterdir()):
                what = "already holds a run" if (path / RUN_FILE).exists() else "is not empty"
                raise UsageError(
                    f"--out {path}: {what}; give a new or empty directory"
                    + (", or go on with `--resume`." if what.endswith("run") else ".")
                )
            with tempfile.TemporaryFile(dir=path) as probe:
                probe.write(b"sparkbench")
        except OSError as error:
            raise UsageError(
                f"--out {path}: cannot be written ({error.strerror or error}); "
                "choose another directory."
            ) from error
        store = cls(path, run_info)
        # First of all: with it a run that is killed now can be gone on with.
        store._write_info()
        for name in ("trials", "logs", "report"):
            make_folder(path / name)
        sync_directory(path.absolute().parent)
        return store

    @classmethod
    def open(cls, path: Path) -> RunStore:
        """Open an existing run.

        :raises UsageError: missing, not a run, damaged, or written by a newer version.
        """
        path = Path(path)
        return cls(path, read_info(path))

    @property
    def info(self) -> RunInfo:
        """``run.json`` as last read or written."""
        return self._info

    def update_info(self, **changes: Any) -> RunInfo:
        """Change fields of ``run.json``, checked and written atomically; returns the new one."""
        self._info = RunInfo.model_validate({**self._info.model_dump(), **changes})
        self._write_info()
        return self._info

    def _write_info(self) -> None:
        atomic_write(self.path / RUN_FILE, record_to_json(self._info).encode())

    def trial_path(self, result: TrialResult) -> Path:
        """Where ``result`` is, or would be, stored."""
        info = result.trial
        return self.path / "trials" / trial_file_name(info.number, info.arm, info.attempt)

    def write_trial(self, result: TrialResult) -> Path:
        """Store one trial; whatever happens meanwhile, the file is whole or not there.

        :raises EnvironmentProblem: the disk is full or gone.
        """
        self._folder("trials")
        return atomic_write(self.trial_path(result), trial_to_json(result).encode())

    def read_trials(self) -> tuple[list[TrialResult], list[str]]:
        """All trials by number, and a sentence for each file that had to be skipped.

        Of several attempts at a trial (same arm, cell, round and number) the latest counts.
        """
        attempts, problems = self._read_files()
        latest: dict[int, TrialResult] = {}
        for (number, _attempt), result in sorted(attempts.items()):
            latest[number] = result
        said = [
            f"trials/{file.name}: {why}; skipped. `--resume` the run to repeat that trial."
            for file, why in problems
        ]
        return [latest[number] for number in sorted(latest)], said

    def recover(self) -> tuple[list[TrialResult], list[str]]:
        """All attempts by number, for going on with the run; what cannot be read is set aside.

        What a killed process left half written is removed.  A file that cannot be read gets another
        name, so that its trial can run again; there is a sentence for each.
        """
        for folder in (self.path, self.path / "trials"):
            for file in folder.glob(".*.tmp"):
                file.unlink(missing_ok=True)
        attempts, problems = self._read_files()
        said = []
        for file, why in problems:
            aside = file.with_name(file.name + ".unreadable")
            os.replace(file, aside)
            said.append(f"trials/{file.name}: {why}; kept as {aside.name}")
        return [attempts[key] for key in sorted(attempts)], said

    def _read_files(self) -> tuple[dict[tuple[int, int], TrialResult], list[tuple[Path, str]]]:
        """Each readable result by number and attempt; each other file with the reason."""
        attempts: dict[tuple[int, int], TrialResult] = {}
        problems: list[tuple[Path, str]] = []
        for file in sorted((self.path / "trials").glob("[!.]*.json")):
            try:
                result = _read_trial(file, digested=self._info.digests)
            except ValueError as error:
                problems.append((file, str(error)))
                continue
            key = (result.trial.number, result.trial.attempt)
            if key in attempts:
                problems.append((file, f"a second file for trial {result.trial.number}"))
            else:
                attempts[key] = result
        return attempts, problems

    def log_path(self, number: int, attempt: int = 1, *, make: bool = True) -> Path:
        """Where the log of a trial's child goes; the directory exists, or is made."""
        folder = self._folder("logs") if make else self.path / "logs"
        return folder / f"{_stem(number, 'trial', attempt)}.log"

    @property
    def report_dir(self) -> Path:
        """Where report, tables and plots go; the directory exists."""
        return self._folder("report")

    def _folder(self, name: str) -> Path:
        """A folder of the run, made if need be.

        :raises UsageError: it leads elsewhere, where nothing of this run has any business.
        :raises EnvironmentProblem: it cannot be made.
        """
        folder = self.path / name
        if folder.is_symlink():
            raise UsageError(
                f"{folder}: a symbolic link, so what is written there would land outside the run; "
                "put a folder in its place."
            )
        return make_folder(folder)


def _read_trial(file: Path, *, digested: bool) -> TrialResult:
    """Read one file; ``ValueError`` with half a sentence when it cannot be trusted.

    ``digested``: the run was made by a version whose files carry a digest, so one without is none
    of its own.
    """
    data = read_json(file)
    newer = newer_version(data)
    if newer is not None:
        raise ValueError(newer)
    if isinstance(data, dict):
        claimed = data.pop(DIGEST, "")
        if (claimed or digested) and claimed != digest_of(data):
            raise ValueError("changed since it was written, its digest does not fit")
    try:
        result = TrialResult.model_validate(data)
    except ValidationError as error:
        raise ValueError(f"not a result of this version ({first_error(error)})") from error
    name = _NAME.fullmatch(file.name)
    info = result.trial
    if name is None or (int(name["number"]), int(name["attempt"] or 1)) != (
        info.number,
        info.attempt,
    ):
        raise ValueError(
            f"its name does not fit its content (trial {info.number}, attempt {info.attempt})"
        )
    return result
