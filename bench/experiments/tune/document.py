"""What a search for settings says: what was tried, the front, and what may be believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.document import text
from bench.document.markdown import markdown
from bench.document.parts import Code, Grid, Heading, Image, Line, Part
from bench.errors import UsageError
from bench.experiments.tune.paste import option_lines, python_text
from bench.experiments.tune.score import CPU, MEASURED, P99, WORK_RATE, front, read
from bench.experiments.tune.search import TEXTBOOK, State, Tune
from bench.experiments.tune.verdict import Conclusion, conclude
from bench.plan.axes import CONF_PREFIX
from bench.plan.kind import kind_of
from bench.plan.plan import Plan
from bench.results.schema import TrialResult
from bench.stats.metrics import METRICS, Metric
from bench.stats.sentence import unbounded
from bench.summary.source import Source

AS_IT_IS = "as it is"

#: The plot of the front, which the run's report draws.
PLOT = "tune-front.png"

_P50 = METRICS["e2e_p50"]


@dataclass(frozen=True)
class Tried:
    """One configuration and the medians of its trials of the search; ``None``: no figure.

    ``rank`` is its place in the search, from 1; ``front``: none is as good in both p99 and work
    rate and better in one.
    """

    name: str
    arm: str
    config: Mapping[str, str]
    rank: int
    rounds: int
    status: str
    p50_s: float | None
    p99_s: float | None
    work_rate_per_s: float | None
    cpu_s_per_million: float | None
    requests_per_batch: float | None = None
    front: bool = False


@dataclass(frozen=True)
class TuneReport:
    """Everything a tuning run has found; ``tried`` from best to worst of the search."""

    tune: Tune
    state: State
    conclusion: Conclusion
    tried: tuple[Tried, ...]
    winner: Tried | None

    @property
    def candidate(self) -> Tried | None:
        """What the confirmation was about."""
        index = self.state.candidate
        if index is None:
            return None
        return next(t for t in self.tried if t.arm == self.tune.arms[index].text)

    @property
    def gate_failed(self) -> bool:
        """Whether a bound was given and neither a confirmed winner nor the arm as it is kept it."""
        if self.tune.goal.bound_s is None or self.conclusion.word == "unfinished":
            return False
        if self.conclusion.word == "confirmed":
            return not self.conclusion.kept_bound
        textbook = [pair[0] for pair in self.state.confirmed.values() if pair[0] is not None]
        seen = textbook or list(self.state.tried.get(TEXTBOOK, {}).values())
        return not seen or not all(self.tune.goal.keeps(result) for result in seen)


def tune_report(tune: Tune, results: Sequence[TrialResult]) -> TuneReport:
    """The report of what has run so far."""
    state = tune.state(results)
    found = conclude(state, tune.goal)
    order = sorted(state.scores, key=lambda index: (state.scores[index], index))
    tried = [_tried(tune, state, index, rank) for rank, index in enumerate(order, 1)]
    points = {
        position: (t.p99_s, t.work_rate_per_s)
        for position, t in enumerate(tried)
        if t.p99_s is not None and t.work_rate_per_s is not None
    }
    flags = dict(zip(points, front(list(points.values())), strict=True))
    tried = [
        Tried(**{**vars(t), "front": flags.get(position, False)})
        for position, t in enumerate(tried)
    ]
    report = TuneReport(tune, state, found, tuple(tried), None)
    if found.word != "confirmed":
        return report
    return TuneReport(tune, state, found, tuple(tried), report.candidate)


def tune_of(run: Source) -> TuneReport | None:
    """The report of a search for settings; ``None`` of any other run."""
    if kind_of(run.info.plan) != "tune":
        return None
    try:
        return tune_report(Tune(Plan.from_dict(run.info.plan)), run.results)
    except (UsageError, ValueError, KeyError):
        # A plan of another version: what was measured can be shown all the same.
        return None


def tune_lines(report: TuneReport, place: str | None = None) -> list[Part]:
    """The document but for its title; ``place`` is the run, for what to do next."""
    lines: list[Part] = [Line(headline(report), "bold"), tried_grid(report)]
    lines += [Line(note, "dim") for note in notes(report)]
    if report.winner is not None:
        options = "\n".join(option_lines(report.winner.config))
        lines += [Line("On the command line:", "bold"), Code(options)]
        lines += [Line("In a job:", "bold"), Code(paste(report), "python")]
    if report.conclusion.word == "unfinished" and place is not None:
        lines.append(Line(f"Go on with: sparkbench tune --resume {place}"))
    return lines


def tune_markdown(report: TuneReport, plot: str | None = None) -> str:
    """``tune.md``: the same for a repository or an issue."""
    title = Heading(f"Settings for {report.tune.plan.arms[0].text}", 1)
    images = [Image("Latency against work rate", plot)] if plot is not None else []
    return markdown([title, *tune_lines(report), *images])


def tune_files(report: TuneReport, folder: Path) -> dict[str, bytes]:
    """What the report in ``folder`` has besides; without figures there is no plot to show."""
    plot = PLOT if (folder / PLOT).exists() else None
    return {"tune.md": tune_markdown(report, plot).encode()}


def tune_data(report: TuneReport) -> dict[str, Any]:
    """The report as JSON-ready data."""
    found, state = report.conclusion, report.state
    verdict = found.verdict
    return {
        "conclusion": found.word,
        "sentence": headline(report),
        "metric": found.metric.key,
        "bound_s": report.tune.search.bound_s,
        "kept_bound": found.kept_bound,
        "confirm_rounds": len(state.confirmed),
        "verdict": None
        if verdict is None
        else {name: getattr(verdict, name) for name in ("word", "ratio", "low", "high", "level")},
        "candidate": None if report.candidate is None else report.candidate.name,
        "winner": None
        if report.winner is None
        else {
            "arm": report.winner.arm,
            "settings": dict(report.winner.config),
            "options": option_lines(report.winner.config),
            "python": paste(report),
            "weakens_guarantee": weakens(report.tune, report.winner.config),
        },
        "tried": [{**vars(t), "config": dict(t.config)} for t in report.tried],
    }


def headline(report: TuneReport) -> str:
    """What may be said, in a sentence or two."""
    found, candidate = report.conclusion, report.candidate
    if found.word == "unfinished":
        best = report.tried[0] if report.tried else None
        seen = "" if best is None else f" Best so far in the search: {_named(best)}."
        return f"Not finished: nothing is confirmed.{seen}"
    if found.word == "nothing" and found.reasons:
        return f"Nothing can be said: {'; '.join(found.reasons)}."
    if found.word == "nothing" or candidate is None:
        return "No better than the arm as it is was found, so there was nothing to confirm."
    if found.word == "refuted":
        why = f" ({'; '.join(found.reasons)})" if found.reasons else f" ({_measured(report)})"
        return (
            f"No better than the arm as it is was confirmed: the search's best, {candidate.name}, "
            f"did not hold up in paired rounds{why}."
        )
    if found.holds_alone:
        rounds = len(report.state.confirmed)
        return (
            f"Confirmed: {candidate.name} held the rate in all of {rounds} paired rounds, where "
            "the arm as it is did not in some and was behind in the others."
        )
    but = f" But {'; '.join(found.reasons)}." if found.reasons else ""
    return f"Confirmed: {candidate.name}, {_measured(report)}.{but}"


def notes(report: TuneReport) -> list[str]:
    """How to read the table, and what was given up."""
    search = report.tune.search
    rounds = len(report.state.confirmed)
    found = [
        "Search: medians over each configuration's rounds; they choose and do not judge. * is on "
        "the front: no other is as good in both p99 and work rate and better in one.",
        "work rate: records per second of batch time (of CPU time where they come out one by one), "
        "a rough measure of the room above the rate.",
    ]
    if any(t.requests_per_batch is not None for t in report.tried):
        found.append(
            "req/batch: creates, renames and lists on the checkpoint, which object stores charge."
        )
    if rounds:
        found.append(f"Judged by {rounds} paired rounds of their own, fixed before the first.")
    if search.bound_s is not None:
        found.append(
            f"Wanted: the highest work rate with p99 within {text.seconds(search.bound_s)}."
        )
    if report.state.cut:
        found.append("The budget ended the search early; a larger --budget tries more.")
    if not search.allow_weaker:
        found.append("Knobs that weaken the guarantee were left out; --allow-weaker admits them.")
    elif report.winner is not None and weakens(report.tune, report.winner.config):
        found.append("! The settings weaken the delivery guarantee; see docs/tuning.md.")
    failed = Counter(t.status for t in report.tried if t.status not in MEASURED)
    if failed:
        words = ", ".join(f"{count} {status}" for status, count in failed.items())
        found.append(f"Configurations without figures: {words}.")
    return found


def tried_grid(report: TuneReport) -> Grid:
    """One row a configuration, best first."""
    counted = any(t.requests_per_batch is not None for t in report.tried)
    rows = tuple(
        (
            t.name + (" *" if t.front else ""),
            str(t.rounds),
            text.seconds(t.p50_s),
            text.seconds(t.p99_s),
            text.quantity(t.work_rate_per_s),
            text.seconds(t.cpu_s_per_million),
            *([text.quantity(t.requests_per_batch)] if counted else []),
            t.status,
            settings_words(report.tune, t.config),
        )
        for t in report.tried
    )
    figures = ("rounds", "p50", "p99", "work rate", "CPU/million")
    heading = ("configuration", *figures, *(("req/batch",) if counted else ()))
    left = frozenset({"configuration", "status", "settings"})
    return Grid((*heading, "status", "settings"), rows, left, wrap=True)


def settings_words(tune: Tune, config: Mapping[str, str]) -> str:
    """A configuration in a few words, by the names of its dimensions."""
    names = {(d.key, value): d.name for d in tune.search.dimensions for value in d.values}
    words = [
        f"{names.get((key, value), key.removeprefix(CONF_PREFIX))} {_short(value)}"
        for key, value in config.items()
    ]
    return ", ".join(words) or "none"


def paste(report: TuneReport) -> str:
    """The winner as Python; empty without one."""
    if report.winner is None:
        return ""
    plan = report.tune.plan
    trigger_s = plan.round_trials(1)[0].trigger_s
    return python_text(plan.arms[0], report.winner.config, trigger_s)


def _tried(tune: Tune, state: State, index: int, rank: int) -> Tried:
    trials = list(state.tried[index].values())
    measured = [result for result in trials if result.status in MEASURED]

    def middle(metric: Metric) -> float | None:
        return _median(read(metric, result) for result in measured)

    statuses = Counter(result.status for result in trials)
    return Tried(
        name=AS_IT_IS if index == TEXTBOOK else f"try {index}",
        arm=tune.arms[index].text,
        config=dict(tune.configs[index]),
        rank=rank,
        rounds=len(trials),
        status="/".join(statuses),
        p50_s=middle(_P50),
        p99_s=middle(P99),
        work_rate_per_s=middle(WORK_RATE),
        cpu_s_per_million=middle(CPU),
        requests_per_batch=_median(
            one.requests.charged / one.requests.batches
            for one in measured
            if one.requests is not None
        ),
    )


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


def _measured(report: TuneReport) -> str:
    """The ratio of the paired rounds in words."""
    found = report.conclusion
    verdict = found.verdict
    if verdict is None or verdict.ratio is None:
        return "its rounds give no ratio"
    words = f"{found.metric.label} is {text.ratio(verdict.ratio)} that of the arm as it is"
    if verdict.low is None or verdict.high is None:
        return words
    if unbounded(verdict):
        return f"{words}, and its {verdict.n} rounds do not bound it: {verdict.word}"
    interval = text.bounds(verdict.low, verdict.high)
    return f"{words}, {interval} at {text.level(verdict.level)} confidence: {verdict.word}"


def _named(tried: Tried) -> str:
    p99 = f", p99 {text.seconds(tried.p99_s)}" if tried.p99_s is not None else ""
    return f"{tried.name}{p99}"


def _short(value: str) -> str:
    """A class without its package."""
    return value.rpartition(".")[2] if value.startswith("org.") else value


def weakens(tune: Tune, config: Mapping[str, str]) -> bool:
    """Whether a configuration has a setting that weakens the delivery guarantee."""
    weak = {(d.key, value) for d in tune.search.dimensions if d.weakens for value in d.values}
    return any(item in weak for item in config.items())
