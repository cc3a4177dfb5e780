"""What a trial's load asks of the generator and of the plan, said before anything is sent."""

from __future__ import annotations

import math
from collections.abc import Iterable

from bench.errors import UsageError
from bench.load.content.kinds import parse_lines
from bench.load.content.payload import Payload
from bench.load.timing.arrivals import Arrivals, parse_arrivals
from bench.load.timing.shapes import Burst, Bursts, Ramp, Shape, Sine, Steps
from bench.plan.cells import cell_key, describe
from bench.plan.spec import TrialSpec
from bench.units import format_duration

#: Lines/s of 100 bytes that are safe to assume of a machine that was never calibrated.
ASSUMED_PEAK_PER_S = 2e6

#: Share of the generator's peak from which on its own lag may show in a latency.
NEAR_PEAK_SHARE = 0.5

#: Generator's work for a line, in plain lines of 100 bytes, which are a copy of prepared ones: what
#: each property adds to it (CPU time of the sender per line, measured on one machine, rounded up).
PLAIN_BYTES = 101
SMALL_LINE = 0.35
KEYS_COST, SKEW_COST, SPREAD_COST, POISSON_COST, SHAPE_COST, REPLAY_COST = 6, 12, 20, 12, 2, 2

#: The same for lines with fields, beside their keys.
KIND_COST = {"words": 60, "csv": 15, "json": 20, "events": 10, "weblog": 25, "payments": 10}


def payload_of(spec: TrialSpec) -> Payload:
    """The lines that are generated for a trial; ValueError when no line can be like that."""
    return Payload(
        spec.payload_bytes,
        spec.payload_spread,
        spec.keys,
        spec.skew,
        lines=parse_lines(spec.lines),
    )


def peak_factor(shape: Shape) -> float:
    """The highest rate of a shape, as a factor of the base rate."""
    match shape:
        case Ramp():
            return max(1.0, shape.to)
        case Steps():
            return max(shape.factors)
        case Burst() | Bursts():
            return max(1.0, shape.factor)
        case Sine():
            return 1.0 + shape.amplitude
        case _:
            return 1.0


def peak_rate_per_s(spec: TrialSpec) -> float:
    """The highest rate a trial is meant to be sent at; of a replay with its own times, the mean."""
    return spec.rate_per_s * peak_factor(parse_arrivals(spec.arrivals).shape)


def check_load(spec: TrialSpec, start_s: float, end_s: float) -> None:
    """Raise :class:`UsageError` for a load that cannot be, or whose shape the window would miss.

    ``start_s`` and ``end_s`` bound the measured window in seconds since the load began.
    """
    try:
        payload = payload_of(spec)
    except ValueError as error:
        raise UsageError(str(error)) from None
    if spec.replay is not None and payload != Payload():
        raise UsageError(
            "the lines of a replayed file are sent as they are; leave out the payload's size, "
            "spread, keys, skew and lines, or the file"
        )
    if spec.replay_speed is not None:
        _check_own_pace(spec)
    missed = _missed(parse_arrivals(spec.arrivals).shape, start_s, end_s)
    if missed is not None:
        window = f"{format_duration(start_s)} to {format_duration(end_s)} after the load begins"
        raise UsageError(f"arrivals {spec.arrivals}: {missed} the measured window, {window}")


def _check_own_pace(spec: TrialSpec) -> None:
    if spec.replay is None:
        raise UsageError("a replay speed needs a file to replay; give one, or leave the speed out")
    if not 0 < (spec.replay_speed or 0) < math.inf:
        raise UsageError(f"a replay speed of {spec.replay_speed} is not above 0; give one like 2")
    if spec.arrivals != "constant" or {"rate", "arrivals"} & set(spec.arm.keys):
        raise UsageError(
            "a file that is replayed at its own pace has its own rate and arrivals; leave them "
            "out, or the replay speed"
        )


def _missed(shape: Shape, start_s: float, end_s: float) -> str | None:
    """How a shape misses the window; a load that has become steady before it misses nothing."""
    match shape:
        case Burst() if shape.at_s >= end_s:
            return "the burst begins after"
        case Burst() if shape.at_s + shape.for_s <= start_s:
            return "the burst is over before"
        case Bursts() if not _burst_within(shape, start_s, end_s):
            return "no burst falls into"
        case Steps() if len(shape.factors) > 1 and shape.each_s >= end_s:
            return "the first step ends after"
        case _:
            return None


def _burst_within(shape: Bursts, start_s: float, end_s: float) -> bool:
    # Burst k is the last for_s seconds of period k: [(k + 1) every - for, (k + 1) every).
    first_end = (math.floor(start_s / shape.every_s) + 1) * shape.every_s
    return first_end - shape.for_s < end_s


def line_cost(spec: TrialSpec) -> float:
    """How many plain lines of 100 bytes one line of this trial's load costs the generator."""
    arrivals = parse_arrivals(spec.arrivals)
    cost = max((spec.payload_bytes + 1) / PLAIN_BYTES, SMALL_LINE)
    cost += KEYS_COST * bool(spec.keys) + SKEW_COST * bool(spec.skew)
    cost += SPREAD_COST * bool(spec.payload_spread)
    cost += REPLAY_COST * (spec.replay is not None)
    cost += KIND_COST.get(parse_lines(spec.lines).kind, 0)
    return cost + (POISSON_COST if arrivals.poisson else SHAPE_COST * (arrivals != Arrivals()))


def near_peak(trials: Iterable[TrialSpec], peak_per_s: float | None) -> list[str]:
    """A sentence for each cell whose rate comes near what the generator can send.

    ``peak_per_s``: plain lines of 100 bytes, as calibrated; ``None`` where that was never done.
    """
    found: dict[str, str] = {}
    for spec in trials:
        most = (peak_per_s or ASSUMED_PEAK_PER_S) / line_cost(spec)
        rate = peak_rate_per_s(spec)
        if rate <= NEAR_PEAK_SHARE * most:
            continue
        known = (
            "that the load generator can send here"
            if peak_per_s
            else "to assume of a machine that was never calibrated (run `sparkbench calibrate`)"
        )
        found[cell_key(spec.cell)] = (
            f"{describe(spec.cell)}: up to {rate:,.0f} lines/s are {rate / most:.0%} of the "
            f"{most:,.0f} such lines/s {known}; its lag may show, so lower the rate"
        )
    return list(found.values())
