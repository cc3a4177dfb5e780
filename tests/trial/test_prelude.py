"""The prelude's trigger interval: short, and a part of the trial's own."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.contract.knobs import SOURCE_PREFIX
from bench.plan.arms import parse_arm
from bench.plan.windows import prelude_trigger_s
from bench.process.affinity import NOT_PINNED
from bench.trial.clock import Clock
from bench.trial.prelude import LEAST_TASK_BYTES, everywhere, often
from bench.trial.session import EngineSession
from bench.trial.setup import load_config
from scripts.proof.launches import WITHOUT
from tests.trial.conftest import SETTINGS, spec


@pytest.mark.parametrize(
    ("own_s", "prelude_s"),
    [
        (0.0, 0.2),  # continuous processing
        (0.05, 0.05),
        (0.2, 0.2),
        (0.5, 0.25),
        (0.9, 0.18),
        (1.0, 0.2),
        (5.0, 0.2),
        (1.009, 1.009),  # a prime number of milliseconds
    ],
)
def test_known_triggers(own_s, prelude_s):
    assert prelude_trigger_s(own_s) == prelude_s


@given(st.integers(1, 600_000), st.integers(1, 50))
def test_windows_of_whole_batches_are_so_in_the_prelude_too(own_ms, batches):
    part_s = prelude_trigger_s(own_ms / 1000)
    assert round(part_s * 1000, 6).is_integer()
    assert own_ms * batches % round(part_s * 1000) == 0
    assert part_s <= own_ms / 1000


def test_a_dstream_that_writes_once_a_window_does_so_every_batch_of_the_prelude():
    params = {"window_s": 10.0, "delay_s": 10.0}
    dstream = spec(arm=parse_arm("dstream"), job="tumbling", job_params=params)
    assert often(dstream, 0.2).job_params == {"window_s": 0.2, "delay_s": 10.0}
    structured = spec(arm=parse_arm("structured"), job="tumbling", job_params=params)
    assert often(structured, 0.2) is structured
    params = {**params, "slide_s": 1.0}
    sliding = spec(arm=parse_arm("dstream"), job="sliding", job_params=params)
    assert often(sliding, 0.2) is sliding, "its window would have to be worked through each time"


SPOOLED = parse_arm("structured:source=spooled")
TASK_BYTES = SOURCE_PREFIX + "targetPartitionBytes"


def test_on_a_cluster_every_slot_gets_tasks_of_the_prelude():
    far = spec(arm=SPOOLED, master="spark://host:7077", cores=4, payload_bytes=99)
    conf = everywhere(far, 14_000.0).conf
    assert conf[SOURCE_PREFIX + "inlineRecords"] == "0"
    assert int(conf[TASK_BYTES]) == 14_000 * 100 / 4 / 2
    assert int(everywhere(far, 1.0).conf[TASK_BYTES]) == LEAST_TASK_BYTES


def test_what_the_user_sets_is_the_prelude_s_too():
    far = spec(arm=SPOOLED, master="spark://host:7077", conf={TASK_BYTES: "8m"})
    assert everywhere(far, 14_000.0).conf[TASK_BYTES] == "8m"


@pytest.mark.parametrize(
    ("arm", "master"),
    [
        ("structured:source=spooled", "local[*]"),
        ("structured", "spark://host:7077"),
        ("dstream", "spark://host:7077"),
        ("null", "spark://host:7077"),
    ],
)
def test_elsewhere_the_prelude_is_the_trial_s_job(arm, master):
    own = spec(arm=parse_arm(arm), master=master)
    assert everywhere(own, 14_000.0).conf == own.conf


@pytest.fixture
def warmed(tmp_path):
    """``warmed(settings)``: the prelude of a null engine, and the seconds of its phases."""

    def warm(**changes):
        session = EngineSession(spec(), NOT_PINNED, tmp_path, WITHOUT)
        try:
            session.engine.wait("hello", 10.0, "start")
            clock = Clock()
            settings = replace(SETTINGS, **changes)
            session.warm_up(spec(), settings, load_config(spec(), None), clock=clock)
            assert session.prelude is not None
            return session.prelude, clock.spent, session.born_at()
        finally:
            session.close(orderly=False)

    return warm


@pytest.mark.slow
def test_the_prelude_ends_with_its_last_batch(warmed):
    prelude, spent, _born = warmed(prelude_batches=5, prelude_cap_s=10.0)
    assert (prelude.batches_asked, prelude.reached, prelude.settled) == (5, True, False)
    assert len(prelude.batch_s) in (5, 6), "the one that had begun is told of"
    assert spent["prelude"] == pytest.approx(1.1, abs=0.4)


@pytest.mark.slow
def test_a_prelude_that_was_cut_short_says_so(warmed):
    prelude, _spent, _born = warmed(prelude_batches=50, prelude_cap_s=1.0)
    assert not prelude.reached
    assert 3 <= len(prelude.batch_s) <= 8


@pytest.mark.slow
def test_the_prelude_goes_on_until_the_age_asked_for(warmed):
    before = time.time()
    prelude, _spent, born = warmed(prelude_batches=2, prelude_cap_s=1.0, age_s=3.0)
    assert prelude.reached
    assert before <= born + 0.02
    assert prelude.length_s == pytest.approx(2.7, abs=0.5)
    assert len(prelude.batch_s) > 8
