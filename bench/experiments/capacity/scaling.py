"""How capacities grow with cores or executors: a law over what was measured, in sentences."""

from __future__ import annotations

from dataclasses import dataclass

from bench.document import text
from bench.experiments.capacity.findings import CLOSED, CapacityReport, Found
from bench.plan.axes import AUTO
from bench.plan.cells import cell_key
from bench.stats.scalability import LEAST_POINTS, Prediction, ScalingLaw, fit_law
from bench.summary.axes import split_axes
from bench.summary.summary import Cell

#: Axes that count workers, with their name in sentences.
_WORKERS = {"cores": "cores", "executors": "executors"}

#: What is told beyond the measurement: so many times the largest number measured.
_BEYOND = (2, 4)


@dataclass(frozen=True)
class Scaling:
    """The law of one arm over one axis, all else alike (``cell``)."""

    arm: str
    axis: str
    cell: Cell
    law: ScalingLaw


def scalings(report: CapacityReport) -> list[Scaling]:
    """A law for every arm that has a capacity at three or more values of an axis."""
    found = []
    for axis in _WORKERS:
        groups: dict[tuple[str, str], list[tuple[float, Found]]] = {}
        for one in report.found:
            count = one.cell.get(axis, AUTO)
            # Where a limit of the search ended it, or its budget left the bracket open, the rate
            # that held may be far below what the arm can do.
            if count == AUTO or one.held_per_s is None or one.end != CLOSED:
                continue
            groups.setdefault((one.arm, cell_key(_rest(one.cell, axis))), []).append(
                (float(count), one)
            )
        for (arm, _key), members in groups.items():
            if len({count for count, _one in members}) < LEAST_POINTS:
                continue
            points = [(count, one.held_per_s or 0.0) for count, one in members]
            try:
                law = fit_law(points)
            except ValueError:
                continue
            found.append(Scaling(arm, axis, _rest(members[0][1].cell, axis), law))
    return found


def scaling_sentences(report: CapacityReport) -> list[str]:
    """The laws in sentences; what goes beyond the measurement is called extrapolated."""
    laws = scalings(report)
    varying, _common = split_axes(laws)
    return [_sentence(one, varying, report.precision - 1) for one in laws]


def _sentence(one: Scaling, varying: list[str], known: float) -> str:
    """``known``: the relative width of the brackets, to which a law may be off its points."""
    law, what = one.law, _WORKERS[one.axis]
    at = f" at {text.cell_text(one.cell, varying)}" if varying else ""
    first, last = law.points[0][0], law.points[-1][0]
    subject = f"{text.plain(one.arm)}{at} over {first:g} to {last:g} {what}"
    if law.worst > known:
        return (
            f"{subject}: no law. The Universal Scalability Law that comes nearest is "
            f"{law.worst:.0%} off a point, and the points are known to {known:.0%}; so nothing is "
            "extrapolated. A search repeated shows how far they scatter."
        )
    formula = (
        f"X(N) = {text.quantity(law.one_per_s)} N / (1 + {law.contention:.3g} (N - 1) + "
        f"{law.coherency:.2g} N (N - 1))"
    )
    most = law.most_useful
    peak = "" if most is None else f", most at {max(most, 1):.3g} {what}"
    called = " (extrapolated)" if most is not None and law.extrapolates(max(most, 1.0)) else ""
    beyond = "; ".join(_said(law.predict(last * times), what) for times in _BEYOND)
    return (
        f"{subject}: {formula}, by the Universal Scalability Law, worst point {law.worst:.0%} "
        f"off{peak}{called}. Extrapolated, not measured: {beyond}."
    )


def _said(found: Prediction, what: str) -> str:
    spread = ""
    if found.low is not None and found.high is not None:
        spread = f" ({text.quantity(found.low)} to {text.quantity(found.high)})"
    return f"{found.n:g} {what} {text.quantity(found.per_s)}/s{spread}"


def _rest(cell: Cell, axis: str) -> Cell:
    return {key: value for key, value in cell.items() if key != axis}
