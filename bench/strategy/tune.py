"""The search for better settings of one arm: halving, then paired rounds against the arm as it is.

What the search finds is a guess: the best of several noisy figures is partly the luckiest.  So the
one candidate it names runs again, in paired rounds beside the arm as it is, and only these fresh
rounds judge it (``bench.strategy.tune_verdict``).  How many there are is fixed before the first.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import fmean
from typing import TYPE_CHECKING

from bench.errors import UsageError
from bench.plan import estimate
from bench.plan.plan import Plan
from bench.plan.spec import Arm, TrialSpec
from bench.plan.tune import LEAST_CONFIRM, MOST_CONFIRM
from bench.stats.metrics import METRICS
from bench.strategy.tune_halving import most_configs
from bench.strategy.tune_halving import trials as search_trials
from bench.strategy.tune_score import MEASURED, Goal
from bench.strategy.tune_space import configured, design, size
from bench.strategy.tune_walk import TEXTBOOK, State, Walk
from bench.units import format_duration

if TYPE_CHECKING:
    from bench.results.schema import TrialResult

__all__ = ["TEXTBOOK", "State", "Tune"]

#: Configurations in a search at most: beyond it a longer search tries fewer of them harder.
MOST_CONFIGS = 48

#: Share of the budget that the confirmation may take beyond its least number of rounds.
CONFIRM_SHARE = 0.3


class Tune:
    """The strategy of a plan with ``settings.tune``: one arm, one cell.

    Raises :class:`UsageError` for several arms or cells, a space without a choice, or a budget that
    cannot hold the smallest search and its confirmation.
    """

    def __init__(self, plan: Plan) -> None:
        search = plan.settings.tune
        if search is None:
            raise ValueError("the plan is no search for settings")
        if len(plan.arms) != 1:
            raise UsageError(f"a search is about one arm, not {len(plan.arms)}; give one")
        if len(plan.points) != 1:
            raise UsageError(
                f"a search is about one cell, not {len(plan.points)}; give each option one value"
            )
        self.plan = plan
        self.search = search
        self.goal = Goal(METRICS[plan.settings.metric], search.bound_s)
        self._base = plan.round_trials(1)[0]
        self._expected_s = estimate.trial_s(self._base, plan.settings)
        self.configs = design(search.dimensions, search.starts, self._count(), plan.settings.seed)
        if len(self.configs) < 2:
            raise UsageError(
                f"arm '{plan.arms[0]}': nothing is left to search; set fewer options yourself"
            )
        self._rounds: dict[tuple[tuple[int, ...], int], list[TrialSpec]] = {}
        self.arms: tuple[Arm, ...] = tuple(configured(plan.arms[0], c) for c in self.configs)

    @property
    def planned(self) -> list[TrialSpec]:
        """Expected trials in all, as :meth:`remaining` of nothing."""
        return self.remaining(())

    def next(self, results: Sequence[TrialResult]) -> TrialSpec | None:
        """The next trial, or ``None`` at the end."""
        left = self.state(results).left
        return left[0] if left else None

    def remaining(self, results: Sequence[TrialResult]) -> list[TrialSpec]:
        """The round under way, then as many trials as halving and confirmation will take."""
        state = self.state(results)
        if state.stage == "done":
            return []
        specs = list(state.left)
        if state.stage == "search":
            run = sum(len(trials) for trials in state.tried.values())
            later = max(0, search_trials(len(self.configs)) - run - len(specs))
            later += 2 * self._confirm_planned
        else:
            begun = {*state.confirmed, *(spec.round for spec in specs)}
            later = 2 * max(0, state.confirm_rounds - len(begun))
        return specs + [self._base] * later

    def state(self, results: Sequence[TrialResult]) -> State:
        """Where the search stands after these results; the same results, the same state."""
        return Walk(self, results).state()

    def belongs(self, result: TrialResult) -> bool:
        """Whether a stored result can be one of this search's."""
        return result.trial.arm in {arm.text for arm in self.arms}

    def told(self, results: Sequence[TrialResult]) -> list[str]:
        """What the search has come to: its candidate, once it has one."""
        state = self.state(results)
        if state.stage == "search":
            return []
        if state.candidate is None:
            return ["no configuration looked better than the arm as it is"]
        rounds, arm = state.confirm_rounds, self.arms[state.candidate]
        return [f"best in the search: {arm}; {rounds} paired rounds will judge it"]

    def round_specs(
        self, chosen: Sequence[int], round_number: int, first: int, purpose: str
    ) -> list[TrialSpec]:
        """The trials of one round of these configurations, numbered from ``first``.

        The first round takes them as designed: should the budget end it, what is known to be good
        has had its turn.
        """
        specs = self._round(tuple(chosen), round_number)
        if round_number == 1:
            order = {self.arms[index].text: place for place, index in enumerate(chosen)}
            specs = sorted(specs, key=lambda spec: order[spec.arm.text])
        return [
            replace(spec, number=first + slot, slot=slot, purpose=purpose)
            for slot, spec in enumerate(specs)
        ]

    def _round(self, chosen: tuple[int, ...], number: int) -> list[TrialSpec]:
        """The round as a comparison of these configurations would have it."""
        key = (chosen, number)
        if key not in self._rounds:
            plan = replace(self.plan, arms=tuple(self.arms[index] for index in chosen))
            self._rounds[key] = plan.round_trials(number)
        return self._rounds[key]

    def index_of(self, arm: str) -> int:
        """The number of the configuration with that name in results."""
        return [a.text for a in self.arms].index(arm)

    def pace_s(self, before: Iterable[TrialResult]) -> float:
        """What a trial takes, by those that were measured; by expectation while there is none."""
        spent = [r.trial_s for r in before if r.status in (*MEASURED, "saturated", "invalid")]
        return fmean(spent) if spent else self._expected_s

    def _count(self) -> int:
        """How many configurations the budget allows."""
        affordable = math.floor(self.search.budget_s / self._expected_s + 1e-9)
        for_search = affordable - 2 * self._confirm_planned
        least = search_trials(2) + 2 * LEAST_CONFIRM
        if affordable < least:
            needed = math.ceil(least * self._expected_s / 60) * 60
            raise UsageError(
                f"--budget: {format_duration(self.search.budget_s)} are about {affordable} trials "
                f"of {self._expected_s:.0f} s; a search and its confirmation need {least} at "
                f"least, so give {format_duration(needed)} or more"
            )
        available = min(MOST_CONFIGS, size(self.search.dimensions) + len(self.search.starts))
        return most_configs(for_search, max(2, available))

    @property
    def _confirm_planned(self) -> int:
        """Rounds of the confirmation that the budget as a whole suggests."""
        share = math.floor(CONFIRM_SHARE * self.search.budget_s / self._expected_s / 2)
        return min(MOST_CONFIRM, max(LEAST_CONFIRM, share))
