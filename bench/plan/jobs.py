"""What a job brings along to a trial: its lines, keys, streams and parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.contract.jobs import JOBS, OWN, check_params, job_info
from bench.contract.own.info import BUILDERS
from bench.errors import UsageError
from bench.load.content.kinds import KEYED, PLAIN, parse_lines
from bench.plan.arms import choice
from bench.plan.axes import JOB_LINES, MATCHED, TEXTBOOK
from bench.plan.own import OwnJob
from bench.plan.spec import Arm, Value

#: Keys of lines that need some, where neither the job nor the user says how many.
DEFAULT_KEYS = 1000


def job_lines(job: str, lines: str, *, replayed: bool) -> str:
    """The kind of lines of a trial: the user's, else the job's; of a replay none of ours."""
    if lines != JOB_LINES:
        return lines
    return PLAIN if replayed else job_info(job).lines


def job_keys(job: str, lines: str, keys: int, *, replayed: bool) -> int:
    """How many keys the lines have: as the user says, else as the job wants or the lines need."""
    if keys or (replayed and lines == JOB_LINES):
        return keys
    if lines == JOB_LINES:
        return job_info(job).keys
    return DEFAULT_KEYS if parse_lines(lines).kind in KEYED else 0


def path_of(job: str, arm: Arm) -> str:
    """The path an arm takes with a job: its own, else the only one the job has there."""
    usual = dict(job_info(job).paths).get(arm.engine)
    return choice(arm, "path") if "path" in arm.keys or usual is None else usual


def check_side(job: str, arm: Arm, own: OwnJob | None) -> None:
    """Raise :class:`UsageError` for an arm that a user's job has no side for."""
    if own is not None and arm.engine in BUILDERS and arm.engine not in own.engines:
        raise UsageError(
            f"job {job} has no function {own.builders[arm.engine]}; write it, or leave out "
            f"the arm {arm}"
        )


def streams_of(job: str, streams: int) -> int:
    """As many streams as asked for, and no fewer than the job needs."""
    return max(streams, job_info(job).least_streams)


def check_streams(streams: Sequence[Value], jobs: Sequence[Value], where: str) -> None:
    """Raise :class:`UsageError` for fewer streams, asked for, than a job needs."""
    for job in jobs:
        least = job_info(str(job)).least_streams
        for asked in streams:
            if int(asked) < least:
                raise UsageError(
                    f"{where}: job {job} reads {least} streams at least, not {asked}; give more"
                )


def partitions_of(value: Value, cores: int) -> int | None:
    """Partitions of a shuffle: ``matched`` is one a core, ``textbook`` leaves it to each API."""
    if value == TEXTBOOK:
        return None
    return cores if value == MATCHED else int(value)


def job_params(job: str, given: Mapping[str, str]) -> dict[str, Any]:
    """All parameters of a job with typed values; :class:`UsageError` for one that cannot be.

    Those of a job that is not in the catalogue stay texts: only its own module knows them.
    """
    if job not in JOBS and job not in OWN:
        return dict(given)
    try:
        return dict(check_params(job_info(job).params, given))
    except ValueError as problem:
        raise UsageError(f"job {job}: {problem}") from None
