"""From what an arm wrote to a result.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from bench.contract import BatchRecord
from bench.plan.spec import Arm
from bench.verify.captured import Captured, Row
from bench.verify.checks import JobCheck
from bench.verify.compare import (
    NOTHING,
    Difference,
    batch_differences,
    changed,
    differences,
    digest_differences,
    row_differences,
)
from bench.verify.expected import UTF_8, charset_of, keeps_order, lines_of
from bench.verify.inputs import LARGE, REPLAY, Input
from bench.verify.outcome import DIFFERS, FAILED, KNOWN, SAME, SHOWN, Outcome, first_words

Reference = Callable[[Sequence[str], Mapping[str, Any]], list[Row]]

#: How much of a line of the user's is shown.
LINE = 100

#: What was checked of the order.
ARRIVAL, BATCHES, NONE = "arrival", "batches", "none"


@dataclass(frozen=True)
class Subject:
    """What one arm wrote of one input, and how it is to be judged.

    ``others`` are the inputs of further streams, ``inputs`` is how many of them the job tells
    apart (as ``bench.contract.jobs.JobInfo`` has it), ``params`` what it was built with.
    """

    arm: Arm
    check: JobCheck
    source: Input
    captured: Captured
    batches: Sequence[BatchRecord]
    others: tuple[Input, ...] = ()
    inputs: int = 1
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def charset(self) -> str:
        """The charset this arm's source decodes with."""
        return charset_of(self.arm, self.captured.charset)

    def expected(self, charset: str) -> list[Row] | None:
        """The rows that should come of the input, ``None`` where only another arm can tell."""
        if self.check.whole_reference is not None:
            streams, count = self.streams(charset), self.inputs or 1 + len(self.others)
            inputs = [list(chain(*streams[number::count])) for number in range(count)]
            return self.check.whole_reference(inputs, self.params)
        if self.check.reference is None:
            return None
        return self.check.reference(lines_of(self.source.data, charset))

    def streams(self, charset: str) -> list[list[str]]:
        """The lines of each stream."""
        return [lines_of(source.data, charset) for source in (self.source, *self.others)]

    def rows(self) -> list[Row]:
        """What is compared where batches do not matter."""
        if self.check.normalise is None:
            return self.captured.all_rows()
        rows = self.captured.rows
        return self.check.normalise(self.arm, [rows[batch_id] for batch_id in sorted(rows)])

    def differences(self, expected: list[Row]) -> list[Difference]:
        """Where the output departs from ``expected``."""
        if self.source.name == LARGE:
            return digest_differences(expected, self.captured.digests, self.batches)
        if not self.check.by_batch:
            return differences(expected, self.rows(), ordered=False)
        return row_differences(
            expected, self.captured.rows, self.batches, ordered=keeps_order(self.arm)
        )


def judge(subject: Subject, outcome: Outcome, baseline: Subject) -> Outcome:
    """``outcome`` completed; rows of ``baseline`` are the measure where there is no other."""
    captured = subject.captured
    outcome = replace(
        outcome,
        records=captured.total().records + len(captured.all_rows()),
        batches=sum(1 for batch in subject.batches if batch.records),
        order=_order(subject),
    )
    if subject.check.by_batch_reference is not None:
        return _by_batch(subject, outcome, subject.check.by_batch_reference)
    expected = subject.expected(UTF_8)
    if expected is None:
        return _against(subject, outcome, baseline)
    outcome = replace(outcome, expected_records=len(expected))
    found = subject.differences(expected)
    if not found:
        return replace(outcome, result=SAME)
    known = _known(subject)
    if known:
        # The output is what the documented charset makes of the input: say where that departs.
        found = changed(expected, subject.expected(subject.charset) or [])
    return _differing(subject, outcome, found, known)


def _by_batch(subject: Subject, outcome: Outcome, reference: Reference) -> Outcome:
    found, rows = batch_differences(
        subject.streams(subject.charset),
        lambda lines: reference(lines, subject.params),
        subject.captured.rows,
        subject.batches,
    )
    outcome = replace(outcome, expected_records=rows)
    return _differing(subject, outcome, found, "") if found else replace(outcome, result=SAME)


def _known(subject: Subject) -> str:
    """Why the output is no fault though it departs from what is promised; empty if it is one."""
    if subject.charset == UTF_8:
        return ""
    try:
        documented = subject.expected(subject.charset)
    except LookupError:
        return ""
    if documented is None or subject.differences(documented):
        return ""
    return (
        "the socket source of Structured Streaming decodes with the JVM's default charset, "
        f"here {subject.charset}"
    )


def _against(subject: Subject, outcome: Outcome, baseline: Subject) -> Outcome:
    if subject.charset != baseline.charset:
        reason = (
            f"its source decodes {subject.charset} and that of {baseline.arm} {baseline.charset}; "
            "set LC_ALL to C.UTF-8 to compare them"
        )
        return replace(outcome, result=FAILED, reason=reason)
    expected = baseline.rows()
    found = differences(expected, subject.rows(), ordered=False)
    outcome = replace(outcome, expected_records=len(expected))
    return _differing(subject, outcome, found, "") if found else replace(outcome, result=SAME)


def _differing(subject: Subject, outcome: Outcome, found: list[Difference], known: str) -> Outcome:
    if subject.source.name == REPLAY:
        labels = _places(subject, found[:SHOWN])
    else:
        by_record = subject.check.by_batch and subject.source.labels
        labels = [subject.source.label(one.position) if by_record else "" for one in found]
    return replace(
        outcome,
        result=KNOWN if known else DIFFERS,
        differing=len(found),
        differences=first_words(found, labels),
        known=known,
    )


def _places(subject: Subject, found: Sequence[Difference]) -> list[str]:
    """Where in the user's file what differs comes from, as far as its words tell."""
    if subject.others:  # lines are dealt out to streams
        return [""] * len(found)
    lines = subject.streams(subject.charset)[0]
    places = []
    for one in found:
        row = one.got if one.expected is NOTHING else one.expected
        number = one.position if subject.check.by_batch else line_of(row, lines)
        if number is None or number >= len(lines):
            places.append("")
        else:
            places.append(f"line {number + 1}: {_short(lines[number])}")
    return places


def _short(line: str) -> str:
    return ascii(line if len(line) <= LINE else f"{line[:LINE]}...")


def line_of(row: Row, lines: Sequence[str]) -> int | None:
    """The first line that most of a row's values stand in, by its index; ``None`` for none."""
    values = row if isinstance(row, tuple) else (row,)
    words = {w for value in values for w in _words(value)}
    if not words:
        return None
    counts = [sum(word in line for word in words) for line in lines]
    most = max(counts, default=0)
    return counts.index(most) if most else None


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, float):
        yield f"{value:g}"
    elif value not in (None, ""):
        yield str(value)


def _order(subject: Subject) -> str:
    if subject.check.by_batch_reference is not None:
        return BATCHES
    if not subject.check.by_batch:
        return NONE
    in_rows = subject.source.name != LARGE and keeps_order(subject.arm)
    return ARRIVAL if in_rows else BATCHES
