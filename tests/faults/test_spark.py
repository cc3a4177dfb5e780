"""Real faults on real Spark: one of each mechanism, the others with SPARKBENCH_LONG=1."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench.faults.inject import mounts
from bench.plan.arms import parse_arm
from bench.plan.spec import Settings
from bench.process.orphans import marked
from bench.results.schema import FaultSeen, TrialResult
from bench.trial import run_trial
from tests.long import at_length
from tests.trial.conftest import spec

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

#: On a busy machine a JVM may take long to come back; nothing here judges how long.
SETTINGS = Settings(rounds=1, warmup_s=1.0, duration_s=8.0, prelude_cap_s=1.0, tail_s=75.0)

Struck = Callable[..., tuple[TrialResult, FaultSeen]]


@pytest.fixture
def struck(tmp_path: Path, require) -> Struck:
    """``struck("structured", "stall:...")`` runs a trial with that fault."""
    require("java")

    def run(arm: str, fault: str, **changes: Any) -> tuple[TrialResult, FaultSeen]:
        parsed = parse_arm(arm)
        given: dict[str, Any] = {
            "arm": parsed,
            "fault": fault,
            "path": "python" if parsed.engine == "dstream" else "jvm",
            "trigger_s": 0.5,
            "cores": 2,
            "rate_per_s": 500.0,
            "cell": {"trigger_s": 0.5, "cores": 2, "rate_per_s": 500.0},
            **changes,
        }
        result = run_trial(spec(**given), SETTINGS, workdir=tmp_path, on_event=lambda event: None)
        assert result.fault is not None, (result.status, result.reasons, log(tmp_path))
        assert [what for what in marked() if what.token.startswith(f"{os.getpid()}-")] == []
        return result, result.fault

    return run


def log(folder: Path) -> str:
    return (folder / "engine.log").read_text()[-3000:]


@pytest.mark.parametrize("path", ["jvm", pytest.param("python", marks=at_length)])
def test_a_dstream_goes_on_from_its_checkpoint_after_a_kill(struck, path):
    # On the jvm path the checkpoint names classes that this process compiled, or had from a JAR.
    arm = f"dstream:path={path},guarantee=recoverable"
    result, seen = struck(arm, "kill-driver:at=4s", path=path)
    assert seen.came_back, seen.ended_by
    assert seen.outage_s is not None
    assert seen.outage_s > 1
    # A socket's receiver is no reliable one, but what the write-ahead log had is there.
    assert seen.lost_records < 500
    assert seen.unsent_records == 0
    assert seen.during is not None
    if seen.after is None and seen.backlog_gone_s is not None:
        # A slow machine was not done with the backlog before the load had ended.
        assert seen.struck_at + seen.backlog_gone_s >= result.window_s[1]


def test_a_query_whose_checkpoint_is_full_ends_and_stays_away(struck):
    if (reason := mounts.why_not()) is not None:
        pytest.skip(reason)
    result, seen = struck("structured", "checkpoint-full:at=4s,for=2s")
    assert not seen.came_back
    assert seen.outage_s is None
    assert "No space left" in seen.ended_by or "space" in seen.ended_by, seen.ended_by
    assert result.status in ("ok", "invalid")


@at_length
@pytest.mark.parametrize(
    ("how", "at"),
    [
        ("source=spooled", "4s"),
        ("source=directory", "4s"),
        ("source=native", "4s"),
        # Not while it writes the first entry of its logs: see docs/native.md.
        ("mode=realtime,batch=5s", "6s"),
    ],
)
def test_a_query_goes_on_from_its_checkpoint_after_a_kill(struck, how, at):
    _result, seen = struck(f"structured:{how},guarantee=recoverable", f"kill-driver:at={at}")
    assert seen.came_back, seen.ended_by
    assert seen.unsent_records == 0
    # What the killed process had read, and not written yet.
    assert seen.lost_records <= (0 if how == "source=directory" else 250)
    if how.startswith("mode=realtime"):
        # Its batch was under way.
        assert seen.repeated_records > 0


@at_length
def test_the_built_in_socket_ends_or_passes_over_what_came(struck):
    _result, seen = struck("structured", "kill-driver:at=4s")
    if seen.came_back:
        # It was killed within a batch, and by now more lines have come than it had read before:
        # of these it passes over as many (tests/contract/test_engines.py).
        assert seen.lost_records > 1000
    else:
        assert "Offsets committed out of order" in seen.ended_by
        assert seen.outage_s is None


@at_length
@pytest.mark.parametrize(
    ("arm", "back"),
    [("dstream", True), ("structured", False), ("structured:source=spooled", True)],
)
def test_who_connects_again_after_a_disconnect(struck, arm, back):
    _result, seen = struck(arm, "disconnect:at=4s,for=1s")
    assert seen.came_back is back, seen.ended_by
    if back:
        assert seen.lost_records == seen.repeated_records == 0
    else:
        assert seen.unsent_records > 0


@at_length
def test_a_dstream_without_a_checkpoint_starts_anew_and_loses_what_it_had(struck):
    _result, seen = struck("dstream", "kill-driver:at=4s")
    assert seen.came_back, seen.ended_by
    assert seen.repeated_records == 0


@at_length
def test_a_dstream_goes_on_without_its_checkpoint(struck):
    if (reason := mounts.why_not()) is not None:
        pytest.skip(reason)
    _result, seen = struck(
        "dstream:source=directory,guarantee=recoverable", "checkpoint-full:at=4s,for=1s"
    )
    assert seen.came_back, seen.ended_by


FILES = "source=directory,guarantee=recoverable"


@at_length
@pytest.mark.parametrize(
    ("arm", "restart", "ends", "lost"),
    [
        # Started anew without a checkpoint, it has lost what it had received.
        ("dstream", "", 1, True),
        # The failed batch is in the checkpoint, and so is the code that failed at it.  (With a
        # receiver it is not always there: the batch is then lost.)
        (f"dstream:{FILES}", "", 2, True),
        (f"dstream:{FILES}", ",restart=mended", 2, True),
        (f"structured:{FILES}", "", 2, False),
        (f"structured:{FILES}", ",restart=mended", 1, False),
    ],
)
def test_what_becomes_of_a_record_that_cannot_be_processed(struck, arm, restart, ends, lost):
    _result, seen = struck(arm, f"poison:at=4s{restart}")
    said = f"record {seen.records[0]:012d} cannot be processed"
    assert [said in words for words in seen.ends] == [True] * ends, seen.ends
    assert bool(seen.ended_by) is (ends == 2)
    if ends == 1:
        assert seen.came_back
        assert (seen.lost_records > 0) is lost
    assert seen.repeated_records == 0
