"""The search for better settings of one arm: halving, then paired rounds against the arm as it is.

What the search finds is a guess: the best of several noisy figures is partly the luckiest.  So the
one candidate it names runs again, in paired rounds beside the arm as it is, and only these fresh
rounds judge it (``bench.experiments.tune.verdict``).  How many there are is fixed before the first.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import fmean
from typing import TYPE_CHECKING, Literal

from bench.errors import UsageError
from bench.experiments.compare.rounds import MAX_ATTEMPTS, RUN_AGAIN, latest_attempts
from bench.experiments.tune.halving import most_configs, rungs
from bench.experiments.tune.halving import trials as search_trials
from bench.experiments.tune.score import MEASURED, SATURATED, Goal, Score, scores
from bench.experiments.tune.space import configured, design, size
from bench.plan import estimate
from bench.plan.plan import Plan
from bench.plan.spec import LAUNCHES, Arm, TrialSpec
from bench.plan.tune import CONFIRM, LEAST_CONFIRM, MOST_CONFIRM, SEARCH
from bench.stats.metrics import METRICS
from bench.units import format_duration

if TYPE_CHECKING:
    from bench.results.schema import TrialResult

#: Configurations in a search at most: beyond it a longer search tries fewer of them harder.
MOST_CONFIGS = 48

#: Share of the budget that the confirmation may take beyond its least number of rounds.
CONFIRM_SHARE = 0.3

#: Index of the arm as it is among the configurations.
TEXTBOOK = 0

#: What is run again in the search, where ``unsettled`` trials count, and by launches in the
#: confirmation too.
SEARCH_AGAIN = RUN_AGAIN - {"unsettled"}

Stage = Literal["search", "confirm", "done"]


@dataclass(frozen=True)
class State:
    """Where a search stands.

    ``left``: trials of the round under way that are to run.  ``tried``: configuration to its search
    trials by round; ``confirmed``: round to the trials of textbook and candidate.  ``scores`` are
    those of the search so far.  ``candidate`` is what the confirmation is about, ``None`` where
    nothing looked better than the arm as it is.  ``cut``: the budget ended the search early.
    """

    stage: Stage
    left: tuple[TrialSpec, ...]
    tried: Mapping[int, Mapping[int, TrialResult]]
    scores: Mapping[int, Score]
    survivors: tuple[int, ...]
    candidate: int | None = None
    confirm_rounds: int = 0
    confirmed: Mapping[int, tuple[TrialResult | None, TrialResult | None]] = field(
        default_factory=dict
    )
    cut: bool = False
    by_launch: bool = False


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
        return _Walk(self, results).state()

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


class _Walk:
    """One pass through the search, as far as the results go."""

    def __init__(self, tune: Tune, results: Sequence[TrialResult]) -> None:
        self._tune = tune
        self._results = results
        self._latest = latest_attempts(results)
        self._tried: dict[int, dict[int, TrialResult]] = {}
        self._number = 1
        self._cut = False
        self._by_launch = tune.plan.settings.rule == LAUNCHES

    def state(self) -> State:
        ladder = rungs(len(self._tune.configs))
        survivors = list(range(len(self._tune.configs)))
        done = 0
        for position, rung in enumerate(ladder):
            more = len(survivors) * (rung.rounds - done)
            if position and not self._affords(more):
                self._cut = True
                break
            for number in range(done + 1, rung.rounds + 1):
                left = self._round(survivors, number)
                if left:
                    return self._here("search", left, survivors)
            done = rung.rounds
            survivors = [c for c in survivors if c in self._tried]
            ranked = self._ranked(survivors)
            keep = math.ceil(len(ranked) / 2) if position + 1 < len(ladder) else 1
            # In the order of the design: what a trial is called must not depend on who leads.
            survivors = sorted(ranked[: max(keep, 1)])
        best = self._ranked(survivors)[:1]
        if not best or best[0] == TEXTBOOK or self._scores()[best[0]].rank >= SATURATED:
            return self._here("done", (), survivors)
        return self._confirm(best[0], done)

    def _round(self, chosen: Sequence[int], number: int) -> list[TrialSpec]:
        """What is left of a search round; with nothing left, its results are taken in."""
        specs = self._tune.round_specs(chosen, number, self._number, SEARCH)
        pending = []
        for place, spec in enumerate(specs):
            if spec.number in self._latest:
                continue
            if number == 1 and place >= 2 and not self._goes_on(spec.number, len(chosen)):
                # What is left of the first round is given up: two that were tried can be compared.
                self._cut = True
                specs = specs[:place]
                break
            pending.append(spec)
        left = pending or self._retries(specs, SEARCH_AGAIN)
        for spec in specs:
            if spec.number in self._latest:
                index = self._tune.index_of(spec.arm.text)
                self._tried.setdefault(index, {})[number] = self._latest[spec.number]
        if not left:
            self._number += len(chosen)
        return left

    def _confirm(self, best: int, done: int) -> State:
        before = self._before(self._number)
        pace_s = self._tune.pace_s(before)
        room_s = self._tune.search.budget_s - sum(r.trial_s for r in before)
        rounds = min(MOST_CONFIRM, max(LEAST_CONFIRM, math.floor(room_s / (2 * pace_s))))
        pairs: dict[int, tuple[TrialResult | None, TrialResult | None]] = {}
        left: list[TrialSpec] = []
        for number in range(done + 1, done + rounds + 1):
            specs = self._tune.round_specs((TEXTBOOK, best), number, self._number, CONFIRM)
            pending = [spec for spec in specs if spec.number not in self._latest]
            left = pending or self._retries(specs, SEARCH_AGAIN if self._by_launch else RUN_AGAIN)
            by_arm = {spec.arm.text: self._latest.get(spec.number) for spec in specs}
            textbook, candidate = (self._tune.arms[index].text for index in (TEXTBOOK, best))
            if any(by_arm.values()):
                pairs[number] = (by_arm[textbook], by_arm[candidate])
            if left:
                break
            self._number += len(specs)
            if _hopeless(pairs[number]):
                break
        stage: Stage = "confirm" if left else "done"
        here = self._here(stage, left, [best])
        return replace(here, candidate=best, confirm_rounds=rounds, confirmed=pairs)

    def _here(self, stage: Stage, left: Sequence[TrialSpec], survivors: Sequence[int]) -> State:
        return State(
            stage=stage,
            left=tuple(left),
            tried=self._tried,
            scores=self._scores(),
            survivors=tuple(survivors),
            cut=self._cut,
            by_launch=self._by_launch,
        )

    def _affords(self, trials: int, before: int | None = None) -> bool:
        """Whether so many trials leave the budget for the shortest confirmation.

        Judged by the trials numbered below ``before``, so that later ones change nothing of it.
        """
        seen = self._before(self._number if before is None else before)
        pace_s = self._tune.pace_s(seen)
        spent_s = sum(result.trial_s for result in seen)
        return spent_s + (trials + 2 * LEAST_CONFIRM) * pace_s <= self._tune.search.budget_s

    def _goes_on(self, number: int, trials: int) -> bool:
        """Whether the first round goes on with trial ``number``; what was decided once stands."""
        last = self._number + trials - 1
        over = any(result.trial.number > last for result in self._results)
        return not over and self._affords(1, before=number)

    def _before(self, number: int) -> list[TrialResult]:
        """The last attempt of each trial numbered below: what a stored run is read as."""
        return [self._latest[n] for n in sorted(self._latest) if n < number]

    def _scores(self) -> dict[int, Score]:
        return scores(self._tried, self._tune.goal)

    def _ranked(self, chosen: Sequence[int]) -> list[int]:
        """Best first; of equals the one that was designed first, so the arm as it is."""
        found = self._scores()
        return sorted((c for c in chosen if c in found), key=lambda c: (found[c], c))

    def _retries(self, specs: Sequence[TrialSpec], again_if: Collection[str]) -> list[TrialSpec]:
        """Trials that came to nothing run once more, in slots after the round's last."""
        failed = [
            spec
            for spec in specs
            if self._latest[spec.number].status in again_if
            and self._latest[spec.number].trial.attempt < MAX_ATTEMPTS
        ]
        again = sum(self._latest[spec.number].trial.attempt > 1 for spec in specs)
        return [
            replace(
                spec,
                attempt=self._latest[spec.number].trial.attempt + 1,
                slot=len(specs) + again + place,
            )
            for place, spec in enumerate(failed)
        ]


def _hopeless(pair: tuple[TrialResult | None, TrialResult | None]) -> bool:
    """Whether a round has made a verdict impossible (``bench.stats.outcome``)."""
    textbook, candidate = pair
    allowed = ("ok", "invalid")
    return (candidate is not None and candidate.status not in allowed) or (
        textbook is not None and textbook.status not in (*allowed, "saturated")
    )
