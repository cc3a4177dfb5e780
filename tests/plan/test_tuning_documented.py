"""docs/tuning.md says what the code does."""

from __future__ import annotations

from pathlib import Path

from bench.contract import PROFILES
from bench.contract.knobs import SINK_PREFIX, SOURCE_PREFIX
from bench.plan.axes import TEMP
from bench.plan.tune import DEFAULT_BUDGET, LEAST_CONFIRM, MOST_CONFIRM
from bench.trial.knobs import engine_dimensions
from bench.units import parse_duration

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "tuning.md").read_text("utf-8")
PLAIN = " ".join(TEXT.split())


def test_profiles_prefixes_and_defaults():
    for name in (*PROFILES, SOURCE_PREFIX, SINK_PREFIX, TEMP):
        assert f"`{name}`" in TEXT
    assert f"in {LEAST_CONFIRM} to {MOST_CONFIRM} paired rounds" in PLAIN
    assert f"({parse_duration(DEFAULT_BUDGET) / 60:.0f} minutes by default)" in PLAIN


def test_everything_that_is_searched_is_named():
    names = {"dstream": "| DStream |", "structured": "| Structured Streaming |"}
    for engine, start in names.items():
        (row,) = [line for line in TEXT.splitlines() if line.startswith(start)]
        for dimension in engine_dimensions(engine):
            words = dimension.name.replace("partitions", "").replace("code", "").split()
            assert any(word in row for word in words), (engine, dimension.name)
