"""A decision as words and tables, and the document that they make."""

from __future__ import annotations

from dataclasses import dataclass

from bench.decision.advice import Step, next_steps, not_measured
from bench.decision.bill import bill_of
from bench.decision.decide import Decision
from bench.decision.sentences import answer_sentence, standing_sentence, whole
from bench.decision.standing import Standing
from bench.document import text
from bench.document.markdown import markdown
from bench.document.parts import LEAD, Grid, Heading, Line, Part, bullets

#: How the columns of the tables are to be read.
READING = "p99: end-to-end, geometric mean over the rounds; ~ stands before interpolated figures."
READING_COSTS = (
    "CPU: time of JVM, driver and workers. cores: those busy at that rate, of those the arm had."
)
READING_PRICES = (
    "CPU/hour and CPU/million (records): the CPU time used, priced; cores/hour: the cores it had, "
    "used or not."
)

READING_BILL = (
    "An hour at that rate. slots held: of the cores it had, those it never gives back, records or "
    "not. req: creates, renames and lists on its checkpoint, which object stores charge as writes; "
    "opens, look-ups and deletes are in --json -. idle CPU: of a stream to which no record comes."
)


@dataclass(frozen=True)
class DecisionView:
    """Everything there is to show of a decision, as plain text that is not escaped.

    ``answer`` is the word alone, ``question`` the target as a question.  ``arms`` has a row an arm
    and setting, ``costs`` one for each of those with a figure, ``bill`` one for
    each whose slots, idling and requests were measured (``--idle``), ``evidence`` one for each
    measured rate that the answer rests on.
    """

    question: str
    answer: str
    sentence: str
    met: bool
    reasons: tuple[str, ...]
    arms: Grid
    costs: Grid
    bill: Grid
    evidence: Grid
    next_steps: tuple[Step, ...]
    not_measured: tuple[str, ...]


def decision_view(decision: Decision) -> DecisionView:
    """The words and tables of ``decision``."""
    deciding = [decision.in_use, *([decision.chosen] if decision.chosen else [])]
    rest = [s for s in decision.standings if all(s is not one for one in deciding)]
    return DecisionView(
        question=_question(decision),
        answer=decision.answer,
        sentence=answer_sentence(decision),
        met=decision.met,
        reasons=tuple(
            dict.fromkeys(standing_sentence(s, decision) for s in (*_unique(deciding), *rest))
        ),
        arms=_arms(decision),
        costs=_costs(decision),
        bill=_bill(decision),
        evidence=_evidence(decision),
        next_steps=tuple(next_steps(decision)),
        not_measured=tuple(not_measured(decision)),
    )


_ANSWERS = {"stay": f"{LEAD} green", "migrate": f"{LEAD} yellow", "tune first": f"{LEAD} yellow"}


def decision_parts(view: DecisionView) -> list[Part]:
    """The answer, the arms, the reasons, the evidence, what was not measured, and what next."""
    gap = Line("")
    found: list[Part] = [
        Heading(view.question),
        Line(view.sentence, _ANSWERS.get(view.answer, LEAD)),
        *(gap, view.arms, Line(READING, "dim"), gap),
    ]
    if view.costs.rows:
        priced = PRICES[0] in view.costs.heading
        reading = f"{READING_COSTS} {READING_PRICES}" if priced else READING_COSTS
        found += [view.costs, Line(reading, "dim"), gap]
    if view.bill.rows:
        found += [Heading("The bill", 3), view.bill, Line(READING_BILL, "dim"), gap]
    found += bullets(view.reasons)
    if view.evidence.rows:
        found += [Heading("Evidence", 3), view.evidence]
    found += [Heading("Not measured", 3), *bullets(view.not_measured)]
    if view.next_steps:
        found += [Heading("Next", 3), *bullets([str(step) for step in view.next_steps])]
    return found


def decision_markdown(decision: Decision) -> str:
    """The document as a section of a Markdown report."""
    return markdown(decision_parts(decision_view(decision)))


def _question(decision: Decision) -> str:
    target = decision.target
    common = {
        axis: whole(value)
        for axis, value in (*decision.in_use.series.setting, *decision.work)
        if axis not in decision.varying
    }
    work = text.cell_text(common) if common else ""
    return (
        f"Is {text.plain(decision.in_use.arm)} good for {text.quantity(target.rate_per_s)} "
        f"records/s with a p99 of at most {text.seconds(target.p99_s)}"
        + (f" at {work}?" if work else "?")
    )


