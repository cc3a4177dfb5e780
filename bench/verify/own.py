"""How a user's job is judged: side against side, after its own ``normalise``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.plan.own import OwnJob
from bench.plan.spec import Arm
from bench.runner.own_jobs import normalised
from bench.verify.captured import frozen
from bench.verify.checks import OWN, JobCheck

Row = Any


def register(job: OwnJob) -> None:
    """From now on ``bench.verify.checks.check_of`` knows how the job is judged."""
    OWN[job.name] = check_of_own(job)


def check_of_own(job: OwnJob) -> JobCheck:
    """The check of a user's job; what it says under ``VERIFY`` stands in it."""

    def normalise(arm: Arm, batches: Sequence[Sequence[Row]]) -> list[Row]:
        return [frozen(row) for row in normalised(job, arm.engine, batches)]

    return JobCheck(normalise=normalise if job.normalise else None, **job.verify)
