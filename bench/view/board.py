"""The results so far, as the table that the run ends with, and its verdicts as they stand.

A verdict on the way is seen by somebody who may stop the run for it, so it comes from the interval
that stays valid whenever one stops (``bench.stats.sequential``), which is wider than the one the
run ends with.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from bench.plan.cells import cell_key
from bench.plan.plan import Plan
from bench.plan.precision import comparisons

if TYPE_CHECKING:
    from bench.results.schema import TrialResult
    from bench.stats.verdict import Verdict
    from bench.summary.summary import CellSummary, Judge


class Board:
    """Results by trial, the last attempt of each; ``version`` changes with every result."""

    def __init__(self, plan: Plan) -> None:
        self.version = 0
        self._plan = plan
        self._latest: dict[int, TrialResult] = {}
        self._touched: list[str] = []
        self._summaries: tuple[CellSummary, ...] = ()
        self._seen = -1

    def add(self, results: Iterable[TrialResult]) -> None:
        """Take in results, in the order they came."""
        for result in results:
            self._latest[result.trial.number] = result
            key = cell_key(result.trial.cell)
            if key in self._touched:
                self._touched.remove(key)
            self._touched.append(key)
            self.version += 1

    @property
    def summaries(self) -> tuple[CellSummary, ...]:
        """One summary a cell that has a result; computed when asked for after a new result."""
        if self._seen != self.version:
            self._seen = self.version
            # Hours of measuring must not end because what is shown on the way cannot be computed.
            with contextlib.suppress(Exception):
                self._summaries = self._computed()
        return self._summaries

    def _computed(self) -> tuple[CellSummary, ...]:
        from bench.stats.rule import by_launch
        from bench.summary.cells import arm_order, summarise_cells

        results = list(self._latest.values())
        planned = [arm.text for arm in self._plan.arms]
        return summarise_cells(
            results,
            arm_order(results, planned),
            estimate=self._plan.settings.estimate,
            metric=self._plan.settings.metric,
            judge=self._judge(),
            replaced=by_launch(self._plan.settings.to_dict()),
        )

    def latest(self, most: int) -> tuple[CellSummary, ...]:
        """Those of the cells that had a result last, in the order of the table."""
        keys = set(self._touched[-most:]) if most > 0 else set()
        return tuple(one for one in self.summaries if cell_key(one.cell) in keys)

    def standings(self) -> list[str]:
        """How each arm stands against the baseline, a line a cell and arm that can be told."""
        from bench.document import text
        from bench.summary.axes import split_axes

        varying, _common = split_axes(self.summaries)
        lines = []
        for summary in self.summaries:
            where = f"{text.cell_text(summary.cell, varying)}: " if varying else ""
            for one in summary.comparisons:
                if one.ratio is None:
                    continue
                verdict = one.verdict
                words = [text.ratio(one.ratio, estimate=one.estimate)]
                if verdict is not None and not one.estimate and verdict.low and verdict.high:
                    words.append(f"({text.bounds(verdict.low, verdict.high)}, {verdict.word})")
                pair = f"{text.plain(one.arm)} / {text.plain(one.baseline)}"
                lines.append(f"{where}{pair} {' '.join(words)}")
        return lines

    def _judge(self) -> Judge:
        from bench.stats.metrics import METRICS
        from bench.stats.rule import rule_for
        from bench.summary.verdicts import judge_trials

        planned = comparisons(len(self._plan.points), len(self._plan.arms))
        metric = METRICS[self._plan.settings.metric]
        settings = self._plan.settings.to_dict()

        def judge(
            baseline: Sequence[TrialResult], contender: Sequence[TrialResult], seen: int
        ) -> Verdict:
            rule = rule_for(settings, max(planned, seen), at_will=not settings.get("firm"))
            return judge_trials(baseline, contender, metric, rule)

        return judge
