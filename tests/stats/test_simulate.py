"""The promises of the statistics, by simulation, and the tables that state them."""

import math
import re
from pathlib import Path

import numpy as np
import pytest

from bench.stats import simulate
from bench.stats.designs import fixed
from bench.stats.interval import minimum_rounds, t_interval
from bench.stats.rule import THRESHOLD
from bench.stats.selfcontrol import LEAST_THRESHOLD
from bench.stats.simulate import HEADINGS, RUNS, SEED, figures, line, rounds_table, rows, table
from bench.stats.two_runs import welch_interval
from bench.stats.worlds import EXCHANGEABLE, contender_second

QUICK = 10_000
ROWS = list(rows())
DOCUMENT = Path(__file__).parents[2] / "docs" / "statistics.md"
IDS = [f"{row.table}: {row.name}, {row.planned}" for row in ROWS]


def luck(rate: float, runs: int = QUICK) -> float:
    """Four standard errors of a simulated rate."""
    return 4 * math.sqrt(rate * (1 - rate) / runs)


@pytest.mark.parametrize("n", [minimum_rounds(), 10, 20])
@pytest.mark.parametrize("name", list(EXCHANGEABLE)[:3])
def test_intervals_cover_95_percent_within_2_points(name, n):
    row = next(r for r in ROWS if (r.table, r.name, r.planned) == ("exchangeable", name, n))
    assert 0.93 <= figures(row, QUICK).covered <= 0.97


KEPT = [row for row in ROWS if row.table in ("exchangeable", "cells")]
KEPT += [row for row in ROWS if row.table == "until" and row.name in EXCHANGEABLE]


@pytest.mark.parametrize("row", KEPT, ids=lambda r: f"{r.table}: {r.name}, {r.planned}")
def test_false_alarms_are_at_most_5_percent_for_exchangeable_pairs(row):
    found = figures(row, QUICK if row.table != "until" else 4000)
    assert found.alarms <= 0.05 + luck(0.05, QUICK if row.table != "until" else 4000)
    assert found.claims <= 0.02


def test_looking_at_the_ratio_is_what_inflates_false_alarms():
    naive, open_ = (
        figures(next(r for r in ROWS if r.name == name), 4000)
        for name in (
            "Student, stopped at the first difference",
            "open interval, stopped at the first difference",
        )
    )
    assert naive.alarms > 0.10
    assert open_.alarms <= 0.05


def test_randomising_the_order_is_what_stops_a_position_effect():
    def alarms(order: str) -> float:
        name = f"second of a round 10% later, {order}"
        row = next(r for r in ROWS if (r.name, r.planned) == (name, 10))
        return figures(row, QUICK).alarms

    assert alarms("order randomised") <= 0.05
    assert alarms("baseline always first") > 0.5


def test_orders_are_balanced_over_every_two_rounds():
    second = contender_second(np.random.default_rng(0), 50, 7)
    assert second.shape == (50, 7)
    assert (second[:, 0:6:2] != second[:, 1:6:2]).all()


def test_the_simulated_interval_is_the_one_in_use():
    world = next(iter(EXCHANGEABLE.values()))
    end = fixed(world, 5)(np.random.default_rng(7), 20)
    for values, mean, width in zip(
        world(np.random.default_rng(7), 20, 5), end.means[:, 0], end.widths[:, 0], strict=True
    ):
        used = t_interval(values)
        assert math.log(used.ratio) == pytest.approx(mean)
        assert used.half_width == pytest.approx(width)


def test_two_equal_runs_are_told_apart_in_at_most_5_percent():
    rng = np.random.default_rng(6)
    runs = 3000
    missed = sum(
        not welch_interval(*sides).low <= 1 <= welch_interval(*sides).high
        for sides in ((rng.normal(size=4), 3 * rng.normal(size=6)) for _ in range(runs))
    )
    assert missed / runs <= 0.05 + 0.01 + luck(0.05, runs)


# --- the document ---------------------------------------------------------------------------------


def block(name: str) -> list[str]:
    """The table in the document between its markers, markers included."""
    pattern = rf"<!-- {re.escape(name)} -->\n.*?<!-- end -->"
    found = re.findall(pattern, DOCUMENT.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len(found) == 1
    return str(found[0]).splitlines()


@pytest.mark.parametrize("name", HEADINGS)
def test_the_document_has_every_row_and_column(name):
    printed = table(name, runs=50).splitlines()
    stored = block(f"simulation {name}: {RUNS} runs, seed {SEED}")
    assert stored[1:3] == printed[1:3]
    assert [text.split("|")[1] for text in stored[3:-1]] == [
        text.split("|")[1] for text in printed[3:-1]
    ]
    for text in stored[3:-1]:
        assert re.fullmatch(r"\|[^|]+\| [\d.]+ \|( \d+\.\d \|){3}( (\d+|–) \|)?", text)


@pytest.mark.parametrize("row", ROWS[:2], ids=IDS[:2])
def test_the_documents_figures_can_be_computed_again(row):
    stored = block(f"simulation {row.table}: {RUNS} runs, seed {SEED}")
    assert line(row, figures(row)) in stored


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_the_documents_figures_agree_with_a_small_simulation(row):
    runs = 2000
    mine = line(row, figures(row, runs, seed=1)).split("|")[1:]
    stored = block(f"simulation {row.table}: {RUNS} runs, seed {SEED}")[3:-1]
    position = [r for r in ROWS if r.table == row.table].index(row)
    theirs = stored[position].split("|")[1:]
    assert theirs[0] == mine[0]
    for here, there in zip(theirs[2:5], mine[2:5], strict=True):
        rate = min(max(float(here) / 100, 0.002), 0.998)
        assert abs(float(here) - float(there)) <= 100 * luck(rate, runs) + 0.1


def test_the_documents_rounds_are_those_of_the_code():
    assert block("rounds") == rounds_table().splitlines()


def test_the_document_quotes_the_thresholds_of_the_code():
    text = DOCUMENT.read_text(encoding="utf-8")
    assert f"1/{THRESHOLD:g} and {THRESHOLD:g}" in text
    assert f"never below {LEAST_THRESHOLD:g}" in text


def test_main_prints_all_tables(capsys, monkeypatch):
    monkeypatch.setattr(simulate, "table", lambda name: f"table {name}")
    simulate.main()
    printed = capsys.readouterr().out
    assert "<!-- rounds -->" in printed
    assert [name for name in HEADINGS if f"table {name}" in printed] == list(HEADINGS)
