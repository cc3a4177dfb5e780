"""Where an arm stands, in a sentence; what the answer is, in another."""

from __future__ import annotations

from collections.abc import Sequence

from bench.contract import LIVE_MODES
from bench.decision.decide import Decision
from bench.decision.reading import Reading
from bench.decision.standing import Standing
from bench.decision.target import Target
from bench.document import text

#: What a mode without batches costs besides (docs/realtime.md).
COSTS = {
    "realtime": "Real-time mode costs more than its CPU time: it holds a task slot for each "
    "partition of its source and state all the time, works when idle as well, and promises each "
    "record at least once since the last batch it committed.",
    "continuous": "Continuous mode is experimental in Spark: it does selections and projections "
    "only, holds a task slot for each partition of its source all the time, ends where a task "
    "fails, promises each record at least once, and micro-batches cannot go on from its "
    "checkpoint.",
}


def answer_sentence(decision: Decision) -> str:
    """The answer and its main reason, in one or two sentences."""
    target, in_use, chosen = decision.target, decision.in_use, decision.chosen
    varying = decision.varying
    one = f"{name(in_use, varying)} {claim(in_use, target)}"
    there = "" if chosen is None else name(chosen, varying)
    other = "" if chosen is None else f"{there} {claim(chosen, target)}"
    match decision.ground:
        case "in use meets":
            said = f"Stay with {name(in_use, varying)}: it {claim(in_use, target)}."
        case "variant meets" if chosen is not None and chosen.arm == in_use.arm:
            said = f"Tune first: {one}; {other}, without leaving {in_use.arm}."
        case "variant meets":
            said = f"Tune first: {one}; {other}, on the same engine."
        case "other meets":
            live = None if chosen is None else LIVE_MODES.get(chosen.mode)
            how = "Migrate" if live is None else f"Migrate, in {live},"
            said = f"{how} to {there}: {one}; {other}."
        case "nothing meets":
            said = f"Tune first: {one}, and nothing else that was measured meets the target."
        case "in use unknown":
            said = f"Measure more: {one}."
        case "variant unknown":
            said = f"Measure more: {one}, and it is open whether a variant of it would meet it."
        case "other meets by estimate":
            said = (
                f"Measure more: {one}, and by estimate another engine meets the target; "
                "that is too little to migrate on."
            )
        case "other unknown":
            said = f"Measure more: {one}, and it is open whether another engine meets it."
    if chosen is not None and chosen.mode in COSTS and chosen is not in_use:
        said += f" {COSTS[chosen.mode]}"
    return f"{said} (An estimate: it rests on few rounds.)" if decision.estimate else said


def standing_sentence(standing: Standing, decision: Decision) -> str:
    """Where one arm stands, with its headroom."""
    said = claim(standing, decision.target) + _headroom(standing, decision.target)
    return f"{name(standing, decision.varying)} {said}."


def name(standing: Standing, varying: Sequence[str]) -> str:
    """The arm, with its setting as far as settings differ."""
    where = setting_text(standing, varying)
    return f"{text.plain(standing.arm)} ({where})" if where else text.plain(standing.arm)


def setting_text(standing: Standing, axes: Sequence[str]) -> str:
    """The arm's values of ``axes`` in words: ``trigger 1 s, 2 cores``; empty without any."""
    setting = {a: whole(value) for a, value in standing.series.setting if a in axes}
    return text.cell_text(setting) if setting else ""


def claim(standing: Standing, target: Target) -> str:
    """What is known of an arm at the target's rate, to follow its name."""
    rate, allowed = _rate(target.rate_per_s), text.seconds(target.p99_s)
    evidence = standing.evidence
    if not evidence:
        return "was not measured"
    first = evidence[0]
    near = " and ".join(_rate(reading.rate_per_s) for reading in evidence)
    if standing.word == "unknown":
        return _unknown(standing, target)
    if standing.word == "meets":
        match standing.basis:
            case "measured":
                return f"holds {rate} with a p99 of {_p99(first)} where {allowed} are allowed"
            case "between":
                return (
                    f"meets the target at {near}, and {rate} lie between them (interpolated: a "
                    f"p99 of about {text.seconds(standing.p99_s)} where {allowed} are allowed)"
                )
            case _:
                return (
                    f"holds {near} with a p99 of {_p99(first)} where {allowed} are allowed; "
                    f"{rate} were not measured and are taken to be no harder"
                )
    said = _missed(first, target)
    match standing.basis:
        case "measured":
            return said
        case "between":
            return f"misses the target at {near}, and {rate} lie between them (interpolated)"
        case _ if first.kind == "unsupported":
            return said
        case _:
            return f"{said}, and {rate} are more"


