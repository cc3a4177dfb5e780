"""From each cell to its trials, and from a trial to its batches.

The batches of every trial would make a large run's page too heavy, so those that tell something
come first: of each arm in each cell what went wrong, the outliers, the middle and the worst.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.document import text
from bench.plan.cells import cell_key
from bench.plots.grid import panel_titles
from bench.report.html.blocks import Block, blocks, line
from bench.report.trial import failed_checks, trial_batches, trial_checks, trial_facts
from bench.results.schema import NOT_MEASURED, TrialResult
from bench.stats.metrics import METRICS, Metric
from bench.summary.order import order_of
from bench.summary.source import Source
from bench.summary.verdicts import run_metric

#: Batches listed in a page, over all its trials.
MOST_BATCHES = 4_000

#: Trials up to which the lists of all cells stand open.
_OPEN = 30


@dataclass(frozen=True)
class TrialView:
    """One trial: its line in the list, and what opens below it."""

    number: int
    position: int
    arm: str
    round: str
    status: str
    figures: str
    blocks: list[Block]


@dataclass(frozen=True)
class Group:
    """The trials of one cell, which has the number it has in the table of cells."""

    number: int
    title: str
    count: str
    trials: list[TrialView]


def telling(run: Source, most: int = MOST_BATCHES) -> set[int]:
    """The trials whose batches are shown: all, or the most telling of them."""
    chosen: set[int] = set()
    room = most
    for result in _by_interest(run):
        size = _shown_batches(result)
        if result.trial.number not in chosen and size <= room:
            chosen.add(result.trial.number)
            room -= size
    return chosen


def groups(run: Source, shown: set[int]) -> list[Group]:
    """All trials by cell; the batches of those in ``shown``."""
    positions = {arm: position for position, arm in enumerate(run.arms)}
    by_cell: dict[str, list[TrialResult]] = {}
    for result in run.results:
        by_cell.setdefault(cell_key(result.trial.cell), []).append(result)
    titles = zip(panel_titles(run.summaries), run.summaries, strict=True)
    return [
        Group(
            number=number,
            title=title,
            count=_count(len(trials), "trial"),
            trials=[_view(one, positions, one.trial.number in shown) for one in trials],
        )
        for number, (title, summary) in enumerate(titles, 1)
        for trials in (by_cell.get(cell_key(summary.cell), []),)
    ]


def said(run: Source, shown: set[int]) -> str:
    """Which trials have their batches in the page, in a sentence or two."""
    with_batches = [result for result in run.results if result.batches]
    listed = sum(result.trial.number in shown for result in with_batches)
    opened = "A trial opens to its checks, latency, load and batches."
    if listed == len(with_batches):
        return opened
    return (
        f"{opened} The batches of {listed} of {len(with_batches)} trials are in this page, "
        f"{MOST_BATCHES:,} at most: of each arm in each cell first what went wrong, the outliers, "
        "the middle and the worst. Those of the others are in the run's trials/ folder; "
        "`sparkbench show RUN TRIAL --batches all` prints them."
    )


def opens(run: Source) -> bool:
    """Whether the lists stand open from the start."""
    return len(run.results) <= _OPEN


def _view(result: TrialResult, positions: dict[str, int], with_batches: bool) -> TrialView:
    trial = result.trial
    facts = trial_facts(result)[1:]  # the first line says what the list says already
    if with_batches:
        parts = [*facts, *trial_checks(result), *trial_batches(result, MOST_BATCHES)]
    else:
        parts = [*facts, *failed_checks(result)]
    found = blocks(parts)
    if not with_batches:
        answers = [check.answer for check in result.checks]
        passed, untold = answers.count("passed"), answers.count(NOT_MEASURED)
        rest = f", {untold} could not be measured" if untold else ""
        words = (
            f"{passed} of {len(result.checks)} checks passed{rest}; {len(result.batches)} batches "
            f"are not listed here: `sparkbench show RUN {trial.number} --batches all`."
        )
        found.append(line(words, "dim"))
    again = f", attempt {trial.attempt}" if trial.attempt > 1 else ""
    return TrialView(
        number=trial.number,
        position=positions.get(trial.arm, 0),
        arm=text.plain(trial.arm),
        round=f"round {trial.round}{again}" if trial.round else text.plain(trial.purpose),
        status=result.status,
        figures=_figures(result),
        blocks=found,
    )


def _figures(result: TrialResult) -> str:
    parts = []
    if result.latency_s is not None:
        gross = result.latency_s.gross
        parts += [f"p50 {text.seconds(gross.p50)}", f"p99 {text.seconds(gross.p99)}"]
    if result.batch_s is not None:
        parts.append(f"batch {text.seconds(result.batch_s.p50)}")
    return ", ".join(parts)


def _shown_batches(result: TrialResult) -> int:
    measured = sum(not batch.warmup for batch in result.batches)
    return measured or len(result.batches)


def _by_interest(run: Source) -> Iterator[TrialResult]:
    """All trials, the most telling first; some come twice."""
    metric = METRICS[run_metric(run.info)]
    yield from (r for r in run.results if r.status in ("failed", "invalid"))
    cells: dict[tuple[str, str], list[TrialResult]] = {}
    for result in run.results:
        cells.setdefault((cell_key(result.trial.cell), result.trial.arm), []).append(result)
    ranked = [_ranked(trials, metric) for trials in cells.values()]
    yield from (trials[len(trials) // 2] for trials in ranked if trials)
    yield from (trials[-1] for trials in ranked if trials)
    if run.arms:
        apart = {one.number for one in order_of(run.results, run.arms, metric).outliers}
        yield from (r for r in run.results if r.trial.number in apart)
    yield from (r for r in run.results if r.status != "ok")
    yield from run.results


def _ranked(trials: Sequence[TrialResult], metric: Metric) -> list[TrialResult]:
    """Those with a value, from the best to the worst."""
    valued = [(v, r) for r in trials if (v := metric.read(r)) is not None]
    better = sorted(valued, key=lambda one: one[0], reverse=metric.better == "higher")
    return [result for _value, result in better]


def _count(count: int, what: str) -> str:
    return f"{count} {what}" + ("" if count == 1 else "s")
