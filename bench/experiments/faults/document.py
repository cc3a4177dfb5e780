"""What faults did, arm beside arm, and what each API promises of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from bench.document import text
from bench.document.parts import Grid, Line, Part
from bench.faults.events import WORDS, parse_fault
from bench.faults.promises import Promise, promise_of
from bench.results.schema import FaultSeen, TrialResult
from bench.stats.metrics import METRICS, OF_FAULTS
from bench.stats.verdict import Verdict
from bench.summary.axes import split_axes
from bench.summary.source import Source
from bench.summary.summary import CellSummary
from bench.summary.verdicts import judge_trials, run_rule

_LEFT = frozenset({"cell", "arm", "came back", "promise", "source", "fault"})


@dataclass(frozen=True)
class FaultSide:
    """One arm in one cell: its trials that were struck, and how it fared against the baseline.

    ``verdicts`` are by metric (``bench.stats.metrics.OF_FAULTS``), none for the baseline.
    """

    summary: CellSummary
    arm: str
    trials: tuple[TrialResult, ...]
    verdicts: dict[str, Verdict]

    @property
    def seen(self) -> list[FaultSeen]:
        """What was seen in each trial that counts."""
        kept = (result.fault for result in self.trials if result.status == "ok")
        return [one for one in kept if one is not None]

    @property
    def promise(self) -> Promise | None:
        """What the arm's API says of this fault."""
        trial = self.trials[0].trial
        fault = parse_fault(trial.fault)
        if fault is None:
            return None
        return promise_of(trial.engine, trial.source, trial.guarantee, fault.kind)


def fault_sides(run: Source) -> list[FaultSide]:
    """Every arm in every cell with a fault, as far as trials of it have ended."""
    found = []
    for summary in run.summaries:
        by_arm = {
            arm: [r for r in run.results if r.trial.arm == arm and r.trial.cell == summary.cell]
            for arm in run.arms
        }
        if not any(r.trial.fault != "none" for trials in by_arm.values() for r in trials):
            continue
        baseline = by_arm[run.arms[0]]
        for position, arm in enumerate(run.arms):
            trials = by_arm[arm]
            if not trials or all(result.trial.fault == "none" for result in trials):
                continue
            verdicts = _verdicts(run, baseline, trials) if position else {}
            found.append(FaultSide(summary, arm, tuple(trials), verdicts))
    return found


def fault_parts(run: Source) -> list[Part]:
    """The tables of a run with faults, with their words; nothing of another run."""
    sides = fault_sides(run)
    if not sides:
        return []
    parts: list[Part] = [Line("What the faults did", "bold"), fault_table(run, sides)]
    parts += [Line(words, "dim") for words in reading(sides)]
    parts += [Line(f"! {words}", "yellow") for words in endings(run, sides)]
    ratios = ratio_table(run, sides)
    if ratios.rows:
        parts += [Line("Against the baseline, paired within rounds", "bold"), ratios]
    promised = promise_table(run, sides)
    if promised.rows:
        parts += [Line("What was promised", "bold"), promised]
    return parts


def fault_table(run: Source, sides: Sequence[FaultSide]) -> Grid:
    """A row an arm and cell; figures are medians over rounds, with their range where it matters."""
    rows = []
    for side in sides:
        seen = side.seen
        rows.append(
            (
                _cell(run, side),
                text.plain(side.arm),
                _came_back(side),
                _spread([one.outage_s for one in seen], text.seconds),
                _spread([one.backlog_gone_s for one in seen], text.seconds),
                _counts(one.lost_records for one in seen),
                _counts(one.repeated_records for one in seen),
                _counts(one.pending_records + one.unsent_records for one in seen),
                *(
                    _spread([_p99(getattr(one, span)) for one in seen], text.seconds, brief=True)
                    for span in ("before", "during", "after")
                ),
            )
        )
    heading = ("cell", "arm", "came back", "outage", "backlog gone", "lost", "repeated", "left")
    return Grid((*heading, "p99 before", "during", "after"), tuple(rows), _LEFT)


