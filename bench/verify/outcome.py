"""What a verification found; its words and its JSON form.  Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bench.contract.digest import Digest
from bench.document import text
from bench.document.parts import LEAD, Code, Grid, Line, Part
from bench.verify.compare import NOTHING, Difference

#: Of the JSON form.
SCHEMA_VERSION = 1

#: Results, the best first.  ``known`` is a documented difference; the last two are bad.
SAME, KNOWN, UNSUPPORTED, DIFFERS, FAILED = "same", "known", "unsupported", "differs", "failed"

#: How many of the differing records are shown.
SHOWN = 10
_WIDTH = 60


@dataclass(frozen=True)
class Outcome:
    """One job on one arm with one input.

    ``records`` came, ``expected_records`` should have; ``order`` says what was checked of it.
    ``differences`` are the first ones of ``differing``, in words; ``known`` is why they are no
    fault.  ``reason`` is why there is nothing to compare.
    """

    job: str
    source: str
    arm: str
    path: str
    input: str
    result: str
    expected_records: int = 0
    records: int = 0
    batches: int = 0
    order: str = ""
    differing: int = 0
    differences: tuple[str, ...] = ()
    known: str = ""
    reason: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Verification:
    """Everything one run of ``sparkbench verify`` found."""

    seed: int
    outcomes: tuple[Outcome, ...]
    environment: dict[str, Any]
    seconds: float

    @property
    def sentence(self) -> str:
        """The answer in one sentence."""
        counts = Counter(outcome.result for outcome in self.outcomes)
        compared = sum(counts[result] for result in (SAME, KNOWN, DIFFERS))
        if counts[FAILED]:
            return f"{_times(counts[FAILED], 'comparison')} could not be made."
        if counts[DIFFERS]:
            return f"{counts[DIFFERS]} of {_times(compared, 'comparison')} differ."
        if not compared:
            return "Nothing could be compared: no arm supports it."
        jobs = len({outcome.job for outcome in self.outcomes})
        same = f"Same input, same output: {_times(compared, 'comparison')} of {_times(jobs, 'job')}"
        return same + (
            f", {counts[KNOWN]} with a known difference." if counts[KNOWN] else " agree."
        )

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary."""
        return {
            "schema_version": SCHEMA_VERSION,
            "seed": self.seed,
            "sentence": self.sentence,
            "seconds": round(self.seconds, 3),
            "environment": self.environment,
            "comparisons": [asdict(outcome) for outcome in self.outcomes],
        }


def words_of(difference: Difference, label: str = "") -> str:
    """One difference in a line of ASCII; ``label`` says what kind of line it is about."""
    batch = "" if difference.batch_id is None else f"batch {difference.batch_id}"
    if isinstance(difference.expected, Digest) and isinstance(difference.got, Digest):
        return _digest_words(difference, difference.expected, difference.got, batch)
    place = "record ?" if difference.position is None else f"record {difference.position}"
    about = ", ".join(part for part in (batch, label) if part)
    expected, got = _shown(difference.expected, difference.got)
    return f"{place}{f' ({about})' if about else ''}: expected {expected}, got {got}"


def first_words(differences: Sequence[Difference], labels: Iterable[str]) -> tuple[str, ...]:
    """The first differences in words, each with its label."""
    pairs = zip(differences[:SHOWN], labels, strict=False)
    return tuple(words_of(difference, label) for difference, label in pairs)


def _digest_words(difference: Difference, expected: Digest, got: Digest, batch: str) -> str:
    first = difference.position or 0
    place = f"records {first} to {first + difference.records - 1}" if difference.records else "none"
    about = f" ({batch})" if batch else ""
    if expected.records != got.records:
        what = f"expected {_times(expected.records, 'record')}, got {got.records}"
    else:
        what = f"{_times(got.records, 'record')}, as many as expected, but not the same ones"
    return f"{place}{about}: {what}"


def _shown(expected: Any, got: Any) -> tuple[str, str]:
    """Both as Python writes them, long texts cut around the first place where they differ."""
    start = 0
    if isinstance(expected, str) and isinstance(got, str):
        pairs = zip(expected, got, strict=False)
        same = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(expected), len(got)))
        start = max(0, same - _WIDTH // 2)
    return _cut(expected, start), _cut(got, start)


def _cut(value: Any, start: int) -> str:
    if value is NOTHING:
        return repr(value)
    if not isinstance(value, str):
        text = ascii(value)
        return text if len(text) <= 2 * _WIDTH else f"{text[: 2 * _WIDTH]}..."
    if len(value) <= 2 * _WIDTH:
        return ascii(value)
    part = ascii(value[start : start + _WIDTH])
    where = f" at character {start}" if start else ""
    return f"{'...' * bool(start)}{part}...{where} ({len(value)} characters)"


def _times(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


_STYLES = {SAME: "green", KNOWN: "yellow", UNSUPPORTED: "dim", DIFFERS: "bold red", FAILED: "red"}
_WORDS = {KNOWN: "known difference"}


def verification_parts(found: Verification) -> list[Part]:
    """The table, what differs, and the answer in one sentence."""
    heading = ("job", "source", "arm", "input", "records", "batches", "order", "result")
    rows = tuple(map(_row, found.outcomes))
    styles = tuple(_STYLES[outcome.result] for outcome in found.outcomes)
    left = frozenset(heading) - {"records", "batches"}
    notes = [part for outcome in found.outcomes for part in _notes(outcome)]
    return [Grid(heading, rows, left, styles), *notes, Line(found.sentence, LEAD)]


def _row(outcome: Outcome) -> tuple[str, ...]:
    compared = outcome.result not in (UNSUPPORTED, FAILED)
    figures = (f"{outcome.records:,}", f"{outcome.batches:,}", outcome.order)
    result = _WORDS.get(outcome.result, outcome.result)
    shown = figures if compared else (text.NONE,) * len(figures)
    return (outcome.job, outcome.source, outcome.arm, outcome.input, *shown, result)


def _notes(outcome: Outcome) -> list[Part]:
    about = f"! {outcome.arm}, job {outcome.job}, {outcome.input} input"
    notes: list[Part] = []
    if outcome.reason:
        notes.append(Line(f"{about}: {outcome.reason}", _STYLES[outcome.result]))
    if outcome.differences:
        if outcome.known:
            notes.append(Line(f"{about}: known difference: {outcome.known}", "yellow"))
        else:
            said = f"{outcome.expected_records:,} records expected, {outcome.records:,} came"
            notes.append(Line(f"{about}: {said}", "bold red"))
        first = f"the first {len(outcome.differences)} of {outcome.differing:,} differences:"
        notes += [Line(first), Code("\n".join(f"    {one}" for one in outcome.differences))]
    return notes
