"""A fixed number of rounds; trials that came to nothing once more at the end of their round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bench.plan.cells import cell_key
from bench.plan.plan import Plan
from bench.plan.spec import TrialSpec, Value

if TYPE_CHECKING:
    from bench.results.schema import TrialResult

#: What says something about the moment rather than the engine: a crash, a machine that was
#: disturbed, a JVM that had not settled.  One such trial would leave its arm unranked in the whole
#: run.  ``saturated`` is the engine's own answer and is never asked twice.
RUN_AGAIN = frozenset({"failed", "invalid", "unsettled"})

#: How often such a trial is tried in all.
MAX_ATTEMPTS = 2


class Rounds:
    """Every round of a plan, in order.

    A trial of status :data:`RUN_AGAIN` runs once more at the end of its round; what the second
    attempt says stands.  An arm that is ``unsupported`` at a cell is not run there again: that
    result stands for the rounds to come.  The rule is the same for every arm.  The trials of a soak
    take hours, and what becomes of them is the answer: none runs again.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def next(self, results: Sequence[TrialResult]) -> TrialSpec | None:
        """The first of :meth:`remaining`."""
        remaining = self.remaining(results)
        return remaining[0] if remaining else None

    def remaining(self, results: Sequence[TrialResult]) -> list[TrialSpec]:
        """What is left to run, trials that are run again included."""
        return left_of_rounds(self._plan, results, self._plan.settings.rounds)


def left_of_rounds(plan: Plan, results: Sequence[TrialResult], rounds: int) -> list[TrialSpec]:
    """What is left of the first ``rounds`` rounds, in order, by the rules of :class:`Rounds`."""
    latest = latest_attempts(results)
    unsupported = {
        _place(result.trial.arm, result.trial.cell)
        for result in latest.values()
        if result.status == "unsupported"
    }
    left: list[TrialSpec] = []
    for number in range(1, rounds + 1):
        specs = plan.round_trials(number)
        left += [
            spec
            for spec in specs
            if spec.number not in latest and _place(spec.arm.text, spec.cell) not in unsupported
        ]
        if not plan.settings.soak:
            left += _retries(specs, latest)
    return left


def latest_attempts(results: Sequence[TrialResult]) -> dict[int, TrialResult]:
    """The last attempt of each trial, by the trial's number."""
    latest: dict[int, TrialResult] = {}
    for result in results:
        known = latest.get(result.trial.number)
        if known is None or result.trial.attempt > known.trial.attempt:
            latest[result.trial.number] = result
    return latest


def _retries(specs: Sequence[TrialSpec], latest: Mapping[int, TrialResult]) -> list[TrialSpec]:
    """Trials of a round to run again, in the order they first ran, in slots after its last."""
    first = [spec for spec in specs if _once_more(latest.get(spec.number))]
    before = sum(1 for spec in specs if _attempt(latest.get(spec.number)) > 1)
    return [
        replace(
            spec, attempt=_attempt(latest[spec.number]) + 1, slot=len(specs) + before + position
        )
        for position, spec in enumerate(first)
    ]


def _attempt(result: TrialResult | None) -> int:
    return 0 if result is None else result.trial.attempt


def _once_more(result: TrialResult | None) -> bool:
    return result is not None and result.status in RUN_AGAIN and result.trial.attempt < MAX_ATTEMPTS


def _place(arm: str, cell: Mapping[str, Value]) -> tuple[str, str]:
    return arm, cell_key(cell)
