"""The prelude's trigger interval: short, and a part of the trial's own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.plan.arms import parse_arm
from bench.trial.prelude import often, prelude_trigger_s
from tests.trial.conftest import spec


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
