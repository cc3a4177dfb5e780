"""Streams that fall behind: their trial ends soon, says so, and leaves nothing running."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from bench.trial import TrialRunner
from bench.trial.setup import load_config, prelude_config
from tests.trial.conftest import SETTINGS, spec

#: A batch of more than 300 records never ends; at 2000/s and 200 ms the first one is.
HUNG = {"null.hang_records": "300"}


@pytest.mark.slow
@pytest.mark.alone
def test_a_batch_that_never_ends_is_saturation_and_not_waited_for(trial):
    began = time.monotonic()
    result = trial(conf=HUNG)
    assert result.status == "saturated"
    assert result.batches == [] or all(batch.processed_records <= 300 for batch in result.batches)
    assert any("visible" in reason for reason in result.reasons)
    # Warm-up, window, deadline, three seconds to stop, and a busy machine.
    assert time.monotonic() - began < 25


@pytest.mark.slow
@pytest.mark.alone
def test_an_engine_beyond_its_capacity_is_saturated(trial):
    result = trial(conf={"null.capacity_per_s": "1200"})
    assert result.status == "saturated"
    assert result.batches


@pytest.mark.slow
@pytest.mark.alone
def test_a_process_with_a_stream_left_running_takes_no_other(tmp_path):
    shared = replace(SETTINGS, fork="engine", warmup_s=0.2, duration_s=0.5, tail_s=1.0)

    def three_trials(go):
        with TrialRunner() as run:
            for number, rate in ((1, 500.0), (2, 4000.0), (3, 500.0)):
                workdir = tmp_path / f"{go}-{number}"
                workdir.mkdir()
                cell = {"trigger_s": 0.2, "cores": 1, "rate_per_s": rate}
                wanted = spec(number=number, rate_per_s=rate, cell=cell, conf=HUNG)
                yield run(wanted, shared, workdir=workdir, on_event=lambda event: None)

    one, hung, after = three_trials(1)
    if hung.status == "invalid":
        # Disturbed from outside, by a late load say: once more, as in runs.
        one, hung, after = three_trials(2)
    assert hung.jvm_id == one.jvm_id
    assert hung.status == "saturated"
    assert after.jvm_id != hung.jvm_id
    assert after.conservation.processed_records == after.load.sent_records


def test_a_prelude_may_have_a_rate_of_its_own():
    load = load_config(spec(prelude_per_s=50.0), None)
    assert prelude_config(load, 50.0).rate_per_s == 50.0
    assert prelude_config(load).rate_per_s == load.rate_per_s
