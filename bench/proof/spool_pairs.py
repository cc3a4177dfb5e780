"""Batch times of the socket source and the spooled one at a low rate, in pairs in one JVM."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bench.measure.parts import measure
from bench.plan.spec import Settings, TrialSpec
from bench.proof.session import Session, open_session, spec_for
from bench.trial.errors import TrialFailed
from bench.trial.measured import MeasuredStream
from bench.trial.prelude import run_prelude
from bench.trial.setup import load_config, prepare_load

SOCKET, SPOOLED = "structured", "structured:source=spooled"
TRIGGER_S = 1.0

#: Streams of the pairs.
PAIR = Settings(warmup_s=2.0, duration_s=6.0, tail_s=20.0)
PAIR_PER_S = 1000.0
PRELUDE_CAP_S = 15.0


def find_pairs(count: int, log: Path, say: Callable[[str], None]) -> list[tuple[float, float]]:
    """Median batch times (s) of socket and spooled, ``count`` times; raises ``TrialFailed``."""
    pairs = []
    with open_session("structured", log) as session:
        for arm in (SOCKET, SPOOLED):
            _warm_up(session, arm)
        for number in range(count):
            order = (SOCKET, SPOOLED) if number % 2 == 0 else (SPOOLED, SOCKET)
            seen = {arm: _batch_s(session, arm, number) for arm in order}
            pairs.append((seen[SOCKET], seen[SPOOLED]))
            say(f"pair {number + 1}: {1000 * seen[SOCKET]:.0f} ms, {1000 * seen[SPOOLED]:.0f} ms")
    return pairs


def _warm_up(session: Session, arm: str) -> None:
    spec, folder = _pair_spec(arm, 0), session.folder()
    with session.load(load_config(spec, None)) as load:
        run_prelude(
            session.engine, load, spec, cap_s=PRELUDE_CAP_S, temp_dir=folder, check=load.poll
        )


def _batch_s(session: Session, arm: str, number: int) -> float:
    spec, folder = _pair_spec(arm, number), session.folder()
    config = load_config(spec, None)
    with session.load(config) as load:
        seen = MeasuredStream(
            session.engine,
            load,
            spec,
            PAIR,
            prepared=prepare_load(config),
            temp_dir=folder,
            phase=lambda name: None,
        ).run()
    if seen.stop is None or not seen.drained:
        raise TrialFailed(f"{arm} fell behind {PAIR_PER_S:g} records/s")
    parts = measure(
        seen.batches,
        seen.schedules,
        seen.window,
        sent_records=seen.stop.sent_records,
        sent_bytes=sum(seen.stop.sent_bytes),
    )
    if parts.batch_s is None:
        raise TrialFailed(f"{arm}: no batch was measured")
    return parts.batch_s.p50


def _pair_spec(arm: str, number: int) -> TrialSpec:
    # The seed draws the phase within the interval, the same for both of a pair.
    return spec_for(arm, TRIGGER_S, PAIR_PER_S, sink="drain", conf={}, seed=1 + number)
