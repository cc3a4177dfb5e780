"""What drifted in long trials."""

from __future__ import annotations

from bench.document import text
from bench.document.parts import Grid, Line, Part
from bench.results.schema import Drift, TrialResult
from bench.summary.source import Source

_LEFT = frozenset({"trial", "arm", "what", "drift"})


def soak_parts(run: Source) -> list[Part]:
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
    """A row for each thing that was watched in each trial; trials by number where arms repeat."""
    rows, styles = [], []
    numbered = len({result.trial.arm for result in trials}) < len(trials)
    for result in trials:
        assert result.soak is not None
        for drift in result.soak.drifts:
            rows.append(
                (
                    *([str(result.trial.number)] if numbered else []),
                    text.plain(result.trial.arm),
                    drift.name,
                    value(drift.first, drift.unit),
                    value(drift.last, drift.unit),
                    text.NONE if drift.change_share is None else f"{drift.change_share:+.1%}",
                    _word(drift),
                )
            )
            styles.append("yellow" if _rises(drift) else "")
    heading = ("arm", "what", "start", "end", "change", "drift")
    return Grid((*(["trial"] if numbered else []), *heading), tuple(rows), _LEFT, tuple(styles))


def soak_answers(trials: list[TrialResult]) -> list[str]:
    """A sentence a trial: what rises and what falls, or that nothing does."""
    found = []
    for result in trials:
        assert result.soak is not None
        length = "" if result.window_s is None else _minutes(_length(result))
        moving = [one for one in result.soak.drifts if one.found]
        words = [
            f"{', '.join(map(_moved, some))} {how}"
            for how, some in (
                ("rising", [one for one in moving if _rises(one)]),
                ("falling", [one for one in moving if not _rises(one)]),
            )
            if some
        ]
        found.append(
            f"{text.plain(result.trial.arm)} over {length}: {'; '.join(words) or 'nothing drifts'}."
        )
    return found


def _rises(drift: Drift) -> bool:
    """Whether it drifts upwards, which is what ends a job one day."""
    return drift.found and (drift.z or 0.0) > 0


def _moved(drift: Drift) -> str:
    return drift.name if drift.change_share is None else f"{drift.name} {drift.change_share:+.0%}"


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
        return "too short"
    if not drift.found:
        return "steady"
    return "rises" if _rises(drift) else "falls"


def _minutes(seconds: float) -> str:
    """``8 min``, where :func:`text.duration` has ``8 m``, which might be taken for metres."""
    return f"{seconds / 60:g} min" if 60 <= seconds < 3600 else text.duration(seconds)


def _length(result: TrialResult) -> float:
    first, last = result.window_s or (0.0, 0.0)
    return round(last - first, 3)
