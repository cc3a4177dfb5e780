"""An arm against itself: the design of a comparison in which nothing differs.

The contender is the same arm under another name, so that rounds, order, seeds and phases are those
of any comparison, and ``Rounds`` runs it.  With a delay the contender differs by just that.
"""

from __future__ import annotations

from dataclasses import replace

from bench.errors import UsageError
from bench.plan.arms import again
from bench.plan.kind import COPY
from bench.plan.plan import Plan
from bench.stats.aa import shifts
from bench.stats.interval import minimum_rounds
from bench.stats.metrics import METRICS
from bench.units import format_duration

#: Rounds of a full A/A run: the floor of a machine is no use when it is mostly ignorance.
DEFAULT_ROUNDS = 10


def least_rounds(cells: int) -> int:
    """The fewest rounds that give a noise floor, and in which both sides go first equally often."""
    least = minimum_rounds(cells)
    return least + least % 2


def against_itself(plan: Plan, inject_s: float = 0.0) -> Plan:
    """The plan of the one arm of ``plan`` against itself.

    ``inject_s``: the contender's records are sent that much after their intended times.  Raises
    :class:`UsageError` for several arms, too few rounds, or a delay that cannot be judged.
    """
    if len(plan.arms) != 1:
        raise UsageError(f"an A/A run is about one arm, not {len(plan.arms)}; give one")
    settings, cells = plan.settings, len(plan.points)
    least = minimum_rounds(cells)
    if settings.rounds < least:
        cells_here = "1 cell" if cells == 1 else f"{cells} cells"
        raise UsageError(
            f"--rounds: {settings.rounds} rounds give no noise floor for {cells_here}; "
            f"give at least {least}"
        )
    if inject_s:
        _check_delay(plan, inject_s)
    arm = plan.arms[0]
    copy = again(arm, COPY)
    if inject_s:
        # In every table the name itself tells that this side was delayed.
        copy = replace(copy, text=f"{copy.text}+{format_duration(inject_s)}")
    return Plan((arm, copy), plan.axes, replace(settings, inject_s=inject_s))


def _check_delay(plan: Plan, inject_s: float) -> None:
    metric = METRICS[plan.settings.metric]
    if not shifts(metric):
        raise UsageError(
            f"--inject: a delay of the load does not add itself to '{metric.label}'; "
            "give --metric e2e_p99 or e2e_p50"
        )
    shortest = min(plan.window_of(spec)[0] for spec in plan.round_trials(1))
    if inject_s >= shortest:
        raise UsageError(
            f"--inject: {format_duration(inject_s)} is not shorter than the warm-up of "
            f"{format_duration(shortest)}; give a shorter delay or a longer --warmup"
        )
