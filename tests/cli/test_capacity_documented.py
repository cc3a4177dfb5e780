"""docs/capacity.md and the help say what the code does."""

from __future__ import annotations

from pathlib import Path

from bench.experiments.capacity import rule as capacity_rule
from bench.experiments.capacity import search as capacity
from bench.experiments.capacity.outcome import MEANING
from bench.experiments.capacity.rates import DEFAULT_CAPACITY_ARMS
from bench.plan import capacity as plan
from bench.trial.limits import OVERLOADED_STOP_S
from bench.units import format_duration

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "capacity.md").read_text("utf-8")
FLAT = " ".join(TEXT.split())


def test_the_numbers_are_those_of_the_code():
    for words in (
        f"from `--low` ({plan.DEFAULT_LOW}/s) up",
        f"each `--precision` ({plan.DEFAULT_PRECISION:g})",
        f"`--high` ({plan.DEFAULT_HIGH}/s) held",
        f"(8 trigger intervals, {plan.RAMP_WINDOW_S:.0f} s at least)",
        f"once a batch takes {capacity_rule.BUSY_SHARE:.0%} of the interval",
        f"(`--warmup` {plan.DEFAULT_WARMUP.removesuffix('s')} s, `--duration` "
        f"{plan.DEFAULT_DURATION.removesuffix('s')} s)",
        f"{plan.DEFAULT_BUDGET_S / 60:.0f} minutes, times the trigger",
        f"two intervals more ({plan.LEAST_TAIL_S:.0f} s at least)",
        f"is given {OVERLOADED_STOP_S:.0f} s to stop",
        f"{plan.GENERATOR_SHARE:.0%} of the peak",
        "down to a 256th of `--low`",
    ):
        assert words in FLAT, words
    assert plan.LOWEST_SHARE == 1 / 256
    assert (plan.P99_TRIGGERS, plan.LEAST_P99_S, plan.TAIL_TRIGGERS) == (3, 1.0, 2)
    assert (capacity_rule.RAMP_SHARE, capacity_rule.OVERRUN) == (0.5, 1.5)
    assert capacity.PRELUDE_SHARE == 0.25


def test_every_reason_to_stop_is_explained():
    for word, meaning in MEANING.items():
        if word != "holds":
            assert meaning in FLAT, meaning
    for words in ("ceiling", "budget", "nothing held"):
        assert f"| {words} |" in TEXT


def test_there_is_a_place_for_measured_figures():
    assert TEXT.index("<!-- capacity:begin -->") < TEXT.index("<!-- capacity:end -->")


def test_the_help_quotes_the_defaults(sparkbench):
    text = " ".join(sparkbench("capacity", "--help").out.split())
    for default in (
        " ".join(DEFAULT_CAPACITY_ARMS),
        plan.DEFAULT_LOW,
        plan.DEFAULT_HIGH,
        f"{plan.DEFAULT_PRECISION:g}",
        plan.DEFAULT_DURATION,
        f"{format_duration(plan.DEFAULT_BUDGET_S)}, times the trigger in seconds above 1s",
        f"{plan.P99_TRIGGERS} trigger intervals, {plan.LEAST_P99_S:g}s at least",
    ):
        assert f"[{default}]" in text, default
