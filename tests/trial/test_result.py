"""What a stored result says, whichever stream it was: pure, from what was observed."""

from __future__ import annotations

import pytest

from bench.contract import BatchRecord
from bench.faults.events import parse_fault
from bench.load.sending.lag import LagReport, Spread
from bench.load.sending.reports import StopReport
from bench.machine.environment import usable_cores
from bench.measure.cohort import Window
from bench.trial.fault_result import faulted_result
from bench.trial.faulted import Struck
from bench.trial.machine import MachineUse
from bench.trial.measured import Observed
from bench.trial.result import Around, measured_result
from bench.trial.setup import load_config, prepare_load
from tests.made_results import ENVIRONMENT
from tests.trial.conftest import spec

T0 = 1_800_000_000.0
LENGTH_S, RATE, TRIGGER_S = 4.0, 100, 0.2
#: More than the machine has, as with a cluster.
CORES = usable_cores() + 2
#: Seconds of CPU time that the generator took in the window.
CPU_S = 2.0


def observed(trial):
    none = Spread(0.0, 0.0, 0.0)
    step = int(RATE * TRIGGER_S)
    ticks = [T0 + (number + 1) * TRIGGER_S for number in range(int(LENGTH_S / TRIGGER_S))]
    return Observed(
        {"environment": {}},
        Window(t0=T0, start_s=1.0, end_s=1.0 + LENGTH_S, trigger_s=TRIGGER_S),
        prepare_load(load_config(trial, None)),
        batches=[
            BatchRecord(
                batch_id=number,
                ranges=((0, number * step, step),),
                planned_start=tick,
                started=tick,
                visible=tick + 0.01,
                finished=tick + 0.01,
                phases={},
                processed_records=step,
            )
            for number, tick in enumerate(ticks)
        ],
        stop=StopReport((400,), (400 * 60,), (False,), T0 + 4, 4.0, CPU_S, (0.0,)),
        lag=LagReport(1.0, 5.0, 400, 0, 1, none, none, none, RATE, RATE),
        generator_cpu_s=CPU_S,
        machine=MachineUse(LENGTH_S, 3.0, 8.0, 0.0, None, None, None, 0.0),
    )


@pytest.mark.parametrize(
    ("master", "apart", "divisor"),
    [
        ("local[*]", False, CORES),
        ("local[*]", True, 1),
        # The executors have their own cores; here the generator shares the machine's.
        ("spark://elsewhere:7077", False, usable_cores()),
    ],
)
def test_the_generators_share_is_of_the_same_cpus_with_a_fault_and_without(master, apart, divisor):
    trial = spec(master=master, cores=CORES, rate_per_s=float(RATE))
    around = Around(None, apart, ENVIRONMENT, 1.0, {"launch": 10.0}, 12.0, "jvm", [])
    fault = parse_fault("stall:at=2s,for=1s")
    assert fault is not None
    struck = Struck(fault, 2.0)
    name = "generator_own_cpu" if apart else "generator_cpu"
    shares = [
        next(check.value for check in result.checks if check.name == name)
        for result in (
            measured_result(trial, observed(trial), around),
            faulted_result(trial, observed(trial), struck, around),
        )
    ]
    assert shares == [CPU_S / LENGTH_S / divisor] * 2
