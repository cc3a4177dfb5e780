"""Profiles, guarantees and continuous mode on real Spark: one session an engine."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from bench.measure.ranges import range_breaks
from bench.plan.arms import parse_arm
from bench.process.orphans import end_all
from bench.process.spawn import new_token
from bench.trial.engine import EngineProcess
from bench.trial.errors import TrialUnsupported
from bench.trial.setup import engine_environment, stream_options
from tests.line_server import LineServer
from tests.trial.conftest import spec

pytestmark = pytest.mark.slow

JAVA = "spark.driver.defaultJavaOptions"
LINES = 400
DATA = b"".join(b"line %06d of a hundred\n" % number for number in range(LINES))


@pytest.fixture(scope="module")
def start_engine(java_options, tmp_path_factory):
    running = []

    def start(name):
        token = new_token()
        process = EngineProcess(
            name,
            token=token,
            log=tmp_path_factory.mktemp(name) / "engine.log",
            cpus=None,
            env=engine_environment(name),
            on_batch=lambda batch: None,
        )
        process.java_options = java_options
        running.append((process, token))
        return process

    yield start
    for process, token in running:
        process.exit(30)
        end_all(token, 3.0)
        process.close()


@pytest.fixture(scope="module")
def structured(start_engine):
    return start_engine("structured")


def options(arm, port, folder, *, trigger_s=0.5, **changes):
    wanted = spec(arm=parse_arm(arm), cores=2, sink="console", **changes)
    return stream_options(wanted, (port,), trigger_s, folder, "stream")


def carry(engine, wanted_of, folder, parts=3):
    """Send the lines in some parts and wait until all were seen; the batches."""
    folder.mkdir(exist_ok=True)
    with LineServer() as server:
        wanted = wanted_of(server.port, folder)
        java = f"{wanted.conf[JAVA]} {engine.java_options}"
        engine.start("stream", replace(wanted, conf={**wanted.conf, JAVA: java}), 120)
        size = len(DATA) // parts + 1
        for part in range(parts):
            server.send(DATA[part * size : (part + 1) * size])
            deadline = time.monotonic() + 1.0
            while time.monotonic() < deadline:
                engine.pump(0.1)
        deadline = time.monotonic() + 60
        while sum(batch.records for batch in engine.batches) < LINES:
            assert time.monotonic() < deadline, engine.batches
            engine.pump(0.1)
        engine.stop(60)
    assert range_breaks(engine.batches) == []
    assert sum(batch.records for batch in engine.batches) == LINES
    return wanted, engine.batches


def test_the_fastest_profile_takes_effect_as_a_whole(structured, tmp_path):
    """It comes first: what it sets for the session holds from here on."""

    def wanted_of(port, folder):
        return options("structured:profile=fastest", port, folder)

    wanted, batches = carry(structured, wanted_of, tmp_path / "x")
    logs = Path(wanted.checkpoint_dir) / "offsets"
    assert list(logs.iterdir())
    # Without checksum files, and fewer logs than batches: they are written beside them.
    assert not list(Path(wanted.checkpoint_dir).rglob("*.crc"))
    full = [batch for batch in batches if batch.records]
    assert all(batch.phases["log"] < 0.05 for batch in full[1:])


def test_a_checkpoint_goes_where_the_user_wants_it(structured, tmp_path):
    place = tmp_path / "place"
    place.mkdir()

    def wanted_of(port, folder):
        return options("structured", port, folder, checkpoint=f"file://{place}")

    wanted, _batches = carry(structured, wanted_of, tmp_path / "x", parts=1)
    assert wanted.checkpoint_dir.startswith(f"file://{place}/x/")
    assert (place / "x" / "stream" / "offsets").is_dir()


@pytest.mark.parametrize("source", ["socket", "native"])
def test_continuous_mode_is_counted_by_its_console(structured, tmp_path, source):
    def wanted_of(port, folder):
        return options(f"structured:mode=continuous,source={source}", port, folder)

    _wanted, epochs = carry(structured, wanted_of, tmp_path / "x")
    numbers = [epoch.batch_id for epoch in epochs]
    assert numbers == list(range(len(numbers)))
    assert sum(1 for epoch in epochs if epoch.records) >= 2
    assert all(epoch.processed_records == epoch.records for epoch in epochs)
    for epoch in epochs[1:]:
        assert epoch.started <= epoch.visible == epoch.finished
    length_s = epochs[-1].visible - epochs[0].visible
    assert length_s / (len(epochs) - 1) == pytest.approx(0.5, abs=0.2)


@pytest.mark.parametrize(
    ("arm", "changes", "words"),
    [
        ("structured:mode=realtime,source=socket", {}, "INPUT_STREAM_NOT_SUPPORTED"),
        ("structured:mode=realtime", {}, "use the sink drain"),
        ("structured:mode=continuous,source=socket", {"sink": "drain"}, "or the sink console"),
        ("structured:guarantee=recoverable", {}, "use source=spooled"),
    ],
)
def test_what_cannot_be_is_unsupported_with_its_reason(structured, tmp_path, arm, changes, words):
    wanted = options(arm, 1, tmp_path)
    with pytest.raises(TrialUnsupported, match=words):
        structured.start("never", replace(wanted, **changes), 60)


def test_a_recoverable_dstream_keeps_blocks_and_checkpoint(start_engine, tmp_path):
    engine = start_engine("dstream")

    def wanted_of(port, folder):
        return options("dstream:guarantee=recoverable,profile=tuned", port, folder)

    wanted, batches = carry(engine, wanted_of, tmp_path / "x")
    kept = Path(wanted.checkpoint_dir)
    assert list((kept / "receivedData").rglob("log-*"))
    assert list(kept.glob("checkpoint-*"))
    assert [batch.failure for batch in batches] == [None] * len(batches)
