"""A plan as a search for capacity."""

from __future__ import annotations

from dataclasses import replace

from bench.errors import UsageError
from bench.load.timing.arrivals import parse_arrivals
from bench.load.timing.shapes import Constant
from bench.plan.capacity import PRELUDE_CAP_S, CapacitySearch
from bench.plan.plan import Plan

#: The usual question: both APIs, DStream by both paths, and the source that does not collapse.
DEFAULT_CAPACITY_ARMS = (
    "dstream",
    "dstream:path=jvm",
    "structured",
    "structured:source=spooled",
)


def capacity_plan(plan: Plan, search: CapacitySearch) -> Plan:
    """``plan`` as a search that begins at its rate; :class:`UsageError` where that cannot be."""
    if len(plan.axes["rate_per_s"]) != 1:
        raise UsageError("--low: a search begins at one rate; give one")
    for arm in plan.arms:
        if "rate" in arm.keys:
            raise UsageError(f"arm '{arm}': the rate is what is searched; leave it out")
        pinned = arm.keys.get("arrivals")
        for text in map(str, plan.axes["arrivals"] if pinned is None else [pinned]):
            check_steady(text)
    # Nothing is compared here as close as a comparison does: the prelude ends when it has settled.
    settings = replace(
        plan.settings,
        rounds=1,
        prelude_cap_s=PRELUDE_CAP_S,
        prelude_batches=None,
        capacity=search,
    )
    return Plan(plan.arms, plan.axes, settings)


def check_steady(text: str) -> None:
    """Raise :class:`UsageError` for a shape of arrivals that has no one rate."""
    if not isinstance(parse_arrivals(text).shape, Constant):
        raise UsageError(
            f"--arrivals: '{text}' has no one rate that could hold; give constant or poisson"
        )
