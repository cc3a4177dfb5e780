"""Processes killed at random moments: the trial says so, the run goes on, nobody is left.

One kill of each kind at a moment of its own choosing is in ``tests/trial/test_run.py`` and
``tests/runner/test_kill.py``; here the moment is random, and `make test-all` repeats it.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time

import psutil
import pytest

from bench.process.orphans import marked
from bench.results.schema import STATUSES
from bench.trial import run_trial
from tests.survive.conftest import COMPARE
from tests.tally import KILLS, LONG, SEED, survived
from tests.trial.conftest import SETTINGS, spec

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60 + 20 * KILLS)]

#: What a trial of the null engine takes, about, from its first process to its last.
TRIAL_S = 4.0

VICTIMS = {"bench.child": "trial's process killed", "bench.load": "load generator killed"}


class Killer(threading.Thread):
    """Kills one process of our trial whose command names ``victim``, from ``moment`` on."""

    def __init__(self, victim: str, moment: float) -> None:
        super().__init__()
        self.victim, self.moment = victim, moment
        self.killed: int | None = None
        self.over = threading.Event()

    def run(self) -> None:
        self.over.wait(max(0.0, self.moment - time.monotonic()))
        while self.killed is None and not self.over.wait(0.02):
            for one in marked():
                if self.victim in one.command and one.token.startswith(f"{os.getpid()}-"):
                    try:
                        psutil.Process(one.pid).kill()
                        self.killed = one.pid
                    except psutil.Error:
                        continue


@pytest.mark.skipif(not LONG, reason="make test-all repeats what tests/trial asks once")
@pytest.mark.parametrize("victim", VICTIMS)
def test_a_process_of_a_trial_killed_at_a_random_moment(tmp_path, victim):
    rng = random.Random(f"{SEED} {victim}")
    for number in range(KILLS):
        killer = Killer(victim, time.monotonic() + rng.uniform(0.0, TRIAL_S))
        workdir = tmp_path / str(number)
        workdir.mkdir()
        killer.start()
        try:
            result = run_trial(spec(), SETTINGS, workdir=workdir, on_event=lambda event: None)
        finally:
            killer.over.set()
            killer.join()
        assert not [one for one in marked() if one.token.startswith(f"{os.getpid()}-")]
        if killer.killed is None:
            # It had ended by itself; nothing has happened to this trial.
            continue
        # In its last moments a process has nothing left to do that could be missed.
        assert result.status in STATUSES
        if result.status == "failed":
            assert "ended" in result.reasons[0]
        survived(VICTIMS[victim], result.status)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"] if LONG else ["SIGTERM"])
def test_a_run_asked_to_end_at_a_random_moment(start, tmp_path, name):
    rng = random.Random(f"{SEED} {name}")
    for number in range(max(1, KILLS // 4)):
        run = f"run-{number}"
        arguments = [run if word == "run" else word for word in COMPARE]
        command = start(*arguments, "--rounds", "50")
        # Before that the interpreter is starting, and the signal does what it does to any program.
        while not any("into run" in line for line in command.said):
            assert command.process.poll() is None, command.told
            time.sleep(0.02)
        time.sleep(rng.uniform(0.0, 2 * TRIAL_S if LONG else 3.0))
        before = {p.name: p.read_bytes() for p in (tmp_path / run / "trials").glob("*.json")}
        command.process.send_signal(getattr(signal, name))
        code = command.check_end({130})
        after = {p.name: p.read_bytes() for p in (tmp_path / run / "trials").glob("*.json")}
        assert before.items() <= after.items()
        assert "interrupted; what finished is kept" in command.told
        survived(f"run asked to end ({name})", f"exit code {code}, results kept")
