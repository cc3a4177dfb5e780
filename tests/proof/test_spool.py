"""The search and the tables of ``make bench-spool``, on systems made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.proof import spool
from bench.proof.ramp import Capacity, search
from bench.stats.interval import t_interval


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


def test_rows_and_aims():
    pairs = [(0.2, 0.22), (0.21, 0.23), (0.19, 0.21)]
    batch = t_interval([0.09, 0.1, 0.11])
    row = spool.pair_row(pairs, batch)
    assert row[:4] == ["1000 records/s", "200 ms", "220 ms", "1.105"]
    assert len(row) == len(spool.PAIR_COLUMNS)
    socket, spooled = Capacity(20_000, 28_000), Capacity(1e6, 1.4e6)
    assert spool.missed_aims(socket, spooled, batch) == []
    slow = t_interval([0.4, 0.41, 0.42])
    assert len(spool.missed_aims(socket, Capacity(1e5, 2e5), slow)) == 3
    assert spool.missed_aims(None, None, None) == []


def test_what_is_wrong_with_the_options_is_said(capsys):
    with pytest.raises(SystemExit) as left:
        spool.main(["--pairs", "1"])
    assert left.value.code == 2
    assert "gives no interval" in capsys.readouterr().err
