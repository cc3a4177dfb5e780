"""What drifted in long trials."""

from __future__ import annotations

from bench.report import text
from bench.report.layout import Grid, Line
from bench.report.source import Source
from bench.results.schema import Drift, TrialResult

_LEFT = frozenset({"trial", "arm", "what", "drift"})


def soak_parts(run: Source) -> list[Line | Grid]:
    """The table of a run of long trials, with its words; nothing of another run."""
    trials = [result for result in run.results if result.soak is not None]
    if not trials:
        return []
    return [
        Line("What drifted", "bold"),
        soak_table(trials),
        *(Line(words, "bold") for words in soak_answers(trials)),
        Line(
            "Start and end: medians over a 120th of the trial. Change: of the last two thirds, by "
            "the median slope. A drift is a trend by Mann and Kendall's test at 1% that adds up to "
            "a tenth or more.",
            "dim",
        ),
    ]


def soak_table(trials: list[TrialResult]) -> Grid:
    """A row for each thing that was watched in each trial."""
    rows, styles = [], []
    for result in trials:
        assert result.soak is not None
        for drift in result.soak.drifts:
            rows.append(
                (
                    str(result.trial.number),
                    text.plain(result.trial.arm),
                    drift.name,
                    value(drift.first, drift.unit),
                    value(drift.last, drift.unit),
                    text.NONE if drift.change_share is None else f"{drift.change_share:+.1%}",
                    _word(drift),
                )
            )
            styles.append("yellow" if drift.found else "")
    heading = ("trial", "arm", "what", "start", "end", "change", "drift")
    return Grid(heading, tuple(rows), _LEFT, tuple(styles))


def soak_answers(trials: list[TrialResult]) -> list[str]:
    """A sentence a trial: what drifts, or that nothing does."""
    found = []
    for result in trials:
        assert result.soak is not None
        drifting = [
            f"{one.name} {one.change_share:+.0%}" if one.change_share is not None else one.name
            for one in result.soak.drifts
            if one.found
        ]
        length = "" if result.window_s is None else text.duration(_length(result))
        words = ", ".join(drifting) if drifting else "nothing"
        found.append(f"{text.plain(result.trial.arm)} over {length}: {words} drifts.")
    return found


def value(number: float | None, unit: str) -> str:
    """A figure in its unit, as people read it."""
    if number is None:
        return text.NONE
    if unit == "s":
        return text.seconds(number)
    if unit == "bytes":
        return f"{number / 2**20:,.1f} MiB"
    return f"{number:,.0f}"


def _word(drift: Drift) -> str:
    if drift.z is None:
        return "too short to tell"
    return "drifts" if drift.found else "steady"


def _length(result: TrialResult) -> float:
    first, last = result.window_s or (0.0, 0.0)
    return round(last - first, 3)
