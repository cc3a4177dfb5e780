"""The wall clock of every process of a trial steps while it is measured.

The clock of this machine is not ours to set.  Every Python process here reads it by ``time.time``;
a ``sitecustomize`` on PYTHONPATH adds to that what stands in a file, in all of them at once.
"""

from __future__ import annotations

import random
import time

import pytest

from bench.results.store import RunStore
from tests.survive.conftest import COMPARE, ROOT
from tests.tally import KILLS, SEED, survived

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60 + 30 * KILLS)]

SEAM = """
import os, time
_real, _file = time.time, os.environ["CLOCK_STEP_FILE"]
def _stepped():
    try:
        with open(_file) as file:
            return _real() + float(file.read() or 0)
    except OSError:
        return _real()
time.time = _stepped
"""

STEPS = {"back by an hour": -3600.0, "forward by an hour": 3600.0, "back by 0.2 s": -0.2}


@pytest.mark.parametrize("step", STEPS if KILLS > 1 else ["back by an hour"])
def test_a_clock_step_voids_the_trial_and_keeps_nobody_waiting(start, tmp_path, step):
    (tmp_path / "seam").mkdir()
    (tmp_path / "seam" / "sitecustomize.py").write_text(SEAM)
    rng = random.Random(f"{SEED} {step}")
    offset = tmp_path / "offset"
    for number in range(max(1, KILLS // 8)):
        run = f"run-{number}"
        offset.unlink(missing_ok=True)
        arguments = [run if word == "run" else word for word in COMPARE if "null:" not in word]
        arguments += ["--duration", "3s", "--rounds", "1"]
        command = start(
            *arguments,
            env={"PYTHONPATH": f"{tmp_path / 'seam'}:{ROOT}", "CLOCK_STEP_FILE": str(offset)},
        )
        while not any(line.startswith("[1/1] null") for line in command.said):
            assert command.process.poll() is None, command.told
            time.sleep(0.02)
        while not command.trial_processes():
            time.sleep(0.02)
        began = time.monotonic()
        time.sleep(1.5 + rng.uniform(0.0, 2.0))
        offset.write_text(str(STEPS[step]))
        code = command.check_end({0, 4})
        # What waits for a moment waits by the monotonic clock.
        assert time.monotonic() - began < 60
        attempts, problems = RunStore.open(tmp_path / run).recover()
        assert problems == []
        # An invalid trial runs again, and now the clock stands still.
        stepped, *disturbed, again = attempts
        assert all(other.status == "invalid" for other in disturbed)
        assert stepped.status in ("invalid", "failed")
        found = [check for check in stepped.checks if check.name == "clock_step"]
        assert found
        assert not found[0].passed
        assert found[0].value == pytest.approx(abs(STEPS[step]), abs=0.05)
        later = [check for other in (*disturbed, again) for check in other.checks]
        assert all(check.passed for check in later if check.name == "clock_step")
        survived("clock step", f"{stepped.status}; repeated: {again.status}, exit code {code}")
