"""What an assessment says beside a decision: effort and risks, which nothing here measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.document.parts import Heading, Part, bullets

#: Risks that are quoted; the assessment has all.
_MOST = 5


@dataclass(frozen=True)
class Assessed:
    """What ``sparkbench assess --format json`` found, as far as a decision quotes it.

    ``days`` are person-days from and to, by a rule and not by measuring.
    """

    headline: str
    days: tuple[float, float]
    risks: tuple[str, ...]


def assessed_sentences(one: Assessed) -> list[str]:
    """What a decision quotes, a sentence an item."""
    low, high = one.days
    return [
        f"By the rule of the assessment a migration takes {low:g} to {high:g} person-days "
        "(docs/assess.md); the answer above does not weigh it",
        *one.risks[:_MOST],
    ]


def assessed_parts(one: Assessed) -> list[Part]:
    """What follows the last decision."""
    return [Heading("Not measured here: effort and risks"), *bullets(assessed_sentences(one))]


def read_assessed(data: Any) -> Assessed:
    """From the JSON of an assessment; raises :class:`ValueError` for anything else."""
    if not isinstance(data, Mapping) or data.get("kind") != "assessment":
        raise ValueError("not an assessment; make one with `sparkbench assess PATH --format json`")
    if data.get("form") != 1:
        raise ValueError("an assessment of another version of sparkbench; make it anew")
    effort, risks = data.get("effort"), data.get("risks")
    if not isinstance(effort, Mapping) or not isinstance(risks, list):
        raise ValueError("an assessment without effort or risks; make it anew")
    return Assessed(
        headline=str(data.get("headline", "")),
        days=(_days(effort.get("low_days")), _days(effort.get("high_days"))),
        risks=tuple(map(str, risks)),
    )


def _days(value: Any) -> float:
    if isinstance(value, int | float) and 0 <= value < 1e6:
        return float(value)
    raise ValueError("an assessment whose effort is no number of days; make it anew")
