"""CPUs, slots and receivers of a trial; the load it is started with."""

from __future__ import annotations

import pytest

from bench.plan.arms import parse_arm
from bench.trial.setup import (
    load_config,
    prelude_config,
    stream_options,
    task_slots,
    unsupported_reason,
)
from tests.trial.conftest import spec


@pytest.mark.parametrize(
    ("engine", "equal", "slots"),
    [
        ("dstream", "slots", 2),
        ("structured", "slots", 2),
        ("dstream", "cpus", 5),
        ("structured", "cpus", 2),
        ("null", "cpus", 2),
    ],
)
def test_equal_cpus_give_a_slot_more_for_each_receiver(tmp_path, engine, equal, slots):
    wanted = spec(arm=parse_arm(engine), cores=2, streams=3, equal=equal)
    assert task_slots(wanted) == slots
    options = stream_options(wanted, (1, 2, 3), 1.0, tmp_path, "measured")
    assert options.master == f"local[{slots}]"
    assert len(options.endpoints) == 3


@pytest.mark.parametrize(("cores", "equal", "told"), [(2, "slots", True), (3, "slots", False)])
def test_too_few_slots_name_both_ways_out(cores, equal, told):
    wanted = spec(arm=parse_arm("dstream"), cores=cores, streams=2, equal=equal)
    assert ("--equal cpus" in unsupported_reason(wanted, "no slot is left")) == told


def test_the_prelude_has_the_same_lines_evenly():
    load = load_config(spec(arrivals="poisson", keys=5, streams=2), None)
    warm = prelude_config(load)
    assert (str(warm.arrivals), warm.speed, warm.streams) == ("constant", None, 2)
    assert warm.payload == load.payload
    assert warm.payload.keys == 5
    own = load_config(spec(replay="x", replay_speed=2.0, payload_bytes=100), None)
    assert (own.speed, prelude_config(own).speed) == (2.0, None)
    assert prelude_config(own).rate_per_s == own.rate_per_s
