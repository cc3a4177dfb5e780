"""Costs that come back every so many batches, of any run whose trials have batches enough."""

from __future__ import annotations

from collections.abc import Sequence

from bench.document import text
from bench.document.parts import Line, Part
from bench.measure.periodic import Periodic, periodic
from bench.results.schema import TrialResult
from bench.summary.axes import split_axes
from bench.summary.source import Source


def periodic_parts(run: Source) -> list[Part]:
    """What comes back, a sentence an arm and cell; nothing where nothing does."""
    axes, _common = split_axes(run.summaries)
    groups: dict[tuple[str, str], list[TrialResult]] = {}
    for result in run.results:
        cell = {axis: result.trial.cell[axis] for axis in axes if axis in result.trial.cell}
        key = result.trial.arm, text.cell_text(cell) if cell else ""
        groups.setdefault(key, []).append(result)
    told = [
        line
        for (arm, where), trials in groups.items()
        if (line := _sentence(f"{arm} at {where}" if where else arm, trials))
    ]
    if not told:
        return []
    return [Line("What comes back", "bold"), *(Line(words) for words in told)]


def _sentence(name: str, trials: Sequence[TrialResult]) -> str:
    found = [
        one for trial in trials if (one := periodic([b for b in trial.batches if not b.warmup]))
    ]
    if not found:
        return ""
    most = max(found, key=lambda one: one.z)
    alike = [one for one in found if one.period == most.period]
    among = f" in {len(alike)} of {len(trials)} trials" if len(trials) > 1 else ""
    return f"{text.plain(name)}: {periodic_words(most)}{among}."


def periodic_words(one: Periodic) -> str:
    """``every 10th batch (each 10 s) takes 120 ms longer, 34% of a usual one, mostly addBatch``."""
    part = f", most of it {text.plain(one.part)}" if one.part else ""
    return (
        f"every {ordinal(one.period)} batch (each {text.seconds(one.every_s)}) takes "
        f"{text.seconds(one.height_s)} longer, {one.share:.0%} of a usual one{part}"
    )


def ordinal(number: int) -> str:
    """``2nd``, ``3rd``, ``10th``, ``11th``, ``21st``."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if 10 <= number % 100 <= 13 else ending}"
