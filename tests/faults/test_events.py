"""The value of ``--fault``: read, written, refused, and when it strikes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.contract import ENGINE_MODULES
from bench.faults import events
from bench.faults.events import EXAMPLES, WORDS, Fault, canonical, parse_fault
from bench.faults.promises import PROMISES, promise_of
from bench.faults.support import Side, why_not
from bench.load.timing.arrivals import parse_arrivals
from bench.load.timing.schedule import Schedule

KINDS = sorted(WORDS)

seconds = st.integers(1, 10**9).map(lambda us: us / 1e6)


@st.composite
def faults(draw) -> Fault:
    kind = draw(st.sampled_from(KINDS))
    lasting = kind in events._LASTING
    again = [events.SAME, events.MENDED] if kind == events.POISON else [events.SAME]
    return Fault(
        kind,
        draw(seconds),
        draw(seconds) if lasting else 0.0,
        draw(st.integers(2, 10**6)) if kind == events.BURST else 1.0,
        draw(st.sampled_from(again)),
    )


def test_every_example_is_read_and_every_kind_has_one_and_a_word():
    assert {canonical(text) for text in EXAMPLES} == set(EXAMPLES)
    assert {text.partition(":")[0] for text in EXAMPLES} == {*WORDS, events.NONE}


@given(faults())
def test_a_fault_survives_being_written_and_read(fault):
    assert parse_fault(str(fault)) == fault
    assert canonical(str(fault)) == str(fault)


@given(faults(), st.floats(0, 1, exclude_max=True), st.floats(0.001, 60))
def test_it_strikes_within_the_trigger_interval_at_its_time(fault, phase, trigger_s):
    at = fault.strikes_at(phase, trigger_s)
    assert fault.at_s - 1e-6 <= at <= fault.at_s + trigger_s + 1e-6
    assert at + fault.for_s <= fault.last_s(trigger_s) + 1e-6


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("meteor:at=1s", "there is no 'meteor'"),
        ("disconnect:at=20s", "'for' is missing"),
        ("disconnect:for=3s", "'at' is missing"),
        ("disconnect:at=20s,for=0s", "no fault"),
        ("kill-driver:at=20s,factor=2", "'factor' is not one of its settings"),
        ("burst:at=20s,for=1s,factor=1", "no burst"),
        ("stall:at=20,for=1s", "not a duration"),
        ("none:at=1s", "'at' is not one of its settings"),
        ("poison:at=20s,restart=twice", "restart is 'twice': give same"),
    ],
)
def test_what_is_no_fault_is_said_in_a_sentence(text, said):
    with pytest.raises(ValueError, match=said):
        parse_fault(text)


@given(st.floats(1, 50), st.floats(0.1, 5), st.integers(2, 20))
def test_a_burst_is_one_of_the_schedule_and_starts_at_the_known_record(at_s, for_s, factor):
    fault = Fault(events.BURST, at_s, for_s, factor)
    usual = parse_arrivals("constant")
    with_it = Schedule(fault.arrivals(usual, at_s), 1000.0, 1)
    without = Schedule(usual, 1000.0, 1)
    first = without.count_before(at_s)
    assert with_it.times(0, first) == pytest.approx(without.times(0, first))
    gained = with_it.count_before(at_s + for_s) - without.count_before(at_s + for_s)
    assert gained == pytest.approx((factor - 1) * for_s * 1000, abs=2)


def test_a_burst_of_a_load_that_has_a_shape_is_refused():
    with pytest.raises(ValueError, match="leave one out"):
        Fault(events.BURST, 1.0, 1.0, 2.0).arrivals(parse_arrivals("sine:amplitude=1,period=9s"), 1)


def side(**changes) -> Side:
    return Side(
        **{
            "engine": "structured",
            "source": "socket",
            "mode": "microbatch",
            "guarantee": "none",
            "job": "echo",
            "sink": "drain",
            "lines": "plain",
            "replayed": False,
            "master": "local[2]",
            "checkpointed": True,
            **changes,
        }
    )


@pytest.mark.parametrize("kind", KINDS)
def test_locally_everything_but_executors_and_workers_can_be_struck(kind):
    reason = why_not(Fault(kind, 1.0, 1.0), side())
    far = kind in (events.KILL_EXECUTOR, events.KILL_RECEIVER, events.KILL_WORKER)
    assert (reason is not None) is far
    if far:
        assert "local[2]" in str(reason)


@pytest.mark.parametrize(
    ("kind", "changes", "said"),
    [
        ("stall", {"job": "wordcount"}, "carry none"),
        ("stall", {"replayed": True}, "sequence number in every line"),
        ("stall", {"lines": "csv"}, "sequence number in every line"),
        ("stall", {"sink": "console"}, "leave --sink out"),
        ("stall", {"mode": "continuous"}, "continuous mode"),
        ("disconnect", {"source": "directory"}, "use stall"),
        ("checkpoint-full", {"engine": "null", "checkpointed": False}, "writes no checkpoint"),
        ("checkpoint-read-only", {"engine": "dstream"}, "checkpoint-full"),
        ("kill-receiver", {"master": "spark://h:7077"}, "only the DStream socket"),
        (
            "kill-worker",
            {"master": "local-cluster[2,1,1024]"},
            "threads of the driver's JVM",
        ),
    ],
)
def test_what_cannot_be_had_has_a_reason(kind, changes, said):
    reason = why_not(Fault(kind, 1.0, 1.0), side(**changes))
    assert reason is not None
    assert said in reason


def test_each_promise_can_be_found_and_names_its_source():
    for promise in PROMISES:
        assert promise.engine in ENGINE_MODULES
        assert promise.kinds <= set(KINDS)
        assert promise.source
        for kind in promise.kinds:
            source = promise.sources[0] if promise.sources else "socket"
            guarantee = promise.guarantees[0] if promise.guarantees else "none"
            assert promise_of(promise.engine, source, guarantee, kind) is not None
    for engine in ("dstream", "structured"):
        for kind in KINDS:
            assert promise_of(engine, "socket", "none", kind) is not None, (engine, kind)
    for words, promised in (
        ("recoverable (at least once: spool)", "read again"),
        ("logs", "nothing"),
    ):
        assert promised in str(promise_of("structured", "native", words, "kill-driver"))
    assert "write-ahead log" in str(
        promise_of(
            "dstream", "socket", "recoverable (write-ahead log and checkpoint)", "kill-driver"
        )
    )
