"""Batch times of the socket source and one of ours at a low rate, in pairs in one JVM."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.measure.parts import measure
from bench.measure.phases import mean_phases
from bench.plan.spec import Settings, TrialSpec
from bench.trial.errors import TrialFailed
from bench.trial.measured import MeasuredStream
from bench.trial.prelude import run_prelude
from bench.trial.setup import load_config, prelude_config, prepare_load
from scripts.proof.session import Session, open_session, spec_for

SOCKET, SPOOLED = "structured", "structured:source=spooled"
NATIVE = "structured:source=native"
TRIGGER_S = 1.0

#: Sinks of the pairs: what every verdict rests on, and what users write.
SINKS = ("drain", "console")

#: Streams of the pairs.
PAIR = Settings(warmup_s=2.0, duration_s=6.0, tail_s=20.0)
PAIR_PER_S = 1000.0

#: The warm-up of each arm.  Its batches are short: at this rate each is as large as a measured one,
#: so that what Spark does for each record is compiled as in a stream that has run for some minutes.
PRELUDE_CAP_S = 15.0
PRELUDE_PER_S = 5 * PAIR_PER_S

Say = Callable[[str], None]


@dataclass
class Pairs:
    """What was seen with one sink: median batch times (s), and mean phases (s) by arm and pair.

    ``failed`` counts the pairs of which a stream came to nothing.
    """

    batch_s: list[tuple[float, float]] = field(default_factory=list)
    phases: dict[str, list[Mapping[str, float]]] = field(default_factory=dict)
    failed: int = 0


def find_pairs(count: int, sink: str, log: Path, say: Say, other: str = SPOOLED) -> Pairs:
    """``count`` pairs of the socket and ``other``, who goes first taking turns.

    A pair that fails is left out.

    Raises ``EnvironmentProblem`` without a Java.
    """
    found = Pairs()
    while len(found.batch_s) + found.failed < count:
        # After a failure in another JVM: nobody knows what the last one still does.
        try:
            with _warm_session(sink, log, other) as session:
                _go_on(found, count, sink, session, say, other)
        except TrialFailed as problem:
            found.failed += 1
            say(f"a pair of {other} with the {sink} sink failed: {problem}")
    return found


@contextmanager
def _warm_session(sink: str, log: Path, other: str) -> Iterator[Session]:
    with open_session("structured", log) as session:
        for arm in (SOCKET, other):
            _warm_up(session, arm, sink)
        yield session


def _go_on(found: Pairs, count: int, sink: str, session: Session, say: Say, other: str) -> None:
    while (number := len(found.batch_s) + found.failed) < count:
        order = (SOCKET, other) if number % 2 == 0 else (other, SOCKET)
        seen = {arm: _stream(session, arm, sink, number) for arm in order}
        socket_s, other_s = seen[SOCKET][0], seen[other][0]
        found.batch_s.append((socket_s, other_s))
        for arm, (_batch_s, phases) in seen.items():
            found.phases.setdefault(arm, []).append(phases)
        say(
            f"{sink}, pair {number + 1}: socket {1000 * socket_s:.0f} ms, "
            f"{other.rpartition('=')[2]} {1000 * other_s:.0f} ms"
        )


def _warm_up(session: Session, arm: str, sink: str) -> None:
    spec, folder = _pair_spec(arm, sink, 0), session.folder()
    with session.load(prelude_config(load_config(spec, None), PRELUDE_PER_S)) as load:
        run_prelude(
            session.engine, load, spec, cap_s=PRELUDE_CAP_S, temp_dir=folder, check=load.poll
        )


def _stream(
    session: Session, arm: str, sink: str, number: int
) -> tuple[float, Mapping[str, float]]:
    """Median batch time and mean phases of one stream, in seconds."""
    spec, folder = _pair_spec(arm, sink, number), session.folder()
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
    window = seen.window
    inside = [
        batch
        for batch in seen.batches
        if window.start_s <= batch.planned_start - window.t0 <= window.end_s
    ]
    return parts.batch_s.p50, mean_phases(inside)


def _pair_spec(arm: str, sink: str, number: int) -> TrialSpec:
    # The seed draws the phase within the interval, the same for both of a pair.
    return spec_for(arm, TRIGGER_S, PAIR_PER_S, sink=sink, conf={}, seed=1 + number)
