"""What a stream takes besides CPU time, on real Spark: one run, and the bill made of it."""

from __future__ import annotations

import pytest

import bench
from bench.cli._main import run as sparkbench
from tests.long import at_length

# Two and a half minutes, and other work would void its trials, each of which runs again then.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.alone,
    pytest.mark.timeout(600),
    at_length,
]

#: A job with state: its DStream has to keep a checkpoint too.
COMMAND = [
    *("compare", "dstream", "structured", "--job", "running_wordcount", "--cores", "2"),
    *("--trigger", "1s", "--rate", "200", "--partitions", "2", "--idle", "5s"),
    *("--rounds", "1", "--warmup", "1s", "--duration", "8s"),
]


@pytest.fixture(scope="module")
def trials(require, tmp_path_factory):
    require("java")
    out = tmp_path_factory.mktemp("bill") / "run"
    assert sparkbench([*COMMAND, "--quiet", "--out", str(out)]) in (0, 4)
    return out, {result.trial.arm: result for result in bench.Run.load(out).results}


def test_a_query_writes_two_logs_and_its_state_in_each_batch_and_nothing_when_idle(trials):
    asked, idle = trials[1]["structured"].requests, trials[1]["structured"].idle
    assert asked.batches >= 3
    # Offsets, commits, and the changes of two partitions, each under another name first.
    # Once in ten batches a snapshot of each comes besides.
    assert 3.5 <= asked.creates / asked.batches <= 5.5
    assert 3.5 <= asked.renames / asked.batches <= 5.5
    assert asked.lists == 0
    assert idle.slots == 0
    assert idle.requests.charged == 0
    assert 0 < idle.cpu_s < 5


def test_a_dstream_holds_a_slot_for_life_and_writes_its_checkpoint_with_records_or_without(trials):
    asked, idle = trials[1]["dstream"].requests, trials[1]["dstream"].idle
    assert idle.slots == 1
    assert asked.charged > 0
    assert idle.requests.charged > 0
    assert idle.requests.batches >= 3
    assert idle.cpu_s > trials[1]["structured"].idle.cpu_s


def test_the_bill_is_printed(trials, capsys):
    out, _results = trials
    target = ["--rate", "500", "--p99", "20s"]
    prices = ["--cost-per-core-hour", "0.05", "--per-million-requests", "5.00"]
    assert sparkbench(["decide", str(out), *target, *prices]) == 0
    printed = capsys.readouterr().out
    assert "The bill" in printed
    assert "slots held" in printed
    assert "together" in printed