def _arms(decision: Decision) -> Grid:
    rows = []
    for standing in decision.standings:
        missed, held, p99 = standing.missed_per_s, standing.held_per_s, standing.p99_s
        top = [] if held is None else [f"{text.quantity(held)}/s"]
        top += [] if missed is None else [f"not {text.quantity(missed)}/s"]
        sure = standing.firm or standing.word == "unknown"
        rows.append(
            (
                *_who(standing, decision),
                standing.word + ("" if sure else " (estimate)"),
                text.NONE if p99 is None else f"{_about(standing)}{text.seconds(p99)}",
                ", ".join(top) or text.NONE,
            )
        )
    styles = tuple(_STYLES[standing.word] for standing in decision.standings)
    left = frozenset({"arm", "target"})
    return Grid((*_heading(decision), "target", "p99", "met up to"), tuple(rows), left, styles)


_STYLES = {"meets": "green", "misses": "yellow", "unknown": "dim"}


def _costs(decision: Decision) -> Grid:
    """CPU time, and with a price what it costs, of arms with a figure at the target's rate."""
    priced = decision.target.core_hour is not None
    rows = []
    for standing in decision.standings:
        cost, about = standing.cost, _about(standing)
        if cost is None:
            continue
        prices = (cost.used_per_hour, cost.used_per_million, cost.reserved_per_hour)
        rows.append(
            (
                *_who(standing, decision),
                f"{about}{text.quantity(standing.cpu_s_per_million)}",
                f"{about}{cost.busy_cores:.2g} of {cost.cores}",
                *(map(_money, prices) if priced else ()),
            )
        )
    heading = (*_heading(decision), "CPU s/million", "cores", *(PRICES if priced else ()))
    return Grid(heading, tuple(rows), frozenset({"arm"}))


def _bill(decision: Decision) -> Grid:
    """What an hour takes of each arm of which more than CPU time was measured."""
    target = decision.target
    priced = target.core_hour is not None or target.million_requests is not None
    rows = []
    for standing in decision.standings:
        bill = bill_of(standing, target)
        if bill is None:
            continue
        busy = text.NONE if bill.busy_cores is None else f"{bill.busy_cores:.2g}"
        idle = bill.idle_cpu_s_per_hour
        prices = (bill.cores_price, bill.requests_price, bill.price)
        rows.append(
            (
                *_who(standing, decision),
                f"{busy} of {bill.cores}",
                text.NONE if bill.slots_held is None else str(bill.slots_held),
                _number(bill.requests_per_batch),
                _number(bill.requests_per_hour),
                text.NONE if idle is None else f"{idle:.0f} s",
                *(map(_money, prices) if priced else ()),
            )
        )
    heading = ("cores", "slots held", "req/batch", "req/hour", "idle CPU/hour")
    prices_named = BILL_PRICES if priced else ()
    return Grid((*_heading(decision), *heading, *prices_named), tuple(rows), frozenset({"arm"}))


def _number(value: float | None) -> str:
    """A count, with thousands apart; its tenths where it is small."""
    if value is None:
        return text.NONE
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"


#: Columns of the bill there are only with a price.
BILL_PRICES = ("cores price", "req price", "together")

#: Columns there are only with a price.
PRICES = ("CPU/hour", "CPU/million", "cores/hour")


def _heading(decision: Decision) -> tuple[str, ...]:
    return ("arm", *map(text.axis_name, decision.varying))


def _who(standing: Standing, decision: Decision) -> tuple[str, ...]:
    setting = dict(standing.series.setting)
    values = (
        text.axis_value(axis, whole(setting[axis])) if axis in setting else text.NONE
        for axis in decision.varying
    )
    return (text.plain(standing.arm), *values)


def _about(standing: Standing) -> str:
    return "~" if standing.interpolated else ""


def _money(value: float | None) -> str:
    return text.NONE if value is None else f"{value:.3g}"


def _evidence(decision: Decision) -> Grid:
    heading = (*_heading(decision), "rate", "found", "p99", "interval", "trials")
    rows = tuple(
        (
            *_who(standing, decision),
            f"{text.quantity(reading.rate_per_s)}/s",
            reading.kind,
            text.seconds(reading.p99_s),
            text.NONE
            if reading.low_s is None
            else f"{text.seconds(reading.low_s)} to {text.seconds(reading.high_s)}",
            _numbers(reading.point.trials),
        )
        for standing in decision.standings
        for reading in (*standing.evidence, *([standing.support] if standing.support else []))
    )
    return Grid(heading, rows, frozenset({"arm", "found", "trials"}))


def _numbers(trials: tuple[int, ...]) -> str:
    shown = ", ".join(map(str, trials[:8]))
    return f"{shown} and {len(trials) - 8} more" if len(trials) > 8 else shown


def _unique(standings: list[Standing]) -> list[Standing]:
    return [s for n, s in enumerate(standings) if all(s is not one for one in standings[:n])]
