"""The overhead's design and its arithmetic, without an engine."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.proof.blocks import BEFORE_TICK, Block, before_tick, block_order
from scripts.proof.cpu import COMPILERS, CpuClock, Spent
from scripts.proof.overhead import LIMIT, compilers_text, overheads


@given(st.integers(1, 40), st.integers(0, 2**32))
def test_every_quad_holds_both_kinds_twice_and_mirrored(quads, seed):
    order = block_order(quads, seed)
    assert [quad for quad, _ in order] == [quad for quad in range(quads) for _ in range(4)]
    for quad in range(quads):
        kinds = [kind for number, kind in order if number == quad]
        assert kinds == kinds[::-1]
        assert sum(kinds) == 2


def test_which_kind_comes_first_is_drawn():
    first = [block_order(200, 1)[4 * quad][1] for quad in range(200)]
    assert 60 < sum(first) < 140
    assert block_order(200, 1) != block_order(200, 2)


@given(st.floats(1.6e9, 1.9e9), st.sampled_from([0.2, 0.5, 1.0, 5.0]))
def test_blocks_begin_shortly_before_a_tick(at, trigger_s):
    start = before_tick(at, trigger_s)
    assert at - 1e-4 <= start <= at + trigger_s + 1e-4
    assert (start / trigger_s + BEFORE_TICK) % 1 == pytest.approx(0, abs=1e-4) or (
        start / trigger_s + BEFORE_TICK
    ) % 1 == pytest.approx(1, abs=1e-4)


def blocks(factor: float, noise: float) -> list[Block]:
    """Quads whose instrumented blocks cost ``factor`` times the others; odd quads are dearer."""
    made = []
    for quad, instrumented in block_order(8, 3):
        cost = (1 + noise * (quad % 2)) * (
            factor * (1 + noise * (-1) ** quad) if instrumented else 1
        )
        cpu = Spent(0.1 * cost, 0.05 * quad)
        made.append(Block(quad, instrumented, 0.0, 3.0, cpu, (0.1 * cost,) * 5))
    return made


@pytest.mark.parametrize(("factor", "passed"), [(1.02, True), (1.2, False)])
def test_the_ratio_is_that_of_the_blocks_and_drift_cancels(factor, passed):
    for found in overheads("dstream", blocks(factor, 0.01)):
        assert found.interval.n == 8
        assert found.interval.ratio == pytest.approx(factor, rel=1e-3)
        assert found.passed is passed
        assert found.passed == (found.interval.high < LIMIT)


def test_units_are_milliseconds_a_batch():
    time, cpu = overheads("dstream", blocks(1.0, 0.001))
    assert time.bare == pytest.approx(100, rel=0.01)
    assert cpu.bare == pytest.approx(20, rel=0.01)
    assert math.isfinite(cpu.instrumented)


def test_compilers_are_told_apart_and_not_counted():
    # Their bursts (0 to 0.35 s a block here) would drown the ratio if they were in it.
    assert compilers_text("dstream", blocks(1.0, 0.001)) == (
        "dstream: bare 35.0, instrumented 35.0"
    )


BUSY = """
import ctypes, threading, time
def spin(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass
def compiler():
    ctypes.CDLL(None).prctl(15, b"C2 CompilerThread0")
    spin(0.3)
    done.set()
    hold.wait()
done, hold = threading.Event(), threading.Event()
thread = threading.Thread(target=compiler, daemon=True)
thread.start()
done.wait()
spin(0.2)
print(time.process_time(), flush=True)
input()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's clocks of other processes")
def test_the_clock_reads_other_processes_and_tells_compiler_threads(tmp_path):
    # An interpreter called java whose one thread bears a compiler's name.
    java = tmp_path / "java"
    java.symlink_to(sys.executable)
    with subprocess.Popen(
        [java, "-c", BUSY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        own_s = float(process.stdout.readline())
        spent = CpuClock(process.pid).read()
        process.communicate("\n")
    assert spent.compilers_s == pytest.approx(0.3, abs=0.02)
    assert spent.work_s + spent.compilers_s == pytest.approx(own_s, abs=0.02)
    assert len(COMPILERS[1]) == 15  # as much of a name as the kernel keeps


def test_differences_of_readings():
    assert Spent(3.0, 2.0) - Spent(1.0, 0.5) == Spent(2.0, 1.5)
