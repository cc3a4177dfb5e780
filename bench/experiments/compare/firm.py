"""Rounds by the rule of ``bench.stats.launches``: until every verdict is firm, or a fixed number.

A round runs what still needs one: each contender in a cell whose comparison is neither firm nor
beyond ranking, and the baseline beside it.  A round in which one of the two was disturbed
(``invalid``), or crashed for the first time, does not count for them; one more takes its place,
with both.  Nothing is run again for its figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from bench.experiments.compare.rounds import latest_attempts
from bench.plan.cells import cell_key
from bench.plan.plan import Plan
from bench.plan.precision import comparisons
from bench.plan.spec import TrialSpec
from bench.stats.metrics import METRICS
from bench.stats.outcome import DISTURBED, FAILED, outcome_of

if TYPE_CHECKING:
    from bench.results.schema import TrialResult
    from bench.stats.verdict import Pair, Verdict

#: Rounds that may be replaced, a cell; a machine that spoils more of them is no place to measure.
MOST_REPLACED = 4

_Trials = Mapping[tuple[str, int], "TrialResult"]


class Firm:
    """The rounds of a plan whose ``rule`` is ``launches`` and that has no width to reach.

    With ``plan.settings.firm`` a cell ends at the look that makes its verdicts firm, and
    ``plan.settings.rounds`` is the last look; without it every cell has that many rounds.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._metric = METRICS[plan.settings.metric]
        self._arms = [arm.text for arm in plan.arms]

    def next(self, results: Sequence[TrialResult]) -> TrialSpec | None:
        """The first trial that is left of the round under way."""
        return next(iter(self._left(results)), None)

    def remaining(self, results: Sequence[TrialResult]) -> list[TrialSpec]:
        """What is left of the round under way, and the rounds that may follow: up to the last."""
        return list(self._left(results, expect=True))

    def told(self, results: Sequence[TrialResult]) -> list[str]:
        """The answer as it forms: a sentence for each comparison at each look."""
        from bench.stats.sentence import look

        if not self._plan.settings.firm or len(self._arms) < 2:
            return []
        trials = self._trials(results)
        many = len(self._plan.cells) > 1
        said: list[str] = []
        last = max((r.trial.round for r in results), default=0)
        for number in range(1, last + 1):
            # In the order in which they run, up to the first that has not: later ones only add.
            for cell in dict.fromkeys(cell_key(s.cell) for s in self._plan.round_trials(number)):
                wanted = self._wanted(trials, cell, number, 0)
                if any((_place(arm, cell), number) not in trials for arm in wanted):
                    return said
                asked = [arm for arm in self._arms[1:] if arm in wanted]
                pairs = {arm: self._pairs(trials, cell, arm, number) for arm in asked}
                before = {arm: p[:-1] for arm, p in pairs.items()}
                for arm, found in pairs.items():
                    verdict = self._verdict(found)
                    if verdict.n > self._verdict(before[arm]).n and not self._done(before[arm]):
                        where = f"{self._words[cell]}: " if many else ""
                        said.append(where + look(verdict, self._arms[0], arm))
        return said

    def standing(self, results: Sequence[TrialResult]) -> list[TrialResult]:
        """All but the spoiled trials of rounds that were replaced; see ``strategy.base``."""
        trials = self._trials(results)
        last: dict[str, int] = {}
        for result in results:
            cell = cell_key(result.trial.cell)
            last[cell] = max(last.get(cell, 0), result.trial.round)
        crashed: set[str] = set()
        kept = []
        for (place, number), result in sorted(trials.items(), key=lambda item: item[0][1]):
            first_crash = result.status == FAILED and place not in crashed
            crashed |= {place} if first_crash else set()
            spoiled = result.status == DISTURBED or first_crash
            if not (spoiled and number < last[cell_key(result.trial.cell)]):
                kept.append(result)
        return kept

    def verdicts(self, results: Sequence[TrialResult]) -> list[Verdict]:
        """The verdict on every comparison as it stands, cell by cell, contender by contender."""
        trials = self._trials(results)
        last = max((r.trial.round for r in results), default=0)
        return [
            self._verdict(self._pairs(trials, cell, arm, last))
            for cell in map(cell_key, self._plan.cells)
            for arm in self._arms[1:]
        ]

    @property
    def _words(self) -> dict[str, str]:
        from bench.plan.cells import describe

        return {cell_key(cell): describe(cell) for cell in self._plan.cells}

    def _trials(self, results: Sequence[TrialResult]) -> dict[tuple[str, int], TrialResult]:
        """By cell and arm together, and round."""
        return {
            (_place(result.trial.arm, cell_key(result.trial.cell)), result.trial.round): result
            for result in latest_attempts(results).values()
        }

    def _left(self, results: Sequence[TrialResult], *, expect: bool = False) -> Iterator[TrialSpec]:
        """The trials to run, in order; ``expect`` goes on as if all of them counted."""
        trials = self._trials(results)
        cells = [cell_key(cell) for cell in self._plan.cells]
        expected = dict.fromkeys(cells, 0)
        for number in range(1, self._plan.settings.rounds + MOST_REPLACED + 1):
            wanted = {
                _place(arm, cell)
                for cell in cells
                for arm in self._wanted(trials, cell, number, expected[cell])
            }
            if not wanted:
                return
            left = [
                spec
                for spec in self._plan.round_trials(number)
                if (place := _place(spec.arm.text, cell_key(spec.cell))) in wanted
                and (place, number) not in trials
            ]
            yield from left
            if left and not expect:
                return
            for cell in {cell_key(spec.cell) for spec in left}:
                expected[cell] += 1

    def _wanted(self, trials: _Trials, cell: str, number: int, expected: int) -> list[str]:
        """The arms of a cell that take part in a round, by the rounds before it."""
        rounds, firm = self._plan.settings.rounds, self._plan.settings.firm
        baseline, *others = self._arms

        def goes_on(arm: str, pairs: Sequence[Pair]) -> bool:
            if self._unsupported(trials, _place(arm, cell), number):
                return False
            return _counted(pairs) + expected < rounds and not (firm and self._done(pairs))

        def alone(arm: str) -> bool:
            return not firm and goes_on(arm, self._pairs(trials, cell, arm, number - 1, arm))

        if self._unsupported(trials, _place(baseline, cell), number):
            return [arm for arm in others if alone(arm)]
        found = [arm for arm in others if goes_on(arm, self._pairs(trials, cell, arm, number - 1))]
        return [*found, baseline] if found or alone(baseline) else []

    def _done(self, pairs: Sequence[Pair]) -> bool:
        """Whether more rounds would add nothing: the verdict is firm, or there can be none."""
        verdict = self._verdict(pairs)
        return verdict.firm or (verdict.word == "unranked" and bool(pairs))

    def _verdict(self, pairs: Sequence[Pair]) -> Verdict:
        from bench.stats.rule import rule_for
        from bench.stats.verdict import judge

        planned = comparisons(len(self._plan.points), len(self._plan.arms))
        return judge(pairs, self._metric, rule_for(self._plan.settings.to_dict(), planned))

    def _pairs(
        self, trials: _Trials, cell: str, arm: str, last: int, against: str | None = None
    ) -> list[Pair]:
        """The rounds up to ``last`` in which it or its counterpart, the baseline, has run."""
        from bench.stats.verdict import Pair

        found = []
        for number in range(1, last + 1):
            names = (against or self._arms[0], arm)
            sides = [trials.get((_place(name, cell), number)) for name in names]
            if any(side is not None for side in sides):
                outcomes = (
                    None if side is None else outcome_of(side, self._metric) for side in sides
                )
                found.append(Pair(number, *outcomes))
        return found

    @staticmethod
    def _unsupported(trials: _Trials, place: str, number: int) -> bool:
        return any(
            trials[place, n].status == "unsupported"
            for n in range(1, number)
            if (place, n) in trials
        )


def _counted(pairs: Sequence[Pair]) -> int:
    """Rounds that are whole and need not be replaced."""
    from bench.stats.verdict import forgiven

    return sum(not pair.disturbed for pair in forgiven(pairs))


def _place(arm: str, cell: str) -> str:
    return f"{arm}\n{cell}"
