"""How the output of each job is judged.

A job without an entry is judged by the multiset of its rows over the whole run, arm against arm.
One whose two sides say the same in other ways, such as running totals against counts per batch,
brings a ``normalise`` that leaves what both promise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bench.plan.own import OwnJob
from bench.plan.spec import Arm
from bench.runner.own_jobs import normalised
from bench.verify.captured import frozen
from bench.verify.references import (
    custom_state,
    dedup,
    fraud,
    join,
    running_wordcount,
    sessions,
    sliding,
    stateless,
    tumbling,
    weblog,
)

Row = Any

#: Lines of a job's input, over all its streams.
RECORDS = 4000


@dataclass(frozen=True)
class JobCheck:
    """What is fed to a job, and what should come of it.

    ``reference`` makes the expected rows from the decoded lines, where that can be said here.
    ``by_batch``: each batch holds the rows of its own records, one a record.  ``digest``: rows are
    text, so the large input can be checked by digests; both need a ``reference``.

    ``by_batch_reference`` makes the rows of one batch from the lines it was made of and the job's
    parameters: every batch is checked.  ``whole_reference`` makes those of the whole run from one
    list of lines an input; ``any_lines`` says that what is expected holds for lines of any kind,
    not for generated ones alone.  ``normalise`` gets the arm and the rows of its batches in order,
    and returns what is compared over the whole run.

    A job with a ``reference`` gets the hostile input and the large one.  Any other gets ``records``
    lines of the kind that suits it (``lines`` and ``keys`` say otherwise), with event times as
    dense as ``rate_per_s``, in pieces ``pause_s`` apart; it runs with ``params``, and goes on for
    ``after_s`` when all is written, for output that comes with time.
    """

    reference: Callable[[list[str]], list[Row]] | None = None
    by_batch: bool = False
    digest: bool = False
    normalise: Callable[[Arm, Sequence[Sequence[Row]]], list[Row]] | None = None
    by_batch_reference: Callable[[Sequence[str], Mapping[str, Any]], list[Row]] | None = None
    whole_reference: Callable[[Sequence[Sequence[str]], Mapping[str, Any]], list[Row]] | None = None
    records: int = RECORDS
    rate_per_s: float = 1000.0
    params: Mapping[str, Any] = field(default_factory=dict)
    lines: str = ""
    keys: int = 0
    any_lines: bool = False
    pause_s: float = 0.03
    after_s: float = 0.0


STATELESS: Mapping[str, JobCheck] = {
    "echo": JobCheck(reference=list, by_batch=True, digest=True, any_lines=True),
    "enrich": JobCheck(by_batch_reference=stateless.enriched),
    "parse_csv": JobCheck(by_batch_reference=stateless.csv_rows, lines="csv:malformed=0.1"),
    "parse_json": JobCheck(by_batch_reference=stateless.json_rows, lines="json:malformed=0.1"),
    "topk": JobCheck(
        by_batch_reference=stateless.top_words, params={"k": 25}, keys=50, any_lines=True
    ),
    "union": JobCheck(by_batch_reference=stateless.lines, any_lines=True),
    "wordcount": JobCheck(by_batch_reference=stateless.word_counts, any_lines=True),
}

_SLIDING = JobCheck(
    whole_reference=sliding.expected,
    normalise=sliding.normalise,
    # PySpark takes the inverse function from five slides a window on.
    params={"window_s": 2.5, "slide_s": 0.5},
    rate_per_s=200.0,
    # Every window that holds a record has to end.
    after_s=3.5,
)

STATEFUL: Mapping[str, JobCheck] = {
    "custom_state": JobCheck(
        whole_reference=custom_state.expected, normalise=custom_state.normalise
    ),
    "dedup": JobCheck(whole_reference=dedup.expected, normalise=dedup.normalise, keys=1000),
    "fraud": JobCheck(
        whole_reference=fraud.expected,
        normalise=fraud.normalise,
        params={"limit_cents": 20_000},
        rate_per_s=20.0,
    ),
    "join": JobCheck(whole_reference=join.expected, normalise=join.normalise, records=2000),
    "running_wordcount": JobCheck(
        whole_reference=running_wordcount.expected, normalise=running_wordcount.normalise
    ),
    "touched_wordcount": JobCheck(
        whole_reference=running_wordcount.expected, normalise=running_wordcount.normalise
    ),
    "sessions": JobCheck(
        whole_reference=sessions.expected,
        normalise=sessions.normalise,
        params=sessions.PARAMS,
        keys=50,
        rate_per_s=50.0,
    ),
    "sliding": _SLIDING,
    "sliding_inverse": _SLIDING,
    "tumbling": JobCheck(
        whole_reference=tumbling.expected,
        normalise=tumbling.normalise,
        params={"window_s": 2.0},
        keys=50,
        rate_per_s=200.0,
        after_s=3.0,
    ),
    "weblog": JobCheck(
        whole_reference=weblog.expected,
        normalise=weblog.normalise,
        params={"alert_errors": 10},
        rate_per_s=20.0,
    ),
}

CHECKS: Mapping[str, JobCheck] = {**STATELESS, **STATEFUL}


#: Checks of users' jobs (:func:`register`).
OWN: dict[str, JobCheck] = {}


def check_of(job: str) -> JobCheck:
    """The check of a job."""
    return CHECKS.get(job) or OWN.get(job) or JobCheck()


def check_of_lines(job: str) -> JobCheck:
    """Its check where the lines are the user's: side against side, unless any lines will do."""
    check = check_of(job)
    if check.any_lines:
        return check
    return replace(check, reference=None, by_batch_reference=None, whole_reference=None)


def register(job: OwnJob) -> None:
    """From now on :func:`check_of` knows how a user's job is judged, as its ``VERIFY`` says."""

    def normalise(arm: Arm, batches: Sequence[Sequence[Row]]) -> list[Row]:
        return [frozen(row) for row in normalised(job, arm.engine, batches)]

    OWN[job.name] = JobCheck(normalise=normalise if job.normalise else None, **job.verify)
