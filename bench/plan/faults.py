"""What a fault asks of a plan."""

from __future__ import annotations

from bench.errors import UsageError
from bench.faults.events import Fault, parse_fault
from bench.load.timing.arrivals import Arrivals, parse_arrivals
from bench.plan.cells import hashed
from bench.plan.spec import TrialSpec
from bench.units import format_duration

#: Trigger intervals before a fault that show how the stream does without it, and after it.
LEAST_INTERVALS = 3


def fault_of(spec: TrialSpec) -> tuple[Fault, float] | None:
    """The fault of a trial and when it strikes, in seconds since the load began; or ``None``.

    Its phase within the trigger interval is drawn from the seed, the same for all arms of a cell
    and round, and apart from the phase of the load.
    """
    fault = parse_fault(spec.fault)
    if fault is None:
        return None
    phase = (hashed("fault", spec.seed) % 1_000_000) / 1_000_000
    return fault, fault.strikes_at(phase, spec.trigger_s)


def arrivals_of(spec: TrialSpec) -> Arrivals:
    """How the records of a trial arrive, a burst that is its fault included."""
    usual, struck = parse_arrivals(spec.arrivals), fault_of(spec)
    return usual if struck is None else struck[0].arrivals(usual, struck[1])


def check_fault(spec: TrialSpec, start_s: float, end_s: float) -> None:
    """Raise :class:`UsageError` for a fault that the measured window would not show whole.

    ``start_s`` and ``end_s`` bound the window in seconds since the load began.
    """
    fault = parse_fault(spec.fault)
    if fault is None:
        return
    if spec.inject_s:
        raise UsageError(f"fault {fault}: leave --inject or the fault out; one hides the other")
    try:
        fault.arrivals(parse_arrivals(spec.arrivals), fault.at_s)
    except ValueError as error:
        raise UsageError(str(error)) from None
    margin = LEAST_INTERVALS * spec.trigger_s
    first, last = start_s + margin, end_s - margin
    window = f"{format_duration(start_s)} to {format_duration(end_s)} after the load begins"
    if fault.at_s < first:
        raise UsageError(
            f"fault {fault}: comes too early for the measured window, {window}: give at="
            f"{format_duration(first)} or more"
        )
    if fault.last_s(spec.trigger_s) > last:
        raise UsageError(
            f"fault {fault}: ends too late for the measured window, {window}: make it earlier or "
            "shorter, or lengthen --duration"
        )
