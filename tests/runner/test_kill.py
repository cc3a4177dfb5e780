"""A run killed again and again at random moments ends as if nothing had happened."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest

from bench.experiments.registry import strategy_of
from bench.plan.plan import Plan
from bench.process.orphans import marked
from bench.results.store import RunStore
from tests.tally import survived

#: More kills for `make test-all`.
KILLS = int(os.environ.get("SPARKBENCH_KILLS", "6"))
SEED = int(os.environ.get("SPARKBENCH_KILLS_SEED", "1"))

#: What one trial takes, about; the moments of the kills are spread over it.
TRIAL_S = 2.5


class Runner:
    """``sparkbench compare`` in a process of its own, in a folder of its own."""

    def __init__(self, tmp_path, arguments):
        temp = tmp_path / "tmp"
        temp.mkdir(exist_ok=True)
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "bench.cli", "compare", *arguments],
            cwd=tmp_path,
            env={**os.environ, "SPARKBENCH_CACHE": str(tmp_path / "cache"), "TMPDIR": str(temp)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said = []
        self.arguments = arguments
        self.reader = threading.Thread(target=self.listen)
        self.reader.start()

    def listen(self):
        assert self.process.stderr is not None
        self.said.extend(self.process.stderr)

    def descendants(self):
        """Ids of the processes of its trial."""
        mark = f"{self.process.pid}-"
        return [one.pid for one in marked() if one.token.startswith(mark)]

    def wait(self, timeout_s=240):
        code = self.process.wait(timeout_s)
        self.reader.join(30)
        if self.process.stderr is not None:
            self.process.stderr.close()
        return code

    def kill(self):
        self.process.kill()
        self.wait()


def stored(run):
    """Name and content of every result on disk."""
    return {path.name: path.read_bytes() for path in (run / "trials").glob("*.json")}


@pytest.mark.slow
@pytest.mark.timeout(120 + 30 * KILLS)
def test_a_run_killed_at_random_moments_loses_at_most_the_trial_under_way(tmp_path):
    rng = random.Random(SEED)
    rounds = max(3, KILLS // 3)
    run = tmp_path / "run"
    resume = ["--resume", "run"]
    runner = Runner(
        tmp_path,
        [
            *("null", "null:conf.null.batch_s=0.01", "--out", "run", "--rounds", str(rounds)),
            *("--cores", "1", "--rate", "200", "--trigger", "50ms"),
            *("--warmup", "0s", "--duration", "400ms"),
        ],
    )
    before = {}
    runners = [runner.process.pid]
    try:
        for _kill in range(KILLS):
            # Resuming takes as long as an interpreter takes to start; dying there counts as well.
            moment = time.monotonic() + rng.uniform(0.0, 2 * TRIAL_S)
            while time.monotonic() < moment and runner.process.poll() is None:
                time.sleep(0.01)
            victims = runner.descendants() if rng.random() < 0.3 else []
            if victims and runner.process.poll() is None:
                # The trial has failed then; the run takes note and goes on.
                psutil_kill(rng.choice(victims))
                survived("process of a trial killed, in a run that is killed too", "run went on")
                continue
            runner.kill()
            assert not (run / "run.json").exists() or readable(run)
            now = stored(run)
            assert before.items() <= now.items()
            ended = [line for line in runner.said if line.startswith("[") and "] ok" in line]
            assert len(now) >= len(before) + len(ended)
            before = now
            survived("run killed (SIGKILL)", "results kept, resumed")
            if not (run / "run.json").exists():
                # It died before there was a run; there is nothing to go on with.
                assert now == {}
                shutil.rmtree(run, ignore_errors=True)
                arguments = runner.arguments
            else:
                arguments = resume
            runner = Runner(tmp_path, arguments)
            runners.append(runner.process.pid)
        assert runner.wait() in (0, 4), runner.said[-3:]
    finally:
        if runner.process.poll() is None:
            runner.kill()
    if RunStore.open(run).info.finished_at is None:  # killed too late to be resumed in the loop
        runner = Runner(tmp_path, resume)
        runners.append(runner.process.pid)
        assert runner.wait() in (0, 4), runner.said[-3:]
    check_whole(run, rounds, before)
    assert all(runner_of(one.token) not in runners for one in marked())
    assert list((tmp_path / "tmp").glob("sparkbench-*")) == []


def readable(run):
    json.loads((run / "run.json").read_text())
    return True


def psutil_kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
        psutil.Process(pid).wait(5)
    except (psutil.Error, ProcessLookupError):
        pass


def runner_of(token):
    number = token.partition("-")[0]
    return int(number) if number.isdigit() else None


def check_whole(run, rounds, before):
    """Every trial of the plan is there, once, and none that was stored has changed.

    A round that a killed trial or a busy machine spoiled has one more in its place.
    """
    store = RunStore.open(run)
    plan = Plan.from_dict(store.info.plan)
    assert plan.plan_hash == store.info.plan_hash
    assert plan.settings.rounds == rounds
    results, problems = store.read_trials()
    assert problems == []
    spoiled = {r.trial.round for r in results if r.status in ("failed", "invalid")}
    last = max(result.trial.round for result in results)
    assert rounds <= last <= rounds + len(spoiled)
    specs = [spec for number in range(1, last + 1) for spec in plan.round_trials(number)]
    assert [result.trial.number for result in results] == [spec.number for spec in specs]
    for spec, result in zip(specs, results, strict=True):
        assert (result.trial.arm, result.trial.round) == (spec.arm.text, spec.round)
        assert result.trial.seed == spec.seed
    attempts, _problems = store.recover()
    assert [(r.trial.number, r.trial.attempt) for r in attempts] == [(s.number, 1) for s in specs]
    assert strategy_of(plan).next(attempts) is None
    assert before.items() <= stored(run).items()
