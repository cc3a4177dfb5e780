"""What must be right before the first trial; each check costs nothing and leaves nothing behind."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bench.errors import EnvironmentProblem, UsageError
from bench.plan.plan import Plan
from bench.results.schema import EnginePlace

OnEvent = Callable[[dict[str, Any]], None]

#: Room for logs, checkpoints and results, of the run and of each trial.
RUN_BYTES = 200_000_000
TRIAL_BYTES = 5_000_000


def check_out(out: Path) -> None:
    """Raise :class:`UsageError` unless ``out`` is new or empty and can be written."""
    try:
        if out.is_dir():
            if any(out.iterdir()):
                raise UsageError(f"--out: {out} is not empty; give a new or empty directory")
        elif out.exists() or out.is_symlink():
            raise UsageError(f"--out: {out} is not a directory; give a new or empty one")
        parent = _nearest(out)
        if not parent.is_dir():
            raise UsageError(f"--out: {parent} is not a directory; choose another place")
        # Tried, not asked: permission bits know nothing of read-only and virtual file systems.
        with tempfile.TemporaryFile(dir=parent) as probe:
            probe.write(b"sparkbench")
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise UsageError(f"--out: {out} cannot be written ({why}); choose another place") from None


def check_replay(replay: str | None) -> None:
    """Raise :class:`UsageError` unless the replay file can be read and holds something."""
    if replay is None:
        return
    try:
        with open(replay, "rb") as file:
            empty = not file.read(1)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise UsageError(f"--replay: {replay} cannot be read ({why}); check the path") from None
    except ValueError:
        raise UsageError(f"--replay: {replay!r} is not a path; check its spelling") from None
    if empty:
        raise UsageError(f"--replay: {replay} is empty; give a file with lines to send")


def check_checkpoints(plan: Plan) -> None:
    """Raise :class:`UsageError` for a local place of checkpoints that cannot be written."""
    from bench.trial.checkpoints import local_folder

    for spec in plan.round_trials(1):
        folder = local_folder(spec.checkpoint)
        if folder is None:
            continue
        try:
            with tempfile.TemporaryFile(dir=_nearest(folder)) as probe:
                probe.write(b"sparkbench")
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise UsageError(
                f"--checkpoint: {spec.checkpoint} cannot be written ({why}); choose another place"
            ) from None


def check_disk(out: Path, trials: int) -> None:
    """Raise :class:`EnvironmentProblem` when the disk cannot hold a run of this size."""
    place = _nearest(out)
    need, free = RUN_BYTES + trials * TRIAL_BYTES, shutil.disk_usage(place).free
    if free < need:
        raise EnvironmentProblem(
            f"{place} has {free / 1e6:.0f} MB free and a run of {trials} trials may need "
            f"{need / 1e6:.0f} MB; free some, or give --out another disk"
        )


def check_places(plan: Plan, on_event: OnEvent) -> dict[str, EnginePlace]:
    """What each arm will run on; environments that arms ask for are made by then, and users' jobs
    compiled for their Spark.

    Raises :class:`EnvironmentProblem` when an interpreter, a Spark or a Java is missing, and
    :class:`UsageError` for a runtime that is none or a job that does not compile.
    """
    from bench.runtime.inherited import taken_out
    from bench.runtime.jobs import compile_for, compile_jobs
    from bench.runtime.of_arm import places_of
    from bench.trial.effective import ours

    for words in taken_out():
        on_event({"event": "note", "message": words})

    def say(words: str) -> None:
        on_event({"event": "note", "message": words})

    trials = plan.round_trials(1)
    found = places_of(trials, say, ours)
    compile_jobs(trials, say)
    compile_for(trials, say)
    return {arm.text: found[arm.text] for arm in plan.arms}


def java_of(places: Mapping[str, EnginePlace]) -> str | None:
    """The Java that stands for a run: the first arm's that needs one; ``None`` when none does."""
    return next((place.java for place in places.values() if place.java is not None), None)


def _nearest(path: Path) -> Path:
    """``path`` itself, or the nearest folder above it that exists."""
    path = path.absolute()
    while not path.exists() and path != path.parent:
        path = path.parent
    return path
