"""One arm in one child: stream after stream, each fed one input and drained."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.contract import BatchRecord, Options
from bench.contract.capture import DIGEST, FILE_KEY, KIND_KEY, ROWS
from bench.plan.spec import Arm, TrialSpec
from bench.process.orphans import end_all
from bench.process.spawn import new_token
from bench.trial.engine import EngineProcess
from bench.trial.errors import TrialFailed
from bench.trial.limits import CONNECT_S, EXIT_S, GRACE_S, POLL_S, START_S, STOP_S
from bench.trial.setup import engine_environment, stream_options
from bench.verify.captured import Captured, read_captured
from bench.verify.feed import Feed
from bench.verify.inputs import HOSTILE, Input

#: Between two pieces of the hostile input, so that it meets several batches and many reads.
HOSTILE_PAUSE_S = 0.015

#: Records on their way at a time.  Structured Streaming's socket takes quadratically longer the
#: larger a batch is (``TextSocketMicroBatchStream`` looks rows up in a linked list).
ON_THE_WAY = {"structured": 15_000}
ON_THE_WAY_ELSE = 60_000

#: The longest that nothing may move while lines are on their way, and at the end.  A stream as a
#: whole may take as long as it needs: nothing is measured here.
STALL_S = 120.0


@dataclass(frozen=True)
class Observed:
    """What one stream left behind."""

    captured: Captured
    batches: list[BatchRecord]
    environment: dict[str, Any]


@contextlib.contextmanager
def engine_process(arm: Arm, log: Path) -> Iterator[EngineProcess]:
    """A child for ``arm``; whatever happens, none of its processes is left behind."""
    token = new_token()
    gone = False
    engine = EngineProcess(
        arm.engine,
        token=token,
        log=log,
        cpus=None,
        env=engine_environment(arm.engine),
        on_batch=lambda _batch: None,
    )
    try:
        engine.wait("hello", START_S, "start its interpreter")
        yield engine
        gone = engine.exit(EXIT_S)
    finally:
        end_all(token, GRACE_S if gone else 0.0)
        engine.close()


def observe(
    engine: EngineProcess, spec: TrialSpec, source: Input, *, name: str, folder: Path
) -> Observed:
    """Feed ``source`` to the job of ``spec`` and wait until all of it is written.

    Raises :class:`TrialFailed` with a reason, and ``TrialUnsupported``.
    """
    file = folder / f"{name}.capture"
    on_the_way = ON_THE_WAY.get(spec.arm.engine, ON_THE_WAY_ELSE)
    pause_s = HOSTILE_PAUSE_S if source.name == HOSTILE else 0.0
    with Feed(source, pause_s=pause_s) as feed:
        options = stream_options(spec, (feed.port,), spec.trigger_s, engine.child.temp_dir, name)
        started = engine.start(name, _capturing(options, file, source), START_S)
        _watch(engine, feed, on_the_way)
        # A batch that failed, say, is reported once the rest has ended.
        if not engine.drain(STALL_S):
            raise TrialFailed(f"not all of the input was processed within {STALL_S:g} s of its end")
        engine.stop(STOP_S)
    failed = next((batch for batch in engine.batches if batch.failure), None)
    if failed is not None:
        raise TrialFailed(f"batch {failed.batch_id} failed: {failed.failure}")
    return Observed(read_captured(file), list(engine.batches), started["environment"])


def _capturing(options: Options, file: Path, source: Input) -> Options:
    kind = ROWS if source.name == HOSTILE else DIGEST
    conf = {**options.conf, FILE_KEY: str(file.absolute()), KIND_KEY: kind}
    return replace(options, sink="capture", conf=conf)


def _watch(engine: EngineProcess, feed: Feed, on_the_way: int) -> None:
    """Take batches in and let lines out until the last one was sent.

    None goes before the first batch has ended, which in Structured Streaming is long and empty:
    otherwise the whole of a small input would be one batch.
    """
    began = moved = time.monotonic()
    received = -1
    while not feed.done:
        engine.pump(POLL_S)
        now = time.monotonic()
        if not feed.connected and now - began > CONNECT_S:
            raise TrialFailed(f"it did not connect within {CONNECT_S:g} s")
        total = sum(batch.records for batch in engine.batches) if engine.batches else -1
        if total > received:
            received, moved = total, now
            feed.allow(received + on_the_way)
        if now - moved > STALL_S:
            raise TrialFailed(f"it stopped taking lines after {max(received, 0)} records")
    if feed.problem is not None:
        engine.pump(POLL_S)
        raise TrialFailed(feed.problem)
