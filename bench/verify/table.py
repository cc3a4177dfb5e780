"""A verification as people read it."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bench.document.text import ascii_only, plain
from bench.verify.outcome import DIFFERS, FAILED, KNOWN, SAME, UNSUPPORTED, Outcome, Verification

_STYLES = {SAME: "green", KNOWN: "yellow", UNSUPPORTED: "dim", DIFFERS: "bold red", FAILED: "red"}
_WORDS = {KNOWN: "known difference"}


def print_verification(found: Verification, console: Console) -> None:
    """The table, what differs, and the answer in one sentence."""
    console.print(_table(found), highlight=False)
    for outcome in found.outcomes:
        for words, style in _notes(outcome):
            if console.options.ascii_only:
                words = ascii_only(words)
            console.print(Text(words, style), highlight=False, soft_wrap=True)
    console.print(Text(found.sentence, "bold"), highlight=False)


def _table(found: Verification) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False, pad_edge=False)
    for name in ("job", "source", "arm", "input"):
        table.add_column(name, overflow="fold")
    for name in ("records", "batches"):
        table.add_column(name, justify="right", no_wrap=True)
    for name in ("order", "result"):
        table.add_column(name)
    for outcome in found.outcomes:
        compared = outcome.result not in (UNSUPPORTED, FAILED)
        table.add_row(
            plain(outcome.job),
            outcome.source,
            plain(outcome.arm),
            outcome.input,
            f"{outcome.records:,}" if compared else "-",
            f"{outcome.batches:,}" if compared else "-",
            outcome.order if compared else "-",
            Text(_WORDS.get(outcome.result, outcome.result), _STYLES[outcome.result]),
        )
    return table


def _notes(outcome: Outcome) -> Iterator[tuple[str, str]]:
    about = f"{plain(outcome.arm)}, job {plain(outcome.job)}, {outcome.input} input"
    if outcome.reason:
        yield f"! {about}: {plain(outcome.reason)}", _STYLES[outcome.result]
    if not outcome.differences:
        return
    count = f"{len(outcome.differences)} of {outcome.differing:,} differences"
    if outcome.known:
        yield f"! {about}: known difference: {outcome.known}; the first {count}:", "yellow"
    else:
        expected = f"{outcome.expected_records:,} records expected, {outcome.records:,} came"
        yield f"! {about}: {expected}; the first {count}:", "bold red"
    for words in outcome.differences:
        yield f"    {words}", ""
