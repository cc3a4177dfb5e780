"""Where a run's wall time went, phase by phase, and how old its JVMs were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.plan.phases import MEASURED, PHASES
from bench.results.schema import RunInfo, TrialResult

#: What lies between trials, before the first and after the last, as a phase of its own.
BETWEEN, BETWEEN_WORDS = "between", "between trials"

#: Smaller shares are drawn, not told in a sentence.
_TOLD = 0.02

#: Characters of a bar in plain text.
_WIDTH = 40


@dataclass(frozen=True)
class Part:
    """One phase of all trials together: seconds, and their share of the wall time."""

    name: str
    words: str
    seconds: float
    share: float

    @property
    def measured(self) -> bool:
        """Whether it is measurement."""
        return self.name == MEASURED

    def bar(self) -> str:
        """Its share in plain text, a block for each fortieth."""
        return "█" * round(self.share * _WIDTH)


def wall_s(info: RunInfo, results: Sequence[TrialResult]) -> float:
    """The run's wall time, as far as it was spent on these trials."""
    trials_s = sum(result.trial_s for result in results)
    if info.finished_at is not None and len(info.parts) == 1:
        # What lay between trials, and attempts that were repeated, counts as well.
        return max(trials_s, info.finished_at - info.started_at)
    return trials_s


def parts(info: RunInfo, results: Sequence[TrialResult]) -> list[Part]:
    """The phases in their order; they add up to the wall time.

    Empty for runs of before trials kept account of them, and where only some did.
    """
    accounts = [result.spent for result in results]
    whole_s = wall_s(info, results)
    if not accounts or None in accounts or whole_s <= 0:
        return []
    seconds = {name: 0.0 for name in PHASES}
    for account in accounts:
        for name, value in (account or {}).items():
            seconds[name] = seconds.get(name, 0.0) + value
    words = {**PHASES, BETWEEN: BETWEEN_WORDS}
    seconds[BETWEEN] = max(0.0, whole_s - sum(seconds.values()))
    return [
        Part(name, words.get(name, name), value, value / whole_s)
        for name, value in seconds.items()
        if value > 0
    ]


def rest_words(found: Sequence[Part]) -> str:
    """What is no measurement, the largest first: ``21% warm-up prelude, 15% ...``."""
    rest = sorted((one for one in found if not one.measured), key=lambda one: -one.share)
    told = [one for one in rest if one.share >= _TOLD]
    return ", ".join(f"{one.share:.0%} {one.words}" for one in told)


def jvm_ages_s(results: Sequence[TrialResult]) -> tuple[float, float] | None:
    """The youngest and the oldest JVM of a run when its window began, in seconds.

    ``None`` where no trial tells.
    """
    ages = [result.jvm_age_s for result in results if result.jvm_age_s is not None]
    return (min(ages), max(ages)) if ages else None
