"""What a plan is told of this machine and its files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from bench.contract.jobs import JOBS
from bench.errors import UsageError
from bench.machine.environment import usable_cores
from bench.plan.arms import read_runtime_name
from bench.plan.axes import Surroundings
from bench.runner.own_jobs import OwnJobs
from bench.runner.replays import digest_of


def surroundings(runtimes: Sequence[str] = ()) -> Surroundings:
    """This machine's CPUs, the catalog's jobs, and ways to look into files and users' jobs.

    ``runtimes`` are interpreters as ``--runtime`` takes them; see :func:`read_runtimes`.
    """
    return Surroundings(
        usable_cores(),
        tuple(sorted(JOBS)),
        replay_rate,
        replay_digest=digest_of,
        own=OwnJobs(),
        runtimes=read_runtimes(runtimes),
    )


def read_runtimes(texts: Sequence[str]) -> dict[str, str]:
    """Name to absolute path of each ``NAME=/path/to/python``; :class:`UsageError` for a bad one."""
    found: dict[str, str] = {}
    for text in texts:
        name, equals, path = (part.strip() for part in text.partition("="))
        if not equals or not path:
            raise UsageError(f"--runtime: '{text}' is not NAME=PATH; write old=/path/to/python")
        try:
            read_runtime_name(name)
        except UsageError as problem:
            raise UsageError(f"--runtime: {problem}") from None
        if name in found:
            raise UsageError(f"--runtime: '{name}' is given twice; keep one")
        found[name] = runtime_path(path, f"--runtime {name}")
    return found


def runtime_path(path: str, where: str, folder: Path | None = None) -> str:
    """The absolute path of an interpreter, relative ones from ``folder`` (by default the working
    one); :class:`UsageError` that begins with ``where`` if it is no program.
    """
    place = ((folder or Path()) / Path(path).expanduser()).absolute()
    if not os.access(place, os.X_OK) or place.is_dir():
        raise UsageError(
            f"{where}: {path} is no program; give the path of a Python interpreter, for example "
            "/path/to/venv/bin/python"
        )
    return str(place)


def replay_rate(path: str) -> float:
    """Mean records per second by the file's own timestamps.

    Raises :class:`UsageError` when the file or its timestamps cannot be read.
    """
    from bench.load.content.replay import ReplayFile
    from bench.load.timing.replay_schedule import ReplaySchedule
    from bench.load.timing.timestamps import leading_times

    try:
        replay = ReplayFile.load(path)
        return ReplaySchedule(leading_times(replay.data, replay.name)).rate_per_s
    except UsageError as error:
        raise UsageError(f"--replay: {error}") from None
