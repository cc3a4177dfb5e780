"""A decision as plain data, for ``decide --json -``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from bench.decision.bill import bill_of
from bench.decision.decide import Decision
from bench.decision.reading import Reading
from bench.decision.standing import Standing
from bench.decision.view import decision_view


def decision_data(decision: Decision) -> dict[str, Any]:
    """The answer, the standing of every arm and setting, the evidence, and all in sentences.

    Seconds, records per second, CPU seconds per million records, and the currency of the price.
    """
    view = decision_view(decision)
    return {
        "target": asdict(decision.target),
        "work": dict(decision.work),
        "answer": decision.answer,
        "ground": decision.ground,
        "estimate": decision.estimate,
        "met": decision.met,
        "in_use": decision.in_use.arm,
        "chosen": None if decision.chosen is None else _name(decision.chosen),
        "comparisons": decision.comparisons,
        "standings": [_standing(standing, decision) for standing in decision.standings],
        "sentence": view.sentence,
        "reasons": list(view.reasons),
        "next_steps": [asdict(step) for step in view.next_steps],
        "not_measured": list(view.not_measured),
    }


def _name(standing: Standing) -> dict[str, Any]:
    return {"arm": standing.arm, "setting": dict(standing.series.setting)}


def _standing(standing: Standing, decision: Decision) -> dict[str, Any]:
    bill = bill_of(standing, decision.target)
    return {
        **_name(standing),
        "word": standing.word,
        "basis": standing.basis,
        "firm": standing.firm,
        "p99_s": standing.p99_s,
        "p99_high_s": standing.high_s,
        "busy": standing.busy,
        "cpu_s_per_million": standing.cpu_s_per_million,
        "cost": None if standing.cost is None else asdict(standing.cost),
        **({} if bill is None else {"bill": {**asdict(bill), "price": bill.price}}),
        "held_per_s": standing.held_per_s,
        "missed_per_s": standing.missed_per_s,
        "evidence": [_reading(reading) for reading in standing.evidence],
        "support": None if standing.support is None else _reading(standing.support),
    }


def _reading(reading: Reading) -> dict[str, Any]:
    return {
        "rate_per_s": reading.rate_per_s,
        "kind": reading.kind,
        "word": reading.word,
        "p99_s": reading.p99_s,
        "low_s": reading.low_s,
        "high_s": reading.high_s,
        "statuses": dict(reading.point.statuses),
        "trials": list(reading.point.trials),
    }
