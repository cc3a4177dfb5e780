"""The promises of the statistics, by simulation, and the tables that state them."""

import math
import re
from pathlib import Path

import numpy as np
import pytest

from bench.stats.launches import FIRST_CLAIM, FLOOR, LOOKS, MOST_LOOKS
from bench.stats.metrics import METRICS
from bench.stats.outcome import Outcome
from bench.stats.rule import THRESHOLD, Rule
from bench.stats.selfcontrol import LEAST_THRESHOLD
from bench.stats.verdict import Pair, judge
from scripts.proof.statistics import simulate
from scripts.proof.statistics.designs import looked_at
from scripts.proof.statistics.simulate import (
    LAYOUTS,
    RUNS,
    SEED,
    Row,
    figures,
    line,
    rounds_table,
    rows,
    table,
)
from scripts.proof.statistics.worlds import EXCHANGEABLE, contender_second

QUICK = 10_000
ROWS = list(rows())
DOCUMENT = Path(__file__).parents[2] / "docs" / "statistics.md"
IDS = [f"{row.table}: {row.name}" for row in ROWS]


def luck(rate: float, runs: int = QUICK) -> float:
    """Four standard errors of a simulated rate."""
    return 4 * math.sqrt(rate * (1 - rate) / runs)


def row(table: str, name: str) -> Row:
    return next(r for r in ROWS if (r.table, r.name) == (table, name))


KEPT = [r for r in ROWS if r.table in ("looks", "cells", "fixed")]
KEPT += [r for r in ROWS if r.table == "until" and r.name in EXCHANGEABLE]


@pytest.mark.parametrize("row", KEPT, ids=lambda r: f"{r.table}: {r.name}")
def test_false_alarms_are_at_most_5_percent_for_exchangeable_launches(row):
    runs = QUICK if row.table != "until" else 4000
    found = figures(row, runs)
    assert found.alarms <= 0.05 + luck(0.05, runs)
    assert found.claims <= 0.02


@pytest.mark.parametrize(
    ("name", "claims", "rounds"),
    [("0.73, 1%", 0.999, 2.2), ("0.73, 4%", 0.99, 3.1), ("0.9, 1%", 0.97, 3.3)],
)
def test_what_differs_is_found_soon(name, claims, rounds):
    found = figures(row("power", name), QUICK)
    assert found.claims >= claims
    assert found.rounds <= rounds
    assert found.wrong == 0


def test_equal_arms_on_a_quiet_machine_are_within_noise():
    found = figures(row("power", "1, 1%"), QUICK)
    assert found.within >= 0.88
    assert found.rounds <= 3.6


@pytest.mark.parametrize("r", [r for r in ROWS if r.table == "power"], ids=lambda r: r.name)
def test_hardly_any_word_is_wrong(r):
    assert figures(r, 4000).wrong <= 0.005


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
        return figures(row("difficult", f"second of a round 10% later, {order}"), QUICK).alarms

    assert alarms("order randomised") <= 0.05
    assert alarms("baseline always first") > 0.5


def test_orders_are_balanced_over_every_two_rounds():
    second = contender_second(np.random.default_rng(0), 50, 7)
    assert second.shape == (50, 7)
    assert (second[:, 0:6:2] != second[:, 1:6:2]).all()


def test_the_simulated_rule_is_the_one_in_use():
    world = next(iter(EXCHANGEABLE.values()))
    end = looked_at(world, 0.03, 0.85)(np.random.default_rng(7), 60)
    arms = world(np.random.default_rng(7), 60, MOST_LOOKS, 0.03)
    rule = Rule(stopping="firm", by_launch=True)
    for k, (baseline, contender) in enumerate(zip(*arms, strict=True)):
        pairs = [
            Pair(n, Outcome(math.exp(b)), Outcome(math.exp(c + math.log(0.85))))
            for n, (b, c) in enumerate(zip(baseline, contender, strict=True), 1)
        ]
        used = judge(pairs[: int(end.rounds[k])], METRICS["e2e_p99"], rule)
        assert used.n == end.rounds[k]
        assert used.ratio is not None
        assert math.log(used.ratio) == pytest.approx(end.means[k, 0])
        assert math.log(used.high / used.ratio) == pytest.approx(end.widths[k, 0])
        assert used.firm == bool(end.claims[k, 0] or end.within[k, 0])


# --- the document ---------------------------------------------------------------------------------


def block(name: str) -> list[str]:
    """The table in the document between its markers, markers included."""
    pattern = rf"<!-- {re.escape(name)} -->\n.*?<!-- end -->"
    found = re.findall(pattern, DOCUMENT.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len(found) == 1
    return str(found[0]).splitlines()


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_document_has_every_row_and_column(name):
    printed = table(name, runs=50).splitlines()
    stored = block(f"simulation {name}: {RUNS} runs, seed {SEED}")
    assert stored[1:3] == printed[1:3]
    assert [text.split("|")[1] for text in stored[3:-1]] == [
        text.split("|")[1] for text in printed[3:-1]
    ]
    columns = len(LAYOUTS[name].columns)
    for text in stored[3:-1]:
        assert re.fullmatch(rf"\|[^|]+\| [\d.]+ \|( (\d+(\.\d)?|–) \|){{{columns}}}", text)


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
    for here, there in zip(theirs[2:-1], mine[2:-1], strict=True):
        rate = min(max(float(here) / 100, 0.002), 0.998)
        assert abs(float(here) - float(there)) <= 100 * luck(rate, runs) + 0.1


def test_the_documents_rounds_are_those_of_the_code():
    assert block("rounds") == rounds_table().splitlines()


def test_the_document_quotes_the_thresholds_of_the_code():
    text = DOCUMENT.read_text(encoding="utf-8")
    assert f"1/{THRESHOLD:g} and {THRESHOLD:g}" in text
    for said in (f"scatter by less than {FLOOR:.0%}", f"clear {FIRST_CLAIM:g}"):
        assert said in text
    assert f"{', '.join(f'{5 * share:g}%' for share in LOOKS.values())}" in text
    assert f"never below {LEAST_THRESHOLD:g}" in text


def test_main_prints_all_tables(capsys, monkeypatch):
    monkeypatch.setattr(simulate, "table", lambda name: f"table {name}")
    simulate.main()
    printed = capsys.readouterr().out
    assert "<!-- rounds -->" in printed
    assert [name for name in LAYOUTS if f"table {name}" in printed] == list(LAYOUTS)