def ratio_table(run: Source, sides: Sequence[FaultSide]) -> Grid:
    """Outage and recovery of each arm against the baseline, with interval and word."""
    rows = []
    for side in sides:
        for name, verdict in side.verdicts.items():
            rows.append(
                (
                    _cell(run, side),
                    text.plain(side.arm),
                    name,
                    text.ratio(verdict.ratio, estimate=verdict.word == "not enough rounds"),
                    ""
                    if verdict.low is None or verdict.high is None
                    else text.bounds(verdict.low, verdict.high),
                    "; ".join([verdict.word, *verdict.reasons[:1]]),
                )
            )
    heading = ("cell", "arm", "metric", "ratio", "interval", "word")
    return Grid(heading, tuple(rows), frozenset({"cell", "arm", "metric", "word"}), wrap=True)


def promise_table(run: Source, sides: Sequence[FaultSide]) -> Grid:
    """What each arm's API promises of the fault it met, and where that stands."""
    rows: dict[tuple[str, ...], None] = {}
    for side in sides:
        promise, fault = side.promise, parse_fault(side.trials[0].trial.fault)
        if promise is not None and fault is not None:
            rows[(fault.kind, text.plain(side.arm), promise.source, promise.text)] = None
    heading = ("fault", "arm", "source", "promise")
    return Grid(heading, tuple(rows), frozenset(heading), wrap=True)


def reading(sides: Sequence[FaultSide]) -> list[str]:
    """How to read the table."""
    kinds = {fault.kind for s in sides if (fault := parse_fault(s.trials[0].trial.fault))}
    return [
        *(f"{kind}: {words}." for kind, words in WORDS.items() if kind in kinds),
        "Outage: the longest time between new results that a user saw. Backlog gone: from the "
        "fault until no more records waited than before it. Lost: later records came out, these "
        "did not. Left: never came out, nor any later one, or could not be sent. Latency by "
        "intended time: before the fault, until the backlog was gone, and after that; of records "
        "that came out.",
    ]


def endings(run: Source, sides: Sequence[FaultSide]) -> list[str]:
    """Why an arm did not come back, or only with help, or had no such trial."""
    found: dict[str, None] = {}
    for side in sides:
        arm = text.plain(side.arm)
        for result in side.trials:
            if result.status not in ("ok", "unsettled") and result.reasons:
                found[f"{arm} at {_cell(run, side)}: {result.status}: {result.reasons[0]}"] = None
            elif result.fault is not None and (result.fault.ends or not result.fault.came_back):
                found[f"{arm} at {_cell(run, side)} {_ending(result.fault)}"] = None
    return list(found)


def _ending(seen: FaultSeen) -> str:
    said = [seen.ended_by, *seen.ends, "it went on, and nothing more came out"]
    why = text.plain(next(words for words in said if words))
    if seen.came_back:
        return f"ended and was started again: {why}"
    again = "ended, was started again, and ended again" if len(seen.ends) > 1 else ""
    return f"{again or 'did not come back'}: {why}"


def _verdicts(
    run: Source, baseline: Sequence[TrialResult], trials: Sequence[TrialResult]
) -> dict[str, Verdict]:
    rule = run_rule(run.info)
    # Two metrics are judged of each cell: all their words are to be right together.
    both = replace(rule, comparisons=rule.comparisons * len(OF_FAULTS))
    return {name: judge_trials(baseline, trials, METRICS[name], both) for name in OF_FAULTS}


def _cell(run: Source, side: FaultSide) -> str:
    varying, common = split_axes(run.summaries)
    words = text.cell_text(side.summary.cell, varying or common)
    fault = side.trials[0].trial.fault
    return words if "fault" in side.summary.cell else f"{words}, fault {text.plain(fault)}"


def _came_back(side: FaultSide) -> str:
    seen = side.seen
    if not seen:
        return side.trials[-1].status
    back = sum(one.came_back for one in seen)
    return "yes" if back == len(seen) else "no" if not back else f"{back} of {len(seen)}"


def _p99(span: object) -> float | None:
    value = getattr(span, "p99", None)
    return None if value is None else float(value)


def _spread(
    values: Sequence[float | None], write: Callable[[float], str], *, brief: bool = False
) -> str:
    """The median of those that are there, and their range."""
    found = [value for value in values if value is not None]
    if not found:
        return text.NONE
    middle = write(median(found))
    if brief or len(found) == 1:
        return middle
    return f"{middle} ({write(min(found))} to {write(max(found))})"


def _counts(values: Iterable[int]) -> str:
    found = list(values)
    if not found:
        return text.NONE
    low, high = min(found), max(found)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"
