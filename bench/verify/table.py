"""A verification as people read it."""

from __future__ import annotations

from bench.document import text
from bench.document.parts import LEAD, Code, Grid, Line, Part
from bench.verify.outcome import DIFFERS, FAILED, KNOWN, SAME, UNSUPPORTED, Outcome, Verification

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
    figures = (f"{outcome.records:,}", f"{outcome.batches:,}", outcome.order)
    if outcome.result in (UNSUPPORTED, FAILED):
        figures = (text.NONE,) * 3
    result = _WORDS.get(outcome.result, outcome.result)
    return (outcome.job, outcome.source, outcome.arm, outcome.input, *figures, result)


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