def _missed(reading: Reading, target: Target) -> str:
    rate, point = _rate(reading.rate_per_s), reading.point
    why = f" ({text.plain(point.reasons[0]).rstrip('.')})" if point.reasons else ""
    if reading.kind == "unsupported":
        return f"cannot do this{why}"
    if reading.kind == "saturated":
        return f"does not keep up with {rate}: saturated in {_share(reading, 'saturated')}{why}"
    return (
        f"holds {rate}, but with a p99 of {_p99(reading)} where {text.seconds(target.p99_s)} "
        "are allowed"
    )


def _unknown(standing: Standing, target: Target) -> str:
    rate, evidence = _rate(target.rate_per_s), standing.evidence
    first = evidence[0]
    words = {reading.word for reading in evidence}
    at = _rate(first.rate_per_s)
    if words == {"meets"}:
        return f"meets the target at {at}, and no rate as high as {rate} was measured"
    if words == {"misses"}:
        return f"misses the target at {at}, and no rate as low as {rate} was measured"
    if words == {"meets", "misses"}:
        meets, misses = sorted(evidence, key=lambda reading: reading.word != "meets")
        return (
            f"meets the target at {_rate(meets.rate_per_s)} and misses it at "
            f"{_rate(misses.rate_per_s)}; {rate} lie between them"
        )
    open_one = next(reading for reading in evidence if reading.word == "unknown")
    at, point = _rate(open_one.rate_per_s), open_one.point
    if open_one.kind == "close":
        count = f"{point.rounds} round" + ("" if point.rounds == 1 else "s")
        return (
            f"holds {at} with a p99 of {_p99(open_one)}, too close to the "
            f"{text.seconds(target.p99_s)} allowed to tell from {count}"
        )
    why = f": {text.plain(point.reasons[0]).rstrip('.')}" if point.reasons else ""
    return f"is {open_one.kind} at {at} in {_share(open_one, open_one.kind)}{why}"


def _headroom(standing: Standing, target: Target) -> str:
    parts = []
    if standing.support is not None:
        parts.append(f"confirmed at {_rate(standing.support.rate_per_s)}")
    if standing.word == "meets" and standing.high_s is not None:
        parts.append(f"that is {standing.high_s / target.p99_s:.0%} of it at most")
    held, missed = standing.held_per_s, standing.missed_per_s
    more = held is not None and held > target.rate_per_s * (1 + 1e-6)
    if held is not None and more:
        end = "the highest rate measured" if missed is None else f"and missed at {_rate(missed)}"
        times = f"{held / target.rate_per_s:.2g} times that load"
        parts.append(f"it is met up to {_rate(held)}, {times}, {end}")
    elif standing.word == "meets" and missed is not None:
        parts.append(f"it is missed at {_rate(missed)}")
    elif standing.word == "meets":
        parts.append("no higher rate was measured")
    return f"; {'; '.join(parts)}" if parts else ""


def _p99(reading: Reading) -> str:
    middle, low, high = (text.seconds(v) for v in (reading.p99_s, reading.low_s, reading.high_s))
    return middle if low == high else f"{middle} ({low} to {high})"


def _share(reading: Reading, status: str) -> str:
    seen, all_of_them = reading.point.statuses.get(status, 0), reading.point.statuses.values()
    total = sum(all_of_them)
    return f"{seen} of {total} trial" + ("" if total == 1 else "s")


def _rate(rate_per_s: float) -> str:
    return f"{text.quantity(rate_per_s)} records/s"


def whole(value: str | int | float) -> str | int | float:
    """A whole number without its decimal point, anything else as it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
