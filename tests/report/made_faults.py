"""A made-up run with a fault: nothing comes out for 3 s, and one arm of three never comes back."""

from __future__ import annotations

from itertools import count

from bench.contract import BatchRecord
from bench.load.timing.stored import schedules_of
from bench.measure.cohort import Window
from bench.measure.fault import Strike, fault_seen
from bench.measure.first_seen import first_seen
from bench.results.schema import TrialResult
from bench.run import Run
from tests.report.synthetic import make_info, make_trial

ARMS = ("dstream", "structured:source=spooled", "structured")
FAULTS = ("disconnect:at=9s,for=3s", "kill-driver:at=9s")
GONE = "Offsets committed out of order"

#: Seconds without anything new, by arm: None is for ever.
SILENT_S = {ARMS[0]: 4.0, ARMS[1]: 3.0, ARMS[2]: None}


def fault_run(rounds: int = 6) -> Run:
    """Two faults, three arms."""
    numbers = count(1)
    results = [
        struck(next(numbers), arm, fault, number)
        for number in range(1, rounds + 1)
        for fault in FAULTS
        for arm in ARMS
    ]
    return Run(None, make_info(ARMS, planned=len(results)), results)


def struck(number: int, arm: str, fault: str, round_number: int) -> TrialResult:
    """One trial in which nothing comes out after 9 s, for as long as the arm takes."""
    result = make_trial(number, arm, round_number=round_number, duration_s=18.0)
    assert result.load is not None
    t0 = result.load.t0
    due_at, silent = t0 + 9.0 + 0.1 * round_number, SILENT_S[arm]
    batches = []
    for batch in result.batches:
        if due_at < batch.visible:
            if silent is None:
                continue
            # What would have come meanwhile comes with the first one after it.
            batch.visible = batch.finished = max(batch.visible, due_at + silent + 0.2)
        batches.append(batch)
    window = Window(t0, 6.0, 24.0, 1.0)
    seen = fault_seen(
        first_seen(
            [BatchRecord.from_dict(batch.model_dump()) for batch in batches],
            [result.load.sent_records],
        ),
        schedules_of(result.load.schedule),
        window,
        Strike(
            kind=fault.partition(":")[0],
            due_at=due_at,
            records=(9000,),
            injected_at=due_at + 0.01,
            ended_at=due_at + 3.0,
            load_ended_at=t0 + result.load.sent_records / 1000,
            ended_by="" if silent else GONE,
        ),
    )
    source = "spooled" if "spooled" in arm else "socket"
    trial = result.trial.model_copy(
        update={"fault": fault, "source": source, "cell": {**result.trial.cell, "fault": fault}}
    )
    return result.model_copy(update={"trial": trial, "batches": batches, "fault": seen})
