"""The answer of a whole run, in a sentence or two with its interval."""

from __future__ import annotations

from collections import Counter

from bench.document import text
from bench.stats.metrics import METRICS
from bench.summary import notes
from bench.summary.axes import split_axes
from bench.summary.source import Source
from bench.summary.summary import CellSummary, Comparison
from bench.summary.verdicts import run_metric

#: Words for cells that answer nothing yet.
_NO_RATIO, _ESTIMATE = "no ratio", "estimated only"
_NOTHING = (_NO_RATIO, _ESTIMATE)


def run_answer(run: Source) -> list[str]:
    """What the run found: one paragraph for each arm beside the baseline, or for the run."""
    if not run.results:
        return ["No trial has ended yet."]
    pairs = [(summary, c) for summary in run.summaries for c in summary.comparisons]
    if not pairs:
        return [f"{text.plain(run.arms[0])}: {few_words(run)}." if run.arms else few_words(run)]
    if len(run.summaries) == 1:
        return [
            " ".join((notes.headline(one, _where(run, summary)), *notes.age(run, summary, one)))
            for summary, one in pairs
        ]
    return [_overall(run, arm) for arm in run.arms[1:]]


def few_words(run: Source) -> str:
    """The run in a few words: ratio and verdict, or why there is none."""
    comparisons = [c for summary in run.summaries for c in summary.comparisons]
    if not run.results:
        return "no trial ended"
    if not comparisons:
        return _figures(run)
    if len(comparisons) == 1:
        return _one(comparisons[0])
    ranked = [c for c in comparisons if c.ratio is not None]
    words = Counter(_few(c) for c in comparisons)
    told = ", ".join(f"{count} {word}" for word, count in words.most_common())
    ratios = [c.ratio for c in ranked if c.ratio is not None]
    span = f"{text.ratio(min(ratios))} to {text.ratio(max(ratios))}; " if ratios else ""
    return f"{span}{told}"


def _one(comparison: Comparison) -> str:
    if comparison.ratio is None:
        return text.plain(comparison.reason or "no ratio")
    ratio = text.ratio(comparison.ratio, estimate=comparison.estimate)
    return ratio if comparison.estimate else f"{ratio} {_few(comparison)}"


def _few(comparison: Comparison) -> str:
    if comparison.ratio is None:
        return "unranked"
    return "estimates" if comparison.verdict is None else comparison.verdict.word


def _figures(run: Source) -> str:
    """Of a run with one arm: its p99, or what its trials ended as."""
    arms = [arm for summary in run.summaries for arm in summary.arms]
    p99 = [a.figures.p99_s for a in arms if a.ranked and a.figures.p99_s is not None]
    if len(p99) != len(arms):
        return ", ".join(sorted({arm.status or "not run" for arm in arms}))
    if len(p99) == 1:
        return f"p99 {text.seconds(p99[0])}"
    return f"p99 {text.seconds(min(p99))} to {text.seconds(max(p99))}"


def _where(run: Source, summary: CellSummary) -> str:
    """The only cell, in words; "here" where it has no axes."""
    _varying, common = split_axes(run.summaries)
    return f"at {text.cell_text(summary.cell, common)}" if common else "here"


def _overall(run: Source, arm: str) -> str:
    varying, _common = split_axes(run.summaries)
    found = [(s, c) for s in run.summaries for c in s.comparisons if c.arm == arm]
    words = Counter(_word(c) for _s, c in found)
    # What was found comes first, where nothing could be found last.
    ordered = sorted(words.items(), key=lambda one: (one[0] in _NOTHING, -one[1]))
    told = ", ".join(f"{word} in {count}" for word, count in ordered)
    if len(words) == 1:
        told = f"{next(iter(words))} in {'both' if len(found) == 2 else f'all {len(found)}'} cells"
    else:
        told += f" of {len(found)} cells"
    claim = f"{text.plain(arm)} against {text.plain(run.arms[0])}: {told}."
    ranked = sorted(
        ((c.ratio, s, c) for s, c in found if c.ratio is not None), key=lambda one: one[0]
    )
    if not ranked:
        return claim
    ends = [
        f"{_ratio(c)} at {text.cell_text(s.cell, varying)}" for _r, s, c in (ranked[0], ranked[-1])
    ]
    label = METRICS[run_metric(run.info)].label
    span = ends[0] if len(ranked) == 1 else f"from {ends[0]} to {ends[1]}"
    return f"{claim} Ratio of {label}: {span}."


def _ratio(comparison: Comparison) -> str:
    verdict = comparison.verdict
    said = text.ratio(comparison.ratio, estimate=comparison.estimate)
    if comparison.estimate or verdict is None or verdict.low is None or verdict.high is None:
        return said
    return f"{said} ({text.bounds(verdict.low, verdict.high)})"


def _word(comparison: Comparison) -> str:
    if comparison.ratio is None:
        return _NO_RATIO
    if comparison.verdict is None or comparison.estimate:
        return _ESTIMATE
    return comparison.verdict.word
