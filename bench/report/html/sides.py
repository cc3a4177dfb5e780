"""What each arm's figures are figures of: its path, its guarantee and what else sets it apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bench.document import text
from bench.summary.loads import slot_words
from bench.summary.source import Source

#: Arms shown on the first screen; a run with more (a search for settings) names the first ones.
MOST_SIDES = 4


@dataclass(frozen=True)
class Side:
    """One arm: its place in the run's order, and name and value of each fact."""

    position: int
    arm: str
    baseline: bool
    facts: tuple[tuple[str, str], ...]


def sides(run: Source) -> list[Side]:
    """The first arms of a run."""
    found = []
    for position, arm in enumerate(run.arms[:MOST_SIDES]):
        trials = [result.trial for result in run.results if result.trial.arm == arm]
        slots = slot_words(trials)
        facts = (
            ("path", _joined(trial.path for trial in trials)),
            ("guarantee", _joined(trial.guarantee for trial in trials)),
            ("source", _joined(trial.source for trial in trials)),
            ("profile", _joined(trial.profile for trial in trials)),
            ("slots", slots),
        )
        known = tuple((name, value) for name, value in facts if value)
        baseline = position == 0 and len(run.arms) > 1
        found.append(Side(position, text.plain(arm), baseline, known))
    return found


def _joined(values: Iterable[str]) -> str:
    return text.plain("/".join(dict.fromkeys(values)))
