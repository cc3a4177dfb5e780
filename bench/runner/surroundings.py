"""What a plan is told of this machine and its files."""

from __future__ import annotations

from bench.errors import UsageError
from bench.plan.axes import Surroundings
from bench.runner.environment import usable_cores
from bench.runner.jobs import job_names
from bench.runner.own_jobs import OwnJobs


def surroundings() -> Surroundings:
    """This machine's CPUs, the catalog's jobs, and ways to look into files and users' jobs."""
    return Surroundings(usable_cores(), job_names(), replay_rate, OwnJobs())


def replay_rate(path: str) -> float:
    """Mean records per second by the file's own timestamps.

    Raises :class:`UsageError` when the file or its timestamps cannot be read.
    """
    from bench.load.replay import ReplayFile
    from bench.load.replay_schedule import ReplaySchedule
    from bench.load.timestamps import leading_times

    try:
        replay = ReplayFile.load(path)
        return ReplaySchedule(leading_times(replay.data, replay.name)).rate_per_s
    except UsageError as error:
        raise UsageError(f"--replay: {error}") from None
