"""One live trial of each engine: who listens, and what becomes of it when a process is killed.

A JVM takes a while to start, so both questions share one; `make test-all` asks more often.
"""

from __future__ import annotations

import contextlib
import os
import random
import time

import psutil
import pytest

from bench.plan.arms import parse_arm
from bench.plan.spec import Settings
from bench.process.orphans import marked
from bench.trial import run_trial
from tests.safety.sockets import exposed, processes
from tests.tally import KILLS, SEED, survived
from tests.trial.conftest import spec

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120 + 60 * KILLS)]

SETTINGS = Settings(rounds=1, warmup_s=1.0, duration_s=4.0, prelude_cap_s=1.0, tail_s=8.0)

#: Three trigger intervals.
WORKERS_DIE_S = 1.5


def spec_of(arm, path, **conf):
    """A trial whose JVM opens what Spark opens, its web interface too."""
    return spec(
        arm=parse_arm(arm),
        path=path,
        trigger_s=0.5,
        cores=2,
        rate_per_s=1000.0,
        cell={"trigger_s": 0.5, "cores": 2, "rate_per_s": 1000.0},
        conf={"spark.ui.enabled": "true", "spark.ui.port": "0", **conf},
    )


def run(tmp_path, name, trial, at_measuring):
    workdir = tmp_path / name
    workdir.mkdir()

    def on_event(event):
        if event == {"event": "phase", "name": "measuring"}:
            at_measuring()

    result = run_trial(trial, SETTINGS, workdir=workdir, on_event=on_event)
    assert [one for one in marked() if one.token.startswith(f"{os.getpid()}-")] == []
    return result


def look(kinds):
    """Every kind of process is there, and none has a socket that leaves this machine."""
    deadline = time.monotonic() + 10
    while not kinds <= (found := processes()).keys() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert kinds <= found.keys()
    open_to_others, seen = exposed(one for them in found.values() for one in them)
    assert open_to_others == []
    # The gateway, the driver's own, the block manager's, the interface, the stream itself.
    assert seen >= 5
    return found


def kill(victim):
    """The JVM, or every Python worker that shows itself during some batches.

    A worker that is killed between two batches is none Spark misses, so one kill may tell nothing.
    """
    deadline = time.monotonic() + (WORKERS_DIE_S if victim == "python" else 0.0)
    while True:
        # The youngest: of Python, a worker rather than the daemon that forks it.
        if them := processes().get(victim):
            with contextlib.suppress(psutil.NoSuchProcess):
                max(them, key=psutil.Process.create_time).kill()
        if time.monotonic() >= deadline:
            return


@pytest.mark.parametrize(
    ("arm", "path", "kinds", "victim", "name"),
    [
        ("dstream", "python", {"engine", "generator", "java", "python"}, "python", "Python worker"),
        ("structured", "jvm", {"engine", "generator", "java"}, "java", "JVM"),
    ],
)
def test_nothing_listens_beyond_loopback_and_a_kill_is_told(
    require, tmp_path, arm, path, kinds, victim, name
):
    require("java")
    rng = random.Random(f"{SEED} {arm}")
    for number in range(max(1, KILLS // 8)):

        def interfere():
            look(kinds)
            if KILLS > 1:
                time.sleep(rng.uniform(0.0, 2.0))
            kill(victim)

        result = run(tmp_path, str(number), spec_of(arm, path), interfere)
        assert result.status in ("failed", "invalid", "saturated"), result.reasons
        assert result.reasons
        survived(f"{name} killed", result.status)
