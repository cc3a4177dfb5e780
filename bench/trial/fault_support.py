"""Whether a trial can have its fault: the arm, and the machine."""

from __future__ import annotations

from bench.faults.events import FULL, READ_ONLY, parse_fault
from bench.faults.inject import mounts
from bench.faults.support import Side, why_not
from bench.plan.arms import choice
from bench.plan.axes import TEMP
from bench.plan.spec import TrialSpec
from bench.trial.errors import TrialUnsupported
from bench.trial.setup import keeps_checkpoint, spark_master


def check_fault(spec: TrialSpec) -> None:
    """Raise :class:`TrialUnsupported` with the reason where the fault cannot be had."""
    fault = parse_fault(spec.fault)
    if fault is None:
        return
    reason = why_not(
        fault,
        Side(
            engine=spec.arm.engine,
            source=choice(spec.arm, "source"),
            mode=choice(spec.arm, "mode"),
            path=spec.path,
            guarantee=choice(spec.arm, "guarantee"),
            job=spec.job,
            sink=spec.sink,
            lines=spec.lines,
            replayed=spec.replay is not None,
            master=spark_master(spec),
            checkpointed=keeps_checkpoint(spec),
        ),
    )
    if reason is None and fault.kind in (READ_ONLY, FULL):
        reason = mounts.why_not()
        if spec.checkpoint != TEMP:
            reason = "only a checkpoint in the trial's own folder can be taken away: use temp"
    if reason is not None:
        raise TrialUnsupported(reason)
