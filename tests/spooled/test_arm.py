"""The arms on sources of ours as the harness drives them, in one long-lived child."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bench.contract import Options
from bench.measure.ranges import range_breaks
from bench.plan.arms import parse_arm
from bench.process.orphans import end_all
from bench.process.spawn import new_token
from bench.trial.engine import EngineProcess
from bench.trial.errors import TrialFailed, TrialUnsupported
from bench.trial.setup import engine_environment
from bench.verify.checks import check_of
from bench.verify.inputs import hostile_input
from bench.verify.judge import Subject
from bench.verify.session import observe
from legacy_dstream import engine as legacy_dstream
from structured import natives
from structured.spooling import unsupported
from tests.line_server import LineServer
from tests.trial.conftest import spec

OWN = pytest.mark.parametrize("source", ["spooled", "native"])


@pytest.fixture(scope="module")
def engine(spark_environ, tmp_path_factory) -> Iterator[EngineProcess]:
    token = new_token()
    folder = tmp_path_factory.mktemp("arm")
    process = EngineProcess(
        "structured",
        token=token,
        log=folder / "engine.log",
        cpus=None,
        env={**engine_environment("structured"), **spark_environ},
        on_batch=lambda batch: None,
    )
    try:
        yield process
        process.exit(60)
    finally:
        end_all(token, 3.0)
        process.close()


def options(*ports: int, **changes) -> Options:
    values = {
        "endpoints": tuple(("127.0.0.1", port) for port in ports),
        "trigger_s": 0.5,
        "sink": "drain",
        "master": "local[2]",
        "conf": {"spark.ui.enabled": "false"},
        "source": "spooled",
        **changes,
    }
    return Options(**values)


def received(engine: EngineProcess) -> int:
    return sum(batch.records for batch in engine.batches)


def until(engine: EngineProcess, done) -> None:
    deadline = time.monotonic() + 90
    while not done():
        assert time.monotonic() < deadline, "it did not happen in time"
        engine.pump(0.1)


@OWN
@pytest.mark.slow
def test_two_sockets_have_ranges_of_their_own_and_end_in_good_order(engine, tmp_path, source):
    with LineServer() as left, LineServer() as right:
        wanted = options(left.port, right.port, source=source, work_dir=str(tmp_path))
        engine.start(f"two {source}", wanted, 120)
        left.send("a\nbé\nc\n".encode())
        right.send(b"d\r\n")
        until(engine, lambda: received(engine) >= 4)
        left.send(b"last words")
        left.close()
        right.close()
        assert engine.drain(60)
        engine.stop(60)
    counts = {0: 0, 1: 0}
    for batch in engine.batches:
        for stream, _first, count in batch.ranges:
            counts[stream] += count
    assert counts == {0: 4, 1: 1}
    assert range_breaks(engine.batches) == []
    assert sum(batch.processed_records or 0 for batch in engine.batches) == 5
    assert sum(batch.processed_bytes or 0 for batch in engine.batches) == 1 + 3 + 1 + 10 + 1
    # Nothing was promised of a restart, so nothing is left lying.
    assert not list(tmp_path.glob("spool*"))


@OWN
@pytest.mark.slow
def test_hostile_lines_are_delivered_record_by_record(engine, tmp_path, source):
    arm, given, check = parse_arm(f"structured:source={source}"), hostile_input(1), check_of("echo")
    wanted = spec(arm=arm, trigger_s=0.5, cores=2)
    seen = observe(engine, wanted, [given], check, name=f"hostile {source}", folder=tmp_path)
    subject = Subject(arm, check, given, seen.captured, seen.batches)
    assert subject.charset == "UTF-8"
    assert subject.differences(subject.expected("UTF-8") or []) == []
    assert len([batch for batch in seen.batches if batch.records]) > 1


@OWN
@pytest.mark.slow
def test_what_the_source_says_reaches_the_user(engine, tmp_path, source):
    with LineServer() as server:
        wanted = options(server.port, source=source, source_options={"maxLineBytes": "1k"})
        engine.start(f"long {source}", wanted, 120)
        server.send(b"x" * 5000)
        with pytest.raises(TrialFailed, match=r"a line of more than 1k bytes: raise maxLineBytes"):
            until(engine, lambda: False)
    # Without a session nobody can ask the source in the JVM.
    kind = TrialUnsupported if source == "spooled" else TrialFailed
    wanted = options(1, source=source, source_options={"maxLineByte": "1k"})
    with pytest.raises(kind, match=r"did you mean 'maxLineBytes'\?"):
        engine.start(f"typo {source}", wanted, 120)


def test_what_cannot_be_had_is_said_in_one_sentence():
    assert unsupported(options(1)) is None
    for mode in ("continuous", "realtime"):
        reason = unsupported(replace(options(1), mode=mode))
        assert reason is not None
        assert f"no {mode} mode" in reason
    for source in ("spooled", "native"):
        reason = legacy_dstream.supports(options(1, source=source))
        assert reason is not None
        assert "which DStreams do not have" in reason
    for changes, words in (
        ({"source_options": {"Spool": "/x"}}, "use guarantee=recoverable"),
        ({"mode": "realtime", "master": "spark://127.0.0.1:7077"}, "or a local master"),
    ):
        reason = natives.unsupported(options(1, source="native", **changes))
        assert reason is not None
        assert words in reason
    assert natives.unsupported(options(1, source="native")) is None
    assert natives.unsupported(options(1, source="native", master="yarn")) is None
    assert natives.unsupported(options(1, source="native", guarantee="recoverable")) is None
