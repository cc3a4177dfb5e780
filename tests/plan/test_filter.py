"""--filter: a part of a plan."""

from __future__ import annotations

import pytest

from bench.errors import UsageError
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.plan.filter import apply_filters

AROUND = Surroundings(cores=2)
BURST = "burst:factor=10,at=15s,for=2s"
PLAN = build_plan(
    ["dstream", "structured", "structured:path=python,conf.a=1"],
    around=AROUND,
    axes={"trigger": ["500ms,1s,5s"], "cores": ["1,2"], "arrivals": ["constant", BURST]},
)


def part(*texts, plan=PLAN):
    return apply_filters(plan, texts, AROUND, "--filter")


@pytest.mark.parametrize(
    ("texts", "arms", "cells"),
    [
        ((), 3, 12),
        (("arm=structured",), 2, 12),
        (("arm=structured:*",), 1, 12),
        (("arm=structured:path=python,conf.a=1",), 1, 12),
        (("arm=dstream,arm=structured:*",), 2, 12),
        (("trigger=1s",), 3, 4),
        (("trigger=1000ms,cores=2",), 3, 2),
        (("trigger=1s, trigger=5s",), 3, 8),
        (("trigger=1s", "trigger=5s", "cores=1"), 3, 4),
        ((f"arrivals={BURST},trigger=1s",), 3, 2),
        (("arm=dstream,trigger=1s,cores=2,arrivals=constant",), 1, 1),
    ],
)
def test_what_matches_every_key_is_kept(texts, arms, cells):
    found = part(*texts)
    assert (len(found.arms), len(found.points)) == (arms, cells)
    assert [arm for arm in PLAN.arms if arm in found.arms] == list(found.arms)
    for key, values in found.axes.items():
        assert set(values) <= set(PLAN.axes[key])


def test_order_and_baseline_stay():
    assert part("arm=structured,arm=dstream").arms[0].engine == "dstream"
    assert part("trigger=5s,trigger=500ms").axes["trigger_s"] == (0.5, 5.0)


def test_settings_follow_what_is_left():
    assert part("trigger=1s").settings == build_plan(around=AROUND).settings
    precise = build_plan(around=AROUND, axes={"cores": ["1,2"]}, until="5%")
    assert (precise.settings.rounds, part("cores=1", plan=precise).settings.rounds) == (7, 6)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("trigger", "--filter: 'trigger' is not KEY=VALUE"),
        ("trigger=", "--filter: 'trigger=' is not KEY=VALUE"),
        ("triger=1s", "did you mean 'trigger'"),
        ("trigger=x", "--filter: trigger: 'x' is not a duration"),
        ("trigger=2s", "no cell has trigger 2s; the plan has trigger 500ms, 1s, 5s"),
        ("conf.b=1", "no cell has conf.b 1; the plan has conf.b no value"),
        ("arm=null", "--filter: unknown arm 'null' (known: dstream, structured, "),
    ],
)
def test_what_matches_nothing_is_refused(text, words):
    with pytest.raises(UsageError) as caught:
        part(text)
    assert words in str(caught.value)


def test_a_single_arm_has_no_precision_to_reach():
    precise = build_plan(around=AROUND, until="5%")
    with pytest.raises(UsageError, match="--filter: one arm has nothing to be compared with"):
        part("arm=dstream", plan=precise)
