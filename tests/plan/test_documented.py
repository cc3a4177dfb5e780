"""docs/experiments.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from bench.experiments.compare.until import UNTIL_MOST_ROUNDS
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.plan.file import read_plan_file
from bench.plan.precision import shortfall
from bench.stats.metrics import HEADLINE, METRICS

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "experiments.md").read_text("utf-8")
AROUND = Surroundings(2)


def test_the_plan_shown_is_a_plan():
    (block,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    plan = read_plan_file(block, "plan.toml", AROUND).plan(AROUND)
    assert len(plan.points) == 3 * 2 * 2 * 2
    assert plan.settings.rounds == 6


def test_every_metric_is_in_the_table():
    rows = [
        f"| `{m.key}` | {m.label}{' (default)' if m.key == HEADLINE else ''} | {m.better} |"
        for m in METRICS.values()
    ]
    table = TEXT.split("<!-- metrics -->")[1].split("<!-- end -->")[0]
    assert table.strip().splitlines()[2:] == rows


def test_the_notes_shown_are_those_printed():
    axes = {"trigger": ["1s,2s"], "cores": ["1,2"]}
    short = shortfall(build_plan(around=AROUND, axes=axes, rounds="1"))
    assert short is not None
    assert f"note: {short}" in TEXT
    assert f"a run ends after {UNTIL_MOST_ROUNDS} rounds" in " ".join(TEXT.split())
