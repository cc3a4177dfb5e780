"""The capacity of arms in words and tables."""

from __future__ import annotations

from collections.abc import Sequence

from bench.document import text
from bench.document.parts import Grid
from bench.experiments.capacity.findings import CapacityReport, Found, Point
from bench.experiments.capacity.outcome import MEANING
from bench.experiments.searched import STYLES


def table(report: CapacityReport, *, wide: bool = True) -> Grid:
    """One row a cell and arm: what holds, what does not, and why the search ended.

    Without ``wide`` it is narrow enough for most terminals: the reasons stand in sentences, too.
    """
    heading = (
        *map(text.axis_name, report.varying),
        *("arm", "holds", "not at", "per core", "p50", "p99"),
        *(("batch", "CPU s/M", "stopped by") if wide else ()),
    )
    rows, styles = [], []
    for one in report.found:
        point = one.at_held
        more = (
            text.seconds(point.batch_p50_s if point else None),
            text.quantity(point.cpu_s_per_million if point else None),
            one.stopped_by,
        )
        rows.append(
            (
                *report.values(one.cell),
                text.plain(one.arm),
                holds(one),
                rate(one.missed_per_s),
                rate(one.per_core_per_s),
                text.seconds(point.p50_s if point else None),
                text.seconds(point.p99_s if point else None),
                *(more if wide else ()),
            )
        )
        styles.append(STYLES.get(one.end, "yellow" if one.held_per_s is None else ""))
    return Grid(heading, tuple(rows), frozenset({"arm", "stopped by"}), tuple(styles))


def curve(report: CapacityReport, *, wide: bool = True) -> Grid:
    """Latency by rate, a row a rate: every arm up to the rate that did not hold."""
    heading = (
        *map(text.axis_name, report.varying),
        *("arm", "rate", "p50", "p99"),
        *(("batch", "trial") if wide else ()),
        "outcome",
    )
    rows, styles = [], []
    for one in report.found:
        for position, point in enumerate(one.points):
            first = position == 0
            values = report.values(one.cell)
            more = (text.seconds(point.batch_p50_s), f"{point.purpose} {point.trial}")
            rows.append(
                (
                    *(values if first else [""] * len(values)),
                    text.plain(one.arm) if first else "",
                    rate(point.rate_per_s),
                    *(_latency(point, seconds) for seconds in (point.p50_s, point.p99_s)),
                    *(more if wide else ()),
                    MEANING[point.outcome],
                )
            )
            styles.append("" if point.outcome == "holds" else "yellow")
    return Grid(heading, tuple(rows), frozenset({"arm", "trial", "outcome"}), tuple(styles))


def answers(report: CapacityReport) -> list[str]:
    """The finding of each cell in a sentence: who sustains how much, and how many times as much."""
    varying = report.varying
    return [
        sentence
        for cell in report.cells
        if (sentence := _answer(report.of(cell), text.cell_text(cell, varying) if varying else ""))
    ]


def reasons(report: CapacityReport) -> list[str]:
    """Why each arm went no higher, with what its last trial said."""
    return [f"{report.where(one)}: {_reason(one)}." for one in report.found]


def notes(report: CapacityReport) -> list[str]:
    """Disturbances of the trials that stand for a capacity; the rate held in spite of them."""
    seen: dict[str, list[str]] = {}
    for one in report.found:
        for note in one.notes:
            seen.setdefault(note.partition(":")[0], []).append(one.arm)
    return [
        f"Held in spite of it ({', '.join(dict.fromkeys(arms))}): {what} was above its limit; "
        "see the trial's checks."
        for what, arms in seen.items()
    ]


def reading(report: CapacityReport) -> list[str]:
    """How to read the tables."""
    return [
        "holds: the highest rate that a fresh JVM held for a full trial; not at: the next rate "
        f"tried, {report.precision:g} times as high where the search was closed. p50, p99: end to "
        "end at the rate that holds, the wait for the trigger included. CPU s/M: CPU seconds of "
        "the engine for a million records.",
    ]


def holds(one: Found) -> str:
    """The rate held; ``>=`` where the search ended at a limit that is not the arm's."""
    if one.held_per_s is None:
        return text.NONE
    return (">= " if one.at_least else "") + rate(one.held_per_s)


def rate(value: float | None) -> str:
    """Records per second, with thousands apart."""
    return text.quantity(value)


def _latency(point: Point, seconds: float | None) -> str:
    """Of a saturated trial only what became visible was measured: the rest is later still."""
    later = "> " if point.outcome == "saturated" and seconds is not None else ""
    return later + text.seconds(seconds)


def _reason(one: Found) -> str:
    reason = text.plain(one.reason).rstrip(".")
    if one.end in ("unsupported", "failed") or one.end is None:
        return f"{one.stopped_by}, {reason}" if reason else one.stopped_by
    if one.held_per_s is None:
        down = f", down to {rate(one.missed_per_s)}/s" if one.missed_per_s else ""
        more = "; its budget was spent before one did" if one.end == "budget" else ""
        return f"no rate held{down}: {reason}{more}"
    if one.missed_per_s is None:
        return f"{rate(one.held_per_s)}/s hold, and {reason}"
    more = "; its budget was spent before the bracket was closed" if one.end == "budget" else ""
    return f"at {rate(one.missed_per_s)}/s {reason}{more}"


def _answer(found: Sequence[Found], where: str) -> str:
    """``structured sustains 17,500 records/s, dstream 210,000 (12 times as much)``."""
    known = [one for one in found if one.held_per_s is not None]
    if not known:
        return ""
    least = min(known, key=lambda one: one.held_per_s or 0.0)
    parts = []
    for one in known:
        much = f"{'at least ' if one.at_least else ''}{rate(one.held_per_s)}"
        times = (one.held_per_s or 0.0) / (least.held_per_s or 1.0)
        name = text.plain(least.arm)
        more = f" ({_times(times)} {name})" if one is not least and times > 1.05 else ""
        parts.append(f"{text.plain(one.arm)} {much}{more}")
    at = f"At {where}" if where else "Sustained"
    return f"{at}: {', '.join(parts)} records/s."


def _times(ratio: float) -> str:
    return f"{ratio:.0f} times" if ratio >= 9.5 else f"{ratio:.1f} times"


def answer(report: CapacityReport) -> str:
    """The run in a few words, for a list of runs."""
    if len(report.cells) == 1:
        shown = [f"{holds(one)}/s" if one.held_per_s else one.stopped_by for one in report.found]
        return ", ".join(shown)
    rates = [one.held_per_s for one in report.found if one.held_per_s is not None]
    if not rates:
        return "no rate held"
    return f"{rate(min(rates))}/s to {rate(max(rates))}/s"
