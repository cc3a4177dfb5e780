"""How a run judges: the level, the threshold and the kind of interval, fixed before it starts."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bench.stats import launches, sequential
from bench.stats.interval import (
    ALPHA,
    Interval,
    cell_level,
    minimum_rounds,
    multiplier,
    t_interval,
)
from bench.stats.outcome import LOST_SHARE

#: How a run came to its end: after a planned number of rounds; when its verdicts were firm
#: (``bench.stats.launches``); by its spread or budget (``--until``); or at will, by somebody who
#: saw the figures.
Stopping = Literal["fixed", "firm", "until", "open"]

#: Ratios between 1/1.05 and 1.05 count as noise where no A/A run has said otherwise.
THRESHOLD = 1.05

#: No advice beyond this many rounds in all: nobody runs them.
MOST_ROUNDS = 100


@dataclass(frozen=True)
class Rule:
    """How a run judges.

    ``comparisons``: planned verdicts of the run (cells times contenders), m.  ``pilot``: rounds of
    the pilot, by default :func:`bench.stats.sequential.pilot_rounds`; used by ``until`` only.
    ``lost_share``: share of rounds that may be lost to disturbance from outside.
    ``by_launch``: the rule of ``bench.stats.launches``, in which disturbed rounds are replaced and
    drift widens the interval.  Runs of before that rule have Student's interval on log-ratios.
    """

    comparisons: int = 1
    alpha: float = ALPHA
    threshold: float = THRESHOLD
    stopping: Stopping = "fixed"
    pilot: int | None = None
    lost_share: float = LOST_SHARE
    by_launch: bool = False

    def __post_init__(self) -> None:
        if not (math.isfinite(self.threshold) and self.threshold >= 1):
            raise ValueError(f"threshold: {self.threshold} is not a ratio of at least 1")
        cell_level(self.comparisons, self.alpha)
        if self.stopping == "firm" and not self.by_launch:
            raise ValueError("only launches can be looked at until a verdict is firm")

    @property
    def on_launches(self) -> bool:
        """Whether the interval is that of ``bench.stats.launches``."""
        return self.by_launch and self.stopping in ("fixed", "firm")

    @property
    def level(self) -> float:
        """Level of each interval."""
        return cell_level(self.comparisons, self.alpha)

    @property
    def minimum(self) -> int:
        """Rounds below which there is no verdict."""
        if self.on_launches:
            return launches.LEAST
        least = minimum_rounds(self.comparisons, self.alpha)
        if self.stopping == "open":
            return max(least, sequential.open_minimum(self.comparisons, self.alpha))
        return least

    def interval(self, values: Sequence[float]) -> Interval:
        """The interval on log-ratios, in the order of the rounds, that fits how the run ended."""
        if self.stopping == "open":
            return sequential.open_interval(values, self.comparisons, self.alpha)
        if self.stopping == "until":
            pilot = self.pilot or sequential.pilot_rounds(self.comparisons, self.alpha)
            return sequential.until_interval(values, pilot, self.comparisons, self.alpha)
        return t_interval(values, self.comparisons, self.alpha)

    def planned_half_width(self, n: int, spread: float) -> float:
        """Half-width to expect of ``n`` rounds whose log-ratios have that standard deviation."""
        if self.on_launches:
            # Beyond the last look only a run with a fixed number of rounds is left.
            looks = self.stopping == "firm" and n <= launches.MOST_LOOKS
            alpha = launches.alpha_at(n, self.comparisons, looks=looks, alpha=self.alpha)
            return multiplier(2 * n - 2, 1 - alpha) * spread / math.sqrt(n)
        q = (
            sequential.open_multiplier(n, self.level)
            if self.stopping == "open"
            else multiplier(n - 1, self.level)
        )
        return q * spread / math.sqrt(n)


def rule_for(settings: Mapping[str, Any], comparisons: int, *, at_will: bool = False) -> Rule:
    """The rule of a run, from the settings of its plan as ``run.json`` holds them.

    ``at_will``: it was ended, or its plan was changed, by somebody who could see the figures.
    """
    until = settings.get("until") is not None
    stopping: Stopping = "until" if until else "firm" if settings.get("firm") else "fixed"
    return Rule(
        comparisons=comparisons,
        stopping="open" if at_will else stopping,
        pilot=int(settings["rounds"]) if until else None,
        by_launch=by_launch(settings),
    )


def by_launch(settings: Mapping[str, Any]) -> bool:
    """Whether a run has the rule of ``bench.stats.launches``: every one that is begun now."""
    return bool(settings.get("rule") == "launches")


def place(
    low: float, high: float, threshold: float, claim: float | None = None
) -> Literal["below", "above", "inside", "open"]:
    """Where an interval lies against the noise threshold; a bound on it is not beyond it.

    ``claim``: what it has to clear instead to be above or below.
    """
    claim = threshold if claim is None else claim
    if low > claim:
        return "above"
    if high < 1 / claim:
        return "below"
    return "inside" if low >= 1 / threshold and high <= threshold else "open"


def rounds_for(
    ratio: float, threshold: float, half_width_at: Callable[[int], float], n: int
) -> int | None:
    """Rounds (more than ``n``) after which an interval around ``ratio`` clears the threshold.

    ``None`` when :data:`MOST_ROUNDS` do not suffice, as for a ratio right at the threshold.
    """
    gap = abs(abs(math.log(ratio)) - math.log(threshold))
    return next((k for k in range(n + 1, MOST_ROUNDS + 1) if half_width_at(k) <= gap), None)
