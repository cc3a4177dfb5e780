"""How the output of each job is judged.

A job without an entry is judged by the multiset of its rows over the whole run, arm against arm.
One whose two sides say the same in other ways, such as running totals against counts per batch,
brings a ``normalise`` that leaves what both promise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.plan.spec import Arm

Row = Any


@dataclass(frozen=True)
class JobCheck:
    """``reference`` makes the expected rows from the decoded lines, where that can be said here.

    ``by_batch``: each batch holds the rows of its own records, one a record.  ``digest``: rows are
    text, so the large input can be checked by digests; both need a ``reference``.  ``normalise``
    gets the arm and the rows of its batches in order, and returns what is compared.
    """

    reference: Callable[[list[str]], list[Row]] | None = None
    by_batch: bool = False
    digest: bool = False
    normalise: Callable[[Arm, Sequence[Sequence[Row]]], list[Row]] | None = None


CHECKS: Mapping[str, JobCheck] = {
    "echo": JobCheck(reference=list, by_batch=True, digest=True),
}


def check_of(job: str) -> JobCheck:
    """The check of a job."""
    return CHECKS.get(job, JobCheck())
