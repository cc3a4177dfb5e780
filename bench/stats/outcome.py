"""What one trial gives to a comparison, and when trials may be compared at all."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bench.stats.metrics import AFTER_TICK, Metric

#: The trial counts.
OK = "ok"

#: The trial was disturbed from outside the arm (the generator starved, the machine was stolen).
DISTURBED: Final = "invalid"

#: The trial crashed, or a batch of it did.
FAILED: Final = "failed"

#: The trial was too early, too short or too near the highest rate to tell.
UNSETTLED: Final = "unsettled"

#: Share of rounds that may be lost to such disturbance before the cell is unranked.
LOST_SHARE = 0.2


@dataclass(frozen=True)
class Outcome:
    """The metric's value of one trial, its status (as in the result's schema) and reasons.

    ``drift``: by what share of itself the metric moved over the measured window.  ``at_limit``: see
    :func:`is_at_limit`.
    """

    value: float | None
    status: str = OK
    reasons: tuple[str, ...] = ()
    drift: float = 0.0
    at_limit: bool = False


def is_at_limit(result: Any) -> bool:
    """Whether all that is unsettled in a trial is that its backlog may grow, and need not.

    So it is near the highest rate that an engine holds.  What grows makes records later, never
    sooner: such an arm can be found to be the later one, and nothing else.
    """
    if result.status != UNSETTLED or result.backlog is None or result.load is None:
        return False
    missed = {check.name: check for check in result.checks if not check.passed}
    slope = missed.get("backlog_slope")
    if slope is None or slope.value is None or slope.threshold is None:
        return False
    told = slope.value < slope.threshold  # it is something else that does not hold
    least = slope.threshold * result.load.offered_per_s
    grows = result.backlog.slope_low_per_s >= least
    return not (told or grows or missed.keys() & {"measured_batches", "warmup_settled"})


def outcome_of(
    result: Any, metric: Metric, read: Callable[[Any], float | None] | None = None
) -> Outcome:
    """What a stored trial gives (a :class:`bench.results.schema.TrialResult`).

    ``read``: how the metric is had of it, by default as the metric itself says.
    """
    value = (read or metric.read)(result)
    reasons = tuple(result.reasons)
    at_limit = metric.moves == AFTER_TICK and is_at_limit(result)
    return Outcome(value, result.status, reasons, metric.drift(result), at_limit)


def obstacles(name: str, outcomes: Sequence[Outcome]) -> list[str]:
    """Why these trials of one arm cannot be ranked; empty when they can.

    What an arm did (``saturated``, ``unsettled``, ``failed``, ``unsupported``) unranks the cell
    even if it happened once: ranking the rounds that went well would flatter the arm.  (One that is
    ``at_limit`` counts where that flatters nobody: ``bench.stats.verdict.judge``.)  A round
    disturbed from outside is left out for both arms and is counted by :func:`too_many_lost`.
    """
    found = []
    counts = Counter(o.status for o in outcomes if o.status not in (OK, DISTURBED))
    for status, count in counts.items():
        why = next((o.reasons[0] for o in outcomes if o.status == status and o.reasons), "")
        what = f"{name} was {status} in {count} of {len(outcomes)} rounds"
        found.append(f"{what}: {why}" if why else what)
    for outcome in outcomes:
        if outcome.status == OK and not is_positive(outcome.value):
            found.append(f"{name} has a trial with the value {outcome.value}, not a positive one")
            break
    return found


def too_many_lost(lost: int, rounds: int, share: float = LOST_SHARE) -> list[str]:
    """Why the disturbed rounds are too many to leave out; empty when they are not."""
    if lost <= share * rounds:
        return []
    return [f"{lost} of {rounds} rounds were disturbed (invalid), at most {share:.0%} may be"]


def is_positive(value: float | None) -> bool:
    """Whether a logarithm can be taken of ``value``."""
    return value is not None and math.isfinite(value) and value > 0
