"""Instrumented and bare blocks in turn, within one stream: the raw material of the overhead."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.load.sending.process import LoadProcess
from bench.load.sending.sender import wall_minus_monotonic
from bench.plan.cells import hashed
from bench.plan.spec import TrialSpec
from bench.trial.engine import EngineProcess
from bench.trial.errors import TrialFailed
from bench.trial.limits import CONNECT_S, GAUGES_S, POLL_S, SAMPLE_S, START_S, STOP_S
from bench.trial.sampler import Sampler
from bench.trial.setup import load_config, stream_options
from scripts.proof.cpu import CpuClock, Spent
from scripts.proof.session import Session

#: Four blocks, so that a drift over them touches both kinds alike.
ORDERS = ((True, False, False, True), (False, True, True, False))

#: Blocks begin and end this share of the trigger interval before a tick, when the batch is over.
BEFORE_TICK = 0.05

HISTORY_WAIT_S = 60.0


@dataclass(frozen=True)
class Block:
    """One block: Unix times, CPU seconds spent meanwhile, and the times of its batches (s)."""

    quad: int
    instrumented: bool
    start: float
    end: float
    cpu: Spent
    batch_s: tuple[float, ...] = ()


def block_order(quads: int, seed: int) -> list[tuple[int, bool]]:
    """Quad number and kind of every block, first to last; which order a quad has is drawn."""
    return [
        (quad, instrumented)
        for quad in range(quads)
        for instrumented in ORDERS[hashed("overhead", seed, quad) % len(ORDERS)]
    ]


def run_blocks(
    session: Session,
    spec: TrialSpec,
    *,
    quads: int,
    block_triggers: int,
    warmup_s: float,
) -> list[Block]:
    """One stream, ``quads`` times four blocks of ``block_triggers`` intervals each."""
    engine, folder = session.engine, session.folder()
    with session.load(load_config(spec, None)) as load:
        options = stream_options(spec, load.listen(), spec.trigger_s, folder, "overhead")
        engine.start("overhead", options, START_S)
        load.wait_accepted(CONNECT_S, lambda: engine.pump(0.0))
        load.go(time.time() + 0.1)
        watch = _Watch(engine, load)
        watch.until(before_tick(time.time() + warmup_s, spec.trigger_s), instrumented=True)
        blocks = [
            watch.block(quad, instrumented, spec.trigger_s, block_triggers)
            for quad, instrumented in block_order(quads, spec.seed)
        ]
        history = engine.history(HISTORY_WAIT_S)
        load.stop()
        engine.listen(True, START_S)
        engine.stop(STOP_S)
    return [_with_batches(block, history) for block in blocks]


def before_tick(at: float, trigger_s: float) -> float:
    """The first moment from ``at`` on (Unix s) at which a block may begin."""
    return (math.ceil(at / trigger_s + BEFORE_TICK) - BEFORE_TICK) * trigger_s


def _with_batches(block: Block, history: Sequence[tuple[float, float, int]]) -> Block:
    times = tuple(
        end - start
        for start, end, records in history
        if block.start <= start < block.end and records
    )
    if not times:
        raise TrialFailed("a block saw no batch begin: the engine does not keep up here")
    return Block(block.quad, block.instrumented, block.start, block.end, block.cpu, times)


class _Watch:
    """What the harness does while a stream runs, and the same time without it."""

    def __init__(self, engine: EngineProcess, load: LoadProcess) -> None:
        self._engine = engine
        self._load = load
        self._sampler = Sampler(engine.child.pid)
        self._clock = CpuClock(engine.child.pid)
        self._next_sample = 0.0
        self._unread_s = 0.0
        self._wall_s = wall_minus_monotonic()

    def block(self, quad: int, instrumented: bool, trigger_s: float, triggers: int) -> Block:
        self._engine.listen(instrumented, START_S)
        # The last block has just ended, so this leaves one interval to the change.
        start = before_tick(time.time(), trigger_s)
        self.until(start, instrumented)
        before = self._clock.read()
        end = start + triggers * trigger_s
        if instrumented:
            self._read_gauges(end - start)
        self.until(end, instrumented)
        return Block(quad, instrumented, start, end, self._clock.read() - before)

    def _read_gauges(self, length_s: float) -> None:
        """As often as a trial does."""
        self._unread_s += length_s
        if self._unread_s >= GAUGES_S:
            self._unread_s = 0.0
            self._engine.gauges(START_S)

    def until(self, unix_s: float, instrumented: bool) -> None:
        deadline = unix_s - self._wall_s
        if not instrumented:
            time.sleep(max(deadline - time.monotonic(), 0.0))
            return
        while (left_s := deadline - time.monotonic()) > 0:
            self._engine.pump(min(left_s, POLL_S))
            self._load.poll()
            if time.monotonic() >= self._next_sample:
                self._next_sample = time.monotonic() + SAMPLE_S
                self._sampler.sample()
