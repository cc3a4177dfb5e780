"""What stands below a table: why a cell has no ratio, what to do, and how to read the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bench.document import text
from bench.plan.arms import in_batches
from bench.plan.kind import kind_of
from bench.results.schema import Status
from bench.stats.metrics import AFTER_TICK, METRICS
from bench.stats.rule import by_launch
from bench.stats.sentence import break_even, is_level, sentence
from bench.summary.axes import split_axes
from bench.summary.loads import boundary_words, load_words, slot_words
from bench.summary.source import Source
from bench.summary.spent import jvm_ages_s
from bench.summary.summary import ArmSummary, CellSummary, Comparison
from bench.summary.versions import apart

#: What to do about a status, said after its reason.
NEXT_STEP: dict[Status, str] = {
    "failed": "read the trial's log in logs/, then run it again with --resume",
    "invalid": "close what else runs on this machine or lower --rate, then run again",
    "unsupported": "choose a value that this arm can do, or leave the arm out",
    "saturated": "lower --rate, lengthen --trigger or give more --cores",
    "unsettled": "lengthen --warmup and --duration, or lower --rate",
}


#: Of an arm that is ranked all the same.
AT_LIMIT = "More backlog only makes it later, so it may be found the later arm, and nothing else."


@dataclass(frozen=True)
class StatusNote:
    """Arms that are not ``ok`` for the same reasons; ``cells`` is empty when there is but one."""

    arm: str
    status: Status
    cells: tuple[str, ...]
    reasons: tuple[str, ...]
    seen: str | None
    ranked: bool = False

    def sentence(self) -> str:
        """The note as one paragraph of plain text."""
        more_cells = f" and {len(self.cells) - 3} more" if len(self.cells) > 3 else ""
        shown = f" at {'; '.join(self.cells[:3])}{more_cells}" if self.cells else ""
        reasons = " ".join(_sentence(reason) for reason in self.reasons[:3])
        more = len(self.reasons) - 3
        return " ".join(
            part
            for part in (
                f"{self.arm} is {self.status}{shown}:",
                reasons or "no reason was recorded.",
                f"({more} more reasons in the trials.)" if more > 0 else "",
                f"Seen, not ranked: {self.seen}." if self.seen else "",
                AT_LIMIT if self.ranked else "",
                # A reason that names an option has said what to do, and knows better.
                "" if "--" in reasons else f"Next: {NEXT_STEP[self.status]}.",
            )
            if part
        )


def status_notes(summaries: Sequence[CellSummary]) -> list[StatusNote]:
    """One note for each arm, status and set of reasons, in the order of the cells."""
    varying, _common = split_axes(summaries)
    groups: dict[tuple[str, Status, tuple[str, ...], bool], list[tuple[str, ArmSummary]]] = {}
    for summary in summaries:
        where = text.cell_text(summary.cell, varying) if varying else ""
        for arm in summary.arms:
            if arm.status not in (None, "ok"):
                key = (arm.arm, arm.status, arm.reasons, arm.ranked)
                groups.setdefault(key, []).append((where, arm))
    return [
        StatusNote(
            arm=arm,
            status=status,
            cells=tuple(where for where, _arm in members if where),
            reasons=reasons,
            seen=_seen(members[0][1]) if len(members) == 1 and not ranked else None,
            ranked=ranked,
        )
        for (arm, status, reasons, ranked), members in groups.items()
    ]


def headline(comparison: Comparison, where: str = "here") -> str:
    """The answer of one cell in a sentence or two; why there is none where there is none."""
    verdict = comparison.verdict
    if comparison.ratio is None or verdict is None:
        what = f"{comparison.arm} against {comparison.baseline}"
        return f"No verdict on {what} {where}: {comparison.reason or 'nobody has judged'}."
    if not (verdict.by_launch and verdict.firm) and not is_level(verdict):
        # Of more than two arms it must be said which is meant; a ratio below 1 is turned round.
        other = comparison.baseline if comparison.ratio >= 1 else comparison.arm
        where = f"as {other} {where}"
    return sentence(verdict, comparison.baseline, comparison.arm, where)


def answers(run: Source, most: int) -> list[str]:
    """The headline of each comparison, or none where there are more than ``most``."""
    if kind_of(run.info.plan) == "soak":
        return []
    varying, _common = split_axes(run.summaries)
    pairs = [(summary, c) for summary in run.summaries for c in summary.comparisons]
    return [
        " ".join(
            (
                headline(
                    comparison, f"at {text.cell_text(summary.cell, varying)}" if varying else "here"
                ),
                *age(run, summary, comparison),
            )
        )
        for summary, comparison in pairs
        if len(pairs) <= most
    ]


def lowest(run: Source) -> list[str]:
    """How low latency went in each cell, at what CPU time and with what guarantee; of runs with an
    arm that takes row by row.
    """
    varying, _common = split_axes(run.summaries)
    found = []
    for summary in run.summaries:
        ranked = [arm for arm in summary.arms if arm.ranked and arm.figures.p50_s is not None]
        if len(ranked) < 2 or all(in_batches(arm.arm) for arm in summary.arms):
            continue
        ranked.sort(key=lambda arm: arm.figures.p50_s or 0.0)
        where = f" at {text.cell_text(summary.cell, varying)}" if varying else " here"
        parts = [_latency_and_cost(run, summary, arm) for arm in ranked]
        found.append(f"How low latency goes{where}: {'; '.join(parts)}.")
    return found


def _latency_and_cost(run: Source, summary: CellSummary, arm: ArmSummary) -> str:
    costs = [
        result.resources.cpu_s_per_million
        for result in run.results
        if (result.trial.arm, result.trial.cell, result.status) == (arm.arm, summary.cell, "ok")
        and result.resources is not None
        and result.resources.cpu_s_per_million is not None
    ]
    cost = f", {text.quantity(median(costs))} CPU s a million records" if costs else ""
    p50, p99 = text.seconds(arm.figures.p50_s), text.seconds(arm.figures.p99_s)
    return f"{arm.arm} p50 {p50}, p99 {p99}{cost}, guarantee {arm.guarantee}"


#: Where this share less of the time after the tick would undo a claim, older JVMs are offered.
FRAGILE = 0.5


def age(run: Source, summary: CellSummary, comparison: Comparison) -> list[str]:
    """How old the JVMs were, and whether a claim could fall with older ones.

    A JVM gets faster for minutes.  What it can gain is the time from a batch's tick to the end of
    its output; the break-even is the share of it that the later arm would have to lose.
    """
    verdict = comparison.verdict
    trials = [r for r in run.results if r.trial.cell == summary.cell and r.status == "ok"]
    ages = jvm_ages_s(trials)
    if verdict is None or not verdict.by_launch or ages is None:
        return []
    least, most = map(text.age, ages)
    said = f"The JVMs were {least if least == most else f'{least} to {most}'} old"
    later = comparison.arm if (comparison.ratio or 1) > 1 else comparison.baseline
    metric = METRICS[verdict.metric]
    of_later = [r for r in trials if r.trial.arm == later and r.ageing is not None]
    values = [value for r in of_later if (value := metric.read(r)) is not None]
    if not values or metric.moves != AFTER_TICK:
        return [said + "."]
    share = break_even(
        verdict, median(values), median(r.ageing.after_tick_s for r in of_later if r.ageing)
    )
    if share is None:
        return [said + "."]
    if share >= 1:
        return [f"{said}; it holds even if {later}'s batches took no time."]
    offer = " (--age 2m measures older ones)" if share < FRAGILE else ""
    return [f"{said}; it falls if {later} gets {share:.0%} faster after the tick alone{offer}."]


def is_estimate(run: Source) -> bool:
    """Whether the run compares something and has an estimate of it only."""
    return why_estimate(run) is not None


def why_estimate(run: Source) -> str | None:
    """Why what the run says is an estimate, in a sentence; ``None`` where it is none.

    By launches: it was stopped, by hand or by a budget, before any look.  By the rule of before: it
    was a quick one and did not meet every rule of a verdict all the same.
    """
    verdicts = [c.verdict for summary in run.summaries for c in summary.comparisons]
    if by_launch(run.info.plan.get("settings", {})):
        few = [v for v in verdicts if v is not None and v.word == "not enough rounds"]
        if not few or kind_of(run.info.plan) == "soak":
            return None
        needed = max(v.rounds_needed or 0 for v in few)
        return f"A verdict takes {needed} rounds that count, and there are fewer."
    sure = [v is not None and v.word not in ("not enough rounds", "unranked") for v in verdicts]
    if not run.info.estimate or (sure and all(sure)):
        return None
    return "Made with --quick: few rounds and short windows."


def reading(run: Source) -> list[str]:
    """How to read the table: what the columns are and what the run does not claim."""
    lines = [
        "p50, p99: from a record's intended send time to the end of its batch's output, the wait "
        "for the trigger included; median over the rounds.",
        "batch: median processing time of a batch. rec/s: records made visible per second.",
    ]
    if any(batch.chunks for result in run.results for batch in result.batches):
        lines[0] += (
            " Row by row (real-time and continuous mode) to the return of the sink from the record "
            "itself; batches last as long as they are told to, and in real-time mode the tail is "
            "the pause between two of them."
        )
    comparisons = [c for summary in run.summaries for c in summary.comparisons]
    if comparisons and kind_of(run.info.plan) != "soak":
        arm = run.arms[1] if len(run.arms) == 2 else "arm"
        metric = METRICS[comparisons[0].metric]
        lines.append(
            f"ratio: {arm} / {run.arms[0]} of {metric.label}, geometric means over the launches; "
            f"{metric.better} is better."
            if by_launch(run.info.plan.get("settings", {}))
            else f"ratio: {arm} / {run.arms[0]} of {metric.label}, within a round, geometric mean "
            f"over the rounds; {metric.better} is better."
        )
    judged = next((c.verdict for c in comparisons if c.verdict and c.verdict.low), None)
    if judged is not None and judged.looks:
        lines.append(
            f"The interval of this look holds the true ratio at {text.level(judged.level)} "
            f"confidence, those of all looks{' and cells' if len(comparisons) > 1 else ''} "
            f"together at 95%. Ratios up to {judged.threshold:g} either way count as noise."
        )
    elif judged is not None:
        lines.append(
            f"The interval holds the true ratio at {text.level(judged.level)} confidence; with "
            f"all {len(comparisons)} of the run at once, at 95%. "
            if len(comparisons) > 1
            else f"The interval holds the true ratio at {text.level(judged.level)} confidence. "
        )
        lines[-1] += f"Ratios up to {judged.threshold:g} either way count as noise."
    if why := why_estimate(run):
        lines.append(
            f"This run is an estimate. {why}"
            if by_launch(run.info.plan.get("settings", {}))
            else "This run is an estimate (--quick): few rounds and short windows. "
            "Run without --quick before you decide anything by it."
        )
    elif any(c.estimate and c.ratio is not None for c in comparisons):
        lines.append("~ marks an estimate: too few rounds for a verdict. More --rounds give one.")
    return lines


def sides(run: Source) -> list[str]:
    """Path, guarantee, profile, slots of each arm, and versions where arms differ in these: what
    its figures are figures of.
    """
    found: dict[tuple[str, str, str], None] = {}
    for summary in run.summaries:
        for arm in summary.arms:
            if arm.status is not None:
                found[(arm.arm, arm.path, arm.guarantee)] = None
    lines, on = [], apart(run)
    for arm_text, path, guarantee in found:
        results = [r for r in run.results if r.trial.arm == arm_text]
        trials = [result.trial for result in results]
        profile = "/".join(dict.fromkeys(trial.profile for trial in trials))
        words = (f"path {path}", f"guarantee {guarantee}", f"profile {profile}")
        parts = (*words, slot_words(trials), boundary_words(results), on.get(arm_text, ""))
        lines.append(f"{arm_text}: {', '.join(part for part in parts if part)}")
    return lines


def completeness(run: Source) -> list[str]:
    """What is missing from the run: trials not run, files not readable."""
    lines = []
    done, planned = len(run.results), run.info.planned_trials
    if run.info.finished_at is None:
        lines.append(f"Not finished: {done} of {planned} planned trials have ended.")
    lines += [_sentence(warning) for warning in run.info.warnings]
    return lines + [text.plain(problem) for problem in run.problems]


def work(run: Source) -> str:
    """Job, sink and load of the run, for a heading."""
    jobs = dict.fromkeys(result.trial.job for result in run.results)
    sinks = dict.fromkeys(result.trial.sink for result in run.results)
    label = " (as users write it: what is shown differs by API)" if "console" in sinks else ""
    load = load_words(result.trial for result in run.results)
    what = f"job {'/'.join(jobs)}, sink {'/'.join(sinks)}{label}" if jobs else ""
    return ", ".join(part for part in (what, load, own_pace(run)) if part)


def own_pace(run: Source) -> str:
    """What rate a file at its own pace really came at in the windows: its mean may be another."""
    rates = sorted(
        result.load.offered_per_s
        for result in run.results
        if result.load is not None and result.trial.arrivals.startswith("replay:")
    )
    if not rates:
        return ""
    ends = dict.fromkeys(text.quantity(rate) for rate in (rates[0], rates[-1]))
    return f"{' to '.join(ends)} records/s came in the windows measured"


def _seen(arm: ArmSummary) -> str | None:
    figures = arm.figures
    parts = [
        f"{name} {text.seconds(value)}"
        for name, value in (("p50", figures.p50_s), ("p99", figures.p99_s))
        if value is not None
    ]
    return ", ".join(parts) or None


def _sentence(reason: str) -> str:
    line = text.plain(reason)
    return line if line.endswith((".", "!", "?")) else line + "."
