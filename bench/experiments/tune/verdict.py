"""What a tuning run may say in the end: only what its fresh paired rounds uphold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

from bench.experiments.tune.score import NOTHING, P99, WITHIN, Goal, read
from bench.experiments.tune.search import TEXTBOOK, State
from bench.plan.tune import LEAST_CONFIRM
from bench.stats.metrics import Metric
from bench.stats.outcome import DISTURBED, OK, Outcome, outcome_of

if TYPE_CHECKING:
    from bench.results.schema import TrialResult
    from bench.stats.verdict import Verdict

#: ``confirmed``: better in the paired rounds.  ``refuted``: they did not uphold it.  ``nothing``:
#: the search found nothing that looked better.  ``unfinished``: the rounds have not all run.
Word = Literal["confirmed", "refuted", "nothing", "unfinished"]

#: Sides of a round: the arm as it is, the candidate.
_Sides = tuple["TrialResult", "TrialResult"]


@dataclass(frozen=True)
class Conclusion:
    """The end of a search.

    ``metric`` is what the candidate had to be better in; ``verdict`` the judgement of the rounds,
    where there is one; ``holds_alone``: the candidate held the rate where the arm as it is did not,
    at least in some rounds, and was better in all others.  ``kept_bound``: whether the candidate,
    or without a confirmed one the arm as it is, kept the bound; ``None`` without a bound or trials.
    ``reasons``: sentences without a full stop.
    """

    word: Word
    metric: Metric
    verdict: Verdict | None = None
    holds_alone: bool = False
    kept_bound: bool | None = None
    reasons: tuple[str, ...] = ()


def aim_of(state: State, goal: Goal) -> Metric:
    """The metric of the confirmation, fixed by the search before it begins.

    With a bound: the work rate where both sides kept it in the search, else p99 itself.
    """
    if goal.bound_s is None:
        return goal.metric
    sides = (TEXTBOOK, state.candidate)
    within = all(
        c in state.scores and state.scores[c].rank == WITHIN for c in sides if c is not None
    )
    return goal.aim if within else P99


def conclude(state: State, goal: Goal) -> Conclusion:
    """What the results allow to say."""
    metric = aim_of(state, goal)
    if state.stage == "search" or (state.candidate is not None and state.stage == "confirm"):
        return Conclusion("unfinished", metric)
    if state.candidate is None:
        kept = _kept(state.tried.get(TEXTBOOK, {}).values(), goal)
        return Conclusion("nothing", metric, kept_bound=kept, reasons=unmeasured(state))
    rounds = [(a, b) for a, b in state.confirmed.values() if a is not None and b is not None]
    kept = _kept((candidate for _textbook, candidate in rounds), goal)
    beyond = () if kept is not False else (_beyond(rounds, goal),)
    alone, why = _holds_alone(rounds, metric)
    if alone:
        word: Word = "refuted" if beyond else "confirmed"
        return Conclusion(word, metric, None, True, kept, beyond)
    verdict = _verdict(state, metric)
    if verdict.word == "faster" and not (beyond and metric is not P99):
        return Conclusion("confirmed", metric, verdict, False, kept, beyond)
    reasons = why if verdict.word == "unranked" and why else verdict.reasons
    return Conclusion("refuted", metric, verdict, False, kept, (*beyond, *reasons))


def unmeasured(state: State) -> tuple[str, ...]:
    """That the search has no figures to go by, where it has none."""
    if any(score.rank < NOTHING for score in state.scores.values()):
        return ()
    seen = {result.status for trials in state.tried.values() for result in trials.values()}
    return (f"no trial gave a figure, all were {' or '.join(sorted(seen)) or 'left out'}",)


def _verdict(state: State, metric: Metric) -> Verdict:
    from bench.stats.rule import Rule
    from bench.stats.verdict import Pair, judge

    pairs = [
        Pair(number, _outcome(textbook, metric), _outcome(candidate, metric))
        for number, (textbook, candidate) in sorted(state.confirmed.items())
    ]
    rule = Rule(by_launch=state.by_launch)
    return judge(pairs, metric, rule, names=("the arm as it is", "the candidate"))


def _outcome(result: TrialResult | None, metric: Metric) -> Outcome | None:
    if result is None:
        return None
    return outcome_of(result, metric, partial(read, metric))


def _holds_alone(rounds: Sequence[_Sides], metric: Metric) -> tuple[bool, tuple[str, ...]]:
    """Whether the candidate was ahead in every round, some of them because only it held the rate.

    A sign test: two sides alike would all fall one way in 5 rounds once in 32 times.
    """
    counted = [pair for pair in rounds if DISTURBED not in (pair[0].status, pair[1].status)]
    lost = sum(textbook.status == "saturated" for textbook, _candidate in counted)
    if not lost:
        return False, ()
    wins = sum(_wins(*pair, metric) for pair in counted)
    if wins == len(counted) >= LEAST_CONFIRM:
        return True, ()
    return False, (
        f"the arm as it is did not hold the rate in {lost} of {len(counted)} rounds, and the "
        f"candidate was ahead in {wins} of {len(counted)}; all of {LEAST_CONFIRM} or more are "
        "needed",
    )


def _wins(textbook: TrialResult, candidate: TrialResult, metric: Metric) -> bool:
    if candidate.status != OK:
        return False
    if textbook.status == "saturated":
        return True
    ours, theirs = read(metric, candidate), read(metric, textbook)
    if textbook.status != OK or ours is None or theirs is None:
        return False
    return ours < theirs if metric.better == "lower" else ours > theirs


def _kept(trials: Iterable[TrialResult], goal: Goal) -> bool | None:
    """Whether all trials that were not disturbed kept the bound."""
    found = [result for result in trials if result.status != DISTURBED]
    if goal.bound_s is None or not found:
        return None
    return all(goal.keeps(result) for result in found)


def _beyond(rounds: Sequence[_Sides], goal: Goal) -> str:
    missed = sum(not goal.keeps(candidate) for _textbook, candidate in rounds)
    return f"the candidate was beyond the bound in {missed} of {len(rounds)} rounds"
