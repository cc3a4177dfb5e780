"""The rule: from where the arms stand to one of four words.

``stay``          what runs today meets the target.
``tune first``    it misses it, and another arm of the same engine (or another setting) meets it; or
                  nothing that was measured meets it, and there is nothing to migrate to yet.
``migrate``       it misses it, nothing of its engine is left open, and another engine meets it, on
                  more than an estimate.
``measure more``  whatever decides between these is unknown.

A target that is met gives no reason to move, and the expensive step is never advised while a
cheaper one is open or on the strength of an estimate.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from bench.decision.reading import Word

Answer = Literal["stay", "migrate", "tune first", "measure more"]

#: Which line of the rule gave the answer.
Ground = Literal[
    "in use meets",
    "in use unknown",
    "variant meets",
    "variant unknown",
    "other meets",
    "other meets by estimate",
    "other unknown",
    "nothing meets",
]


@dataclass(frozen=True)
class Stand:
    """What the rule sees of an arm at a setting."""

    word: Word
    firm: bool = True


@dataclass(frozen=True)
class Choice:
    """An answer and the line of the rule that gave it."""

    answer: Answer
    ground: Ground


def choose(in_use: Stand, variants: Iterable[Stand], others: Iterable[Stand]) -> Choice:
    """The answer for what is in use, variants of it (same engine) and other engines.

    It is a function of the words alone, whatever their order.
    """
    near, far = list(variants), list(others)
    if in_use.word == "meets":
        return Choice("stay", "in use meets")
    if in_use.word == "unknown":
        return Choice("measure more", "in use unknown")
    if any(stand.word == "meets" for stand in near):
        return Choice("tune first", "variant meets")
    if any(stand.word == "unknown" for stand in near):
        return Choice("measure more", "variant unknown")
    met = [stand for stand in far if stand.word == "meets"]
    if in_use.firm and any(stand.firm for stand in met):
        return Choice("migrate", "other meets")
    if met:
        return Choice("measure more", "other meets by estimate")
    if any(stand.word == "unknown" for stand in far):
        return Choice("measure more", "other unknown")
    return Choice("tune first", "nothing meets")
