"""The noise threshold that a full A/A run finds, kept for this machine."""

from __future__ import annotations

from bench.experiments.aa.document import AAReport
from bench.machine.noise import Noise, remember
from bench.results.schema import RunInfo


def keep_threshold(info: RunInfo, found: AAReport | None) -> str | None:
    """Store it; what was done about it in a sentence, ``None`` where there is none.

    Raises :class:`EnvironmentProblem` where it cannot be written.
    """
    if found is None or found.control.floor is None:
        return None
    if found.control.inject_s:
        return "It is not kept: one side was delayed."
    if info.estimate:
        return "It is not kept: --quick gives an estimate."
    floor, machine = found.control.floor, info.environment
    path = remember(
        Noise(
            cpu=machine.cpu,
            cpus=machine.cpus,
            spark=machine.spark,
            arm=found.arm,
            metric=found.metric.key,
            threshold=floor.threshold,
            floor=floor.floor,
            spread=floor.spread,
            rounds=floor.rounds,
            cells=len(floor.per_cell),
            run_id=info.run_id,
            at=info.started_at,
        )
    )
    return f"It is kept in {path}."
