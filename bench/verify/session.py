"""One arm in one child: stream after stream, each fed one input and drained."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.cluster.addresses import addresses
from bench.cluster.join import join_environment, leave
from bench.cluster.lifecycle import make_whole
from bench.contract import BatchRecord, Options
from bench.contract.capture import DIGEST, FILE_KEY, KIND_KEY, ROWS
from bench.plan.spec import TrialSpec
from bench.process.orphans import end_all
from bench.process.spawn import new_token
from bench.runtime.archives import Archives
from bench.runtime.of_arm import interpreter_of
from bench.trial.engine import EngineProcess
from bench.trial.errors import TrialFailed
from bench.trial.limits import CONNECT_S, EXIT_S, GRACE_S, POLL_S, START_S, STOP_S
from bench.trial.setup import engine_environment, input_folder, stream_options
from bench.verify.captured import Captured, read_captured
from bench.verify.checks import JobCheck
from bench.verify.feed import Feed
from bench.verify.folder_feed import FolderFeed
from bench.verify.inputs import HOSTILE, LARGE, Input
from bench.verify.paced import PacedFeed

#: Between two pieces of the hostile input, so that it meets several batches and many reads.
HOSTILE_PAUSE_S = 0.015

#: Records on their way at a time.  Structured Streaming's socket takes quadratically longer the
#: larger a batch is (``TextSocketMicroBatchStream`` looks rows up in a linked list).
ON_THE_WAY = {"structured": 15_000}
ON_THE_WAY_ELSE = 60_000

#: How long an engine that left is waited for to say why: it looks for errors once a second.
REASON_S = 5.0

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
def engine_process(
    spec: TrialSpec, log: Path, say: Callable[[str], None]
) -> Iterator[EngineProcess]:
    """A child for the arm of ``spec``; whatever happens, none of its processes is left behind."""
    arm, interpreter = spec.arm, interpreter_of(spec, say)
    # One that measuring runs have made; for a session or two it would not pay to make one.
    archive = Archives().archive_for(spec)
    token = new_token()
    gone = False
    make_whole(spec.master)
    engine = EngineProcess(
        arm.engine,
        token=token,
        log=log,
        cpus=None,
        env={**engine_environment(arm.engine, interpreter), **join_environment(spec, log.parent)},
        on_batch=lambda _batch: None,
        interpreter=interpreter,
    )
    try:
        engine.java_options = archive.java_options(engine.child.temp_dir)
        engine.wait("hello", START_S, "start its interpreter")
        yield engine
        gone = engine.exit(EXIT_S)
    finally:
        end_all(token, GRACE_S if gone else 0.0)
        engine.close()
        leave(log.parent)


def observe(
    engine: EngineProcess,
    spec: TrialSpec,
    sources: Sequence[Input],
    check: JobCheck,
    *,
    name: str,
    folder: Path,
) -> Observed:
    """Feed ``sources``, one a stream, to the job of ``spec``; wait until all of it is written.

    Raises :class:`TrialFailed` with a reason, and ``TrialUnsupported``.
    """
    file = folder / f"{name}.capture"
    on_the_way = ON_THE_WAY.get(spec.arm.engine, ON_THE_WAY_ELSE)
    pause_s = {HOSTILE: HOSTILE_PAUSE_S, LARGE: 0.0}.get(sources[0].name, check.pause_s)
    with ExitStack() as stack:
        base = input_folder(spec, engine.child.temp_dir, name)
        feeds: list[PacedFeed] = []
        for stream, source in enumerate(sources):
            if base is None:
                server = Feed(source, pause_s=pause_s, host=addresses(spec).listen)
                feeds.append(stack.enter_context(server))
            else:
                folder_feed = FolderFeed(source, base, stream, pause_s=pause_s)
                feeds.append(stack.enter_context(folder_feed))
        ports = tuple(feed.port for feed in feeds)
        trigger_s, place = spec.trigger_s, engine.child.temp_dir
        # Batches of real-time mode are as short as the others': there have to be several.
        options = stream_options(
            spec, ports, trigger_s, place, name, engine.java_options, batch_s=trigger_s
        )
        started = engine.start(name, _capturing(options, file, sources[0]), START_S)
        if base is not None:
            for feed in feeds:  # a first file: without one there is no batch to wait for
                feed.allow(1)
        _watch(engine, feeds, on_the_way)
        # A batch that failed, say, is reported once the rest has ended.
        if not engine.drain(STALL_S):
            raise TrialFailed(f"not all of the input was processed within {STALL_S:g} s of its end")
        _go_on(engine, check.after_s)
        engine.stop(STOP_S)
    failed = next((batch for batch in engine.batches if batch.failure), None)
    if failed is not None:
        raise TrialFailed(f"batch {failed.batch_id} failed: {failed.failure}")
    return Observed(read_captured(file), list(engine.batches), started["environment"])


def _capturing(options: Options, file: Path, source: Input) -> Options:
    kind = DIGEST if source.name == LARGE else ROWS
    conf = {**options.conf, FILE_KEY: str(file.absolute()), KIND_KEY: kind}
    # Options of the sink that was asked for (asynchronous progress) are none of this one's.
    return replace(options, sink="capture", sink_options={}, conf=conf)


def _go_on(engine: EngineProcess, seconds: float) -> None:
    """Let the stream live on without input."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        engine.pump(POLL_S)


def _watch(engine: EngineProcess, feeds: Sequence[PacedFeed], on_the_way: int) -> None:
    """Take batches in and let lines out until the last one of every stream was sent.

    None goes before the first batch has ended, which in Structured Streaming is long and empty:
    otherwise the whole of a small input would be one batch.
    """
    began = moved = time.monotonic()
    total = -1
    while not all(feed.done for feed in feeds):
        engine.pump(POLL_S)
        now = time.monotonic()
        if not all(feed.connected for feed in feeds) and now - began > CONNECT_S:
            raise TrialFailed(f"it did not connect within {CONNECT_S:g} s")
        received = _received(engine, len(feeds))
        if engine.batches and sum(received) > total:
            total, moved = sum(received), now
            for feed, records in zip(feeds, received, strict=True):
                feed.allow(records + on_the_way)
        if now - moved > STALL_S:
            raise TrialFailed(f"it stopped taking lines after {max(total, 0)} records")
    for feed in feeds:
        if feed.problem is not None:
            # The engine says why it left, unless its process has gone, and that soon shows too.
            _go_on(engine, REASON_S)
            raise TrialFailed(feed.problem)


def _received(engine: EngineProcess, streams: int) -> list[int]:
    """Records of each stream that are in a batch."""
    counts = [0] * streams
    for batch in engine.batches:
        for stream, _first, records in batch.ranges:
            counts[stream] += records
    return counts
