"""The search and the tables of ``make bench-spool``, on systems made up."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.stats.interval import NoInterval, t_interval
from bench.trial.errors import TrialFailed
from scripts.proof import spool, spool_pairs
from scripts.proof.ramp import Capacity, search
from scripts.proof.spool_pairs import NATIVE, SOCKET, SPOOLED, Pairs


@given(st.floats(1e3, 1e7), st.integers(0, 3))
def test_the_bracket_holds_the_true_capacity(true_per_s, refinements):
    asked = []

    def probe(rate):
        asked.append(rate)
        return "holds" if rate <= true_per_s else "saturated"

    found = search(probe, 5e3, 4e6, refinements)
    if found.missed_per_s is None:
        assert true_per_s >= 4e6
        assert found.at_least
        assert found.held_per_s == 4e6
    else:
        assert found.held_per_s <= true_per_s < found.missed_per_s
        assert found.reason == "saturated"
        if found.held_per_s:
            # Rates are rounded to two digits.
            assert found.missed_per_s / found.held_per_s <= 2 ** (1 / 2**refinements) * 1.06
    assert len(asked) <= 11 + refinements


def test_a_disturbance_is_asked_again_and_a_cliff_is_not():
    answers = iter(["holds", "between", "holds", "invalid", "invalid", "holds"])
    asked = []

    def probe(rate):
        asked.append(rate)
        return next(answers)

    assert search(probe, 100, 1000) == Capacity(280, 400, "invalid")
    assert asked == [100, 200, 200, 400, 400, 280]


def test_a_generator_that_cannot_do_more_leaves_a_lower_bound():
    found = search(lambda rate: "holds" if rate < 300 else "generator", 100, 1000)
    assert found == Capacity(200, 400, "generator")
    assert found.at_least
    assert spool.capacity_row("x", found, Capacity(100, 200, "saturated")) == [
        "x",
        "200 or more",
        "400",
        "generator",
        "2.0",
    ]


def test_nothing_holds():
    found = search(lambda rate: "saturated", 100, 1000)
    assert found == Capacity(0.0, 100, "saturated")
    assert spool.capacity_row("x", found, found)[-1] == "-"


def seen(batch_s, failed=0):
    phases = {SOCKET: {"planning": 0.02, "execution": 0.1}, SPOOLED: {"execution": 0.125}}
    return Pairs(batch_s, {arm: [parts] for arm, parts in phases.items()}, failed)


def test_rows_and_aims():
    found = seen([(0.2, 0.22), (0.21, 0.23), (0.19, 0.21)])
    batch = spool.ratio_of(found)
    row = spool.pair_row("drain", found, batch)
    assert row[:4] == ["1000 records/s, drain", "200 ms", "220 ms", "1.100"]
    assert len(row) == len(spool.PAIR_COLUMNS)
    assert spool.phase_rows("drain", found) == [
        ["drain: planning", "20 ms", "0 ms", "-20 ms"],
        ["drain: execution", "100 ms", "125 ms", "+25 ms"],
    ]
    socket, spooled = Capacity(20_000, 28_000), Capacity(1e6, 1.4e6)
    first, none, *_rest, native = (contender.name for contender in spool.CONTENDERS)
    good = {first: socket, none: spooled, native: Capacity(4e6, 8e6)}
    fast, slow = t_interval([-0.2, -0.21, -0.22]), t_interval([0.4, 0.41, 0.42])
    reached = {(SPOOLED, "drain"): batch, (NATIVE, "drain"): fast}
    assert spool.missed_aims(good, reached, {none: 9, native: 8}) == []
    bad = {first: socket, none: Capacity(1e5, 2e5), native: Capacity(1.9e5, 2e5)}
    missed = spool.missed_aims(
        bad, {(SPOOLED, "console"): slow, (NATIVE, "drain"): batch}, {none: 8, native: 9}
    )
    assert len(missed) == 7
    assert missed[-2].endswith("console")
    assert missed[-1].startswith(NATIVE)
    assert spool.missed_aims({}, {}, {}) == []
    with pytest.raises(NoInterval):
        spool.ratio_of(seen([(0.2, 0.22)]))


def test_what_fails_is_told_and_the_rest_goes_on(monkeypatch, capsys):
    asked = []

    def find_capacity(contender, folder, memory):
        asked.append(contender.name)
        if len(asked) == 1:
            raise TrialFailed("the socket came to nothing")
        return Capacity(2.1e6 if contender.name == "native" else 1e6, 4e6, "saturated")

    def find_pairs(count, sink, log, say, other):
        if sink == "files":
            return seen([], failed=3)
        if other == NATIVE:
            return seen([(0.2, 0.16), (0.2, 0.16), (0.2, 0.161)])
        return seen([(0.2, 0.22), (0.2, 0.22), (0.2, 0.221)], failed=int(sink == "console"))

    monkeypatch.setattr(spool, "find_capacity", find_capacity)
    monkeypatch.setattr(spool, "find_pairs", find_pairs)
    monkeypatch.setattr(spool, "SINKS", ("files", "drain", "console"))
    assert spool.main([]) == 4
    said = capsys.readouterr()
    assert asked == [contender.name for contender in spool.CONTENDERS]
    assert "the socket came to nothing" in said.err
    assert "batch times with the files sink: " in said.err
    assert said.out.count("1,000,000") == 3
    assert said.out.count("220 ms") == 2
    assert "Every aim that was measured was reached." in said.out


def test_a_pair_that_fails_is_left_out_and_a_new_jvm_begins(monkeypatch):
    begun, told = [], []

    @contextmanager
    def warm(sink, log, other):
        begun.append(sink)
        yield None

    streams = iter([0.2, TrialFailed("gone"), *[0.2, 0.3] * 2])

    def stream(session, arm, sink, number):
        outcome = next(streams)
        if isinstance(outcome, TrialFailed):
            raise outcome
        return outcome, {"execution": outcome}

    monkeypatch.setattr(spool_pairs, "_warm_session", warm)
    monkeypatch.setattr(spool_pairs, "_stream", stream)
    found = spool_pairs.find_pairs(3, "drain", Path("."), told.append)
    assert (len(found.batch_s), found.failed, begun) == (2, 1, ["drain", "drain"])
    assert f"a pair of {SPOOLED} with the drain sink failed: gone" in told


def test_what_is_wrong_with_the_options_is_said(capsys):
    with pytest.raises(SystemExit) as left:
        spool.main(["--pairs", "1"])
    assert left.value.code == 2
    assert "gives no interval" in capsys.readouterr().err
