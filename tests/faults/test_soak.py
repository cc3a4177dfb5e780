"""``sparkbench soak``, short: sampled, tested, stored and shown."""

from __future__ import annotations

import json

import pytest

from bench.cli._main import run as sparkbench
from bench.experiments.soak.document import soak_parts
from bench.run import Run

pytestmark = pytest.mark.slow


def test_a_short_soak_of_the_null_engine_ends_in_a_table(tmp_path, capsys):
    out = tmp_path / "run"
    words = f"soak null --for 8s --trigger 200ms --cores 1 --warmup 500ms --quiet --out {out}"
    code = sparkbench(words.split())
    assert code in (0, 4), "4: another program disturbed it"
    shown = capsys.readouterr().out
    assert shown.startswith("What drifts in long trials of null?")
    assert "faster" not in shown
    assert "What drifted" in shown
    assert "batch time" in shown
    run = Run.load(out)
    (result,) = run.results
    assert result.soak is not None
    assert len(result.soak.samples) >= 6
    assert all((one.rss_bytes or 0) > 0 for one in result.soak.samples)
    assert {one.name for one in result.soak.drifts} == {"batch time", "memory of all processes"}
    assert len(soak_parts(run)) == 4
    assert json.loads((out / "run.json").read_text())["plan"]["settings"]["soak"] is True


def test_a_dry_run_says_how_long_it_will_take(capsys):
    assert sparkbench(["soak", "null", "--for", "2h", "--dry-run"]) == 0
    assert "about 2 h" in capsys.readouterr().out
