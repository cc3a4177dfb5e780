"""Plans: cells, trials, hash, what is refused."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.errors import UsageError
from bench.plan import estimate
from bench.plan.arms import again, parse_arm
from bench.plan.axes import Surroundings
from bench.plan.build import ALONE_ROUNDS, FAULT_ROUNDS, build_plan
from bench.plan.cells import cell_key, describe
from bench.plan.plan import Plan, default_tail_s
from bench.plan.spec import LAUNCHES, LOG_RATIOS, Settings, TrialSpec
from bench.plan.windows import MIN_WINDOW_TRIGGERS, output_s, window_s
from bench.stats.launches import MOST_LOOKS

AROUND = Surroundings(cores=2, jobs=("echo", "count"))


def plan(*arms, axes=None, **options):
    return build_plan(arms, around=AROUND, axes=axes or {}, **options)


def test_defaults_compare_both_apis_with_all_cores():
    made = plan()
    assert [arm.text for arm in made.arms] == ["dstream", "structured"]
    assert made.cells == [{"trigger_s": 1.0, "cores": 2, "rate_per_s": 1000.0}]
    assert made.settings == replace(
        Settings(), prelude_batches=20, rule=LAUNCHES, rounds=MOST_LOOKS, firm=True
    )
    assert len(made.trials()) == 2 * MOST_LOOKS


@pytest.mark.parametrize(
    ("arms", "options", "rounds", "firm"),
    [
        (("dstream", "structured"), {}, MOST_LOOKS, True),
        (("dstream", "structured"), {"quick": True}, MOST_LOOKS, True),
        (("dstream", "structured"), {"rounds": "2"}, 2, False),
        (("dstream", "structured"), {"rounds": str(MOST_LOOKS)}, MOST_LOOKS, False),
        (("dstream",), {}, ALONE_ROUNDS, False),
        (("dstream", "structured"), {"until": "5%"}, 6, False),
        (
            ("dstream", "structured"),
            {"axes": {"fault": ["none", "stall:at=20s,for=3s"]}},
            FAULT_ROUNDS,
            False,
        ),
    ],
)
def test_only_a_comparison_that_asks_for_no_number_stops_when_it_is_firm(
    arms, options, rounds, firm
):
    settings = plan(*arms, **options).settings
    assert (settings.rounds, settings.firm, settings.rule) == (rounds, firm, LAUNCHES)


def test_a_plan_without_a_rule_is_one_of_before():
    stored = replace(plan(), settings=Settings()).to_dict()
    assert not {"rule", "firm"} & stored["settings"].keys()
    assert Plan.from_dict(stored).settings.rule == LOG_RATIOS
    back = Plan.from_dict(json.loads(json.dumps(plan().to_dict())))
    assert (back.settings.rule, back.settings.firm) == (LAUNCHES, True)


def test_axes_multiply_and_only_those_in_use_name_a_cell():
    made = plan(
        axes={
            "trigger": ["500ms,1s"],
            "cores": ["1,2"],
            "job": ["echo"],
            "sink": ["drain,console"],
        },
        conf=["a=1", "b=1", "b=2"],
    )
    assert len(made.cells) == 16
    assert made.cells[0] == {
        "trigger_s": 0.5,
        "cores": 1,
        "rate_per_s": 1000.0,
        "sink": "drain",
        "conf.b": "1",
    }
    assert len({cell_key(cell) for cell in made.cells}) == 16
    assert describe(made.cells[0]) == "trigger 500ms, cores 1, rate 1000, sink drain, conf.b 1"
    assert all(spec.conf["a"] == "1" for spec in made.trials())


def test_both_arms_of_a_cell_and_round_meet_the_same_load():
    made = plan(axes={"trigger": ["500ms,1s"]}, rounds="3")
    seeds = {}
    for spec in made.trials():
        seeds.setdefault((spec.round, cell_key(spec.cell)), set()).add(spec.seed)
    assert len(seeds) == 6
    assert all(len(seen) == 1 for seen in seeds.values())
    assert len({seed for seen in seeds.values() for seed in seen}) == 6


def test_numbers_and_slots_follow_the_order():
    made = plan(axes={"trigger": ["500ms,1s"]}, rounds="3")
    trials = made.trials()
    assert [spec.number for spec in trials] == list(range(1, 13))
    assert [spec.slot for spec in trials] == [0, 1, 2, 3] * 3
    assert [spec.round for spec in trials] == [1] * 4 + [2] * 4 + [3] * 4
    assert {spec.attempt for spec in trials} == {1}


def test_an_arm_that_pins_an_axis_keeps_to_it_in_every_cell():
    made = plan("dstream", "structured:trigger=2s,conf.a=9", axes={"trigger": ["1s"]}, conf=["a=1"])
    specs = {spec.arm.engine: spec for spec in made.round_trials(1)}
    assert (specs["dstream"].trigger_s, specs["dstream"].conf) == (1.0, {"a": "1"})
    assert (specs["structured"].trigger_s, specs["structured"].conf) == (2.0, {"a": "9"})
    assert specs["dstream"].cell == specs["structured"].cell


def test_more_rounds_do_not_change_the_ones_before():
    few, many = plan(rounds="2"), plan(rounds="9")
    assert few.trials() == many.trials()[: len(few.trials())]


@given(
    st.lists(st.integers(1, 10**5), min_size=1, max_size=3, unique=True),
    st.lists(st.integers(1, 10**6), min_size=1, max_size=3, unique=True),
    st.integers(1, 4),
    st.integers(0, 2**60),
)
def test_plans_survive_json_with_their_hash(triggers, rates, rounds, seed):
    made = plan(
        axes={
            "trigger": [",".join(f"{ms}ms" for ms in triggers)],
            "rate": [",".join(map(str, rates))],
        },
        rounds=str(rounds),
        seed=str(seed),
    )
    back = Plan.from_dict(json.loads(json.dumps(made.to_dict())))
    assert back == made
    assert back.plan_hash == made.plan_hash
    assert back.trials() == made.trials()
    for spec in made.round_trials(1):
        assert TrialSpec.from_dict(json.loads(json.dumps(spec.to_dict()))) == spec


def test_the_hash_tells_plans_apart_and_never_changes():
    base = plan()
    others = [
        plan("structured", "dstream"),
        plan(axes={"trigger": ["2s"]}),
        plan(seed="2"),
        plan(rounds="6"),
        plan(rounds=str(base.settings.rounds)),
        plan(conf=["a=1"]),
    ]
    assert len({made.plan_hash for made in [base, *others]}) == 7


def test_the_hash_of_a_plan_stored_before_preludes_had_a_number_is_what_it_was():
    stored = plan().to_dict()
    stored["settings"] |= {"warmup_s": 5.0, "duration_s": 30.0, "rounds": 5}
    for later in ("prelude_batches", "rule", "firm"):
        del stored["settings"][later]
    old = Plan.from_dict(json.loads(json.dumps(stored)))
    assert old.settings.prelude_batches is None, "until batch times have settled, as it ran"
    assert (old.settings.warmup_s, old.settings.duration_s) == (5.0, 30.0)
    assert old.plan_hash == "7b807c73224ac4e7292a0497a78a7fd5131f697d28e7103de7cafd837144db35"
    assert old.to_dict() == stored


def test_an_age_is_part_of_the_plan():
    made = plan(age="2m")
    assert made.settings.age_s == 120.0
    assert made.plan_hash != plan().plan_hash
    assert Plan.from_dict(json.loads(json.dumps(made.to_dict()))) == made
    with pytest.raises(UsageError, match="--age: every JVM is older than 0s"):
        plan(age="0s")


def test_a_plan_with_a_fault_has_the_time_it_takes_by_default():
    struck = plan(axes={"fault": ["none", "kill-driver:at=20s"]}).settings
    assert (struck.warmup_s, struck.duration_s) == (5.0, 30.0)
    assert plan(axes={"fault": ["kill-driver:at=20s"]}, duration="60s").settings.duration_s == 60


def test_a_runtime_at_another_path_is_the_same_plan():
    made = [
        build_plan(
            ["null", "null:runtime=old"],
            around=replace(AROUND, runtimes={"old": path, "unused": "/x"}),
        )
        for path in ("/a/python", "/b/python")
    ]
    assert made[0].settings.runtimes == (("old", "/a/python"),)
    assert made[0].plan_hash == made[1].plan_hash
    assert Plan.from_dict(json.loads(json.dumps(made[0].to_dict()))) == made[0]
    paths = {spec.arm.text: spec.python for spec in made[0].trials()}
    assert paths == {"null": "", "null:runtime=old": "/a/python"}


def test_a_plan_of_another_version_is_refused():
    with pytest.raises(UsageError, match="version 99"):
        Plan.from_dict({**plan().to_dict(), "plan_version": 99})


@given(st.integers(1, 60_000), st.floats(0.1, 600))
def test_a_window_is_whole_triggers_and_long_enough(milliseconds, duration):
    trigger = milliseconds / 1000
    window = window_s(trigger, duration)
    count = window / trigger
    assert count == pytest.approx(round(count))
    assert round(count) >= MIN_WINDOW_TRIGGERS
    assert window >= duration * (1 - 1e-6)
    assert window <= max(duration + trigger, MIN_WINDOW_TRIGGERS * trigger) * (1 + 1e-6)


def test_windows_of_round_figures():
    assert window_s(0.1, 30.0) == 30.0
    assert window_s(5.0, 30.0) == 40.0
    assert window_s(0.0, 30.0) == 30.0


def test_a_job_that_writes_once_a_window_is_measured_over_five():
    around = Surroundings(cores=2, jobs=("echo", "sliding", "tumbling"))
    axes = {"trigger": ["1s,15s"], "job": ["tumbling,sliding,echo"]}
    made = build_plan((), around=around, axes=axes, warmup="5s", duration="12s")
    found = {(s.job, s.trigger_s): (output_s(s), *made.window_of(s)) for s in made.round_trials(1)}
    assert found == {
        ("echo", 1.0): (1.0, 5.0, 17.0),
        ("echo", 15.0): (15.0, 30.0, 150.0),
        ("sliding", 1.0): (1.0, 10.0, 22.0),
        ("sliding", 15.0): (15.0, 30.0, 150.0),
        ("tumbling", 1.0): (10.0, 20.0, 70.0),
        ("tumbling", 15.0): (15.0, 30.0, 150.0),
    }


def test_the_tail_waits_for_four_of_the_longest_triggers():
    assert default_tail_s(1.0) == 20.0
    assert plan(axes={"trigger": ["1s,30s"]}).settings.tail_s == 120.0
    assert plan("dstream", "structured:trigger=10s").settings.tail_s == 40.0


def test_quick_takes_four_minutes_at_most():
    made = plan(quick=True)
    assert made.settings.estimate
    assert (made.settings.warmup_s, made.settings.duration_s) == (2.0, 8.0)
    assert made.settings.firm
    assert made.cells == [{"trigger_s": 1.0, "cores": 2, "rate_per_s": 1000.0}]
    assert estimate.run_s(made.trials(), made.settings) <= 240


def test_quick_takes_at_most_two_cores_and_what_is_said_wins():
    many = Surroundings(cores=16)
    assert build_plan(around=many, quick=True).cells[0]["cores"] == 2
    made = build_plan(
        around=many, quick=True, axes={"cores": ["*"]}, rounds="7", duration="20s", warmup="0s"
    )
    assert made.cells[0]["cores"] == 16
    assert (made.settings.rounds, made.settings.duration_s, made.settings.warmup_s) == (7, 20, 0)
    assert made.settings.estimate


def test_null_trials_are_expected_to_be_short():
    made = plan("null", "structured")
    null, spark = sorted(made.round_trials(1), key=lambda spec: spec.arm.engine)
    assert estimate.trial_s(null, made.settings) < estimate.trial_s(spark, made.settings)


@pytest.mark.parametrize(
    "arms", [("dstream", "dstream"), ("dstream", "dstream:path=python"), ("null:cores=1",) * 2]
)
def test_the_same_contender_twice_is_refused(arms):
    with pytest.raises(UsageError, match="is the same contender as"):
        plan(*arms)


def test_a_copy_made_on_purpose_is_another_contender():
    arm = parse_arm("dstream")
    made = replace(plan("dstream"), arms=(arm, again(arm, 2)))
    assert [spec.arm.text for spec in sorted(made.round_trials(1), key=lambda s: s.arm.text)] == [
        "dstream",
        "dstream#2",
    ]
    assert Plan.from_dict(made.to_dict()) == made


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"rounds": "0"}, "--rounds: '0' is too small"),
        ({"rounds": "x"}, "--rounds: 'x' is not a count"),
        ({"warmup": "-1s"}, "--warmup: '-1s' is not a duration"),
        ({"duration": "0s"}, "--duration: the measured window must be longer"),
        ({"seed": "-1"}, "--seed: "),
        ({"axes": {"payload_bytes": ["1"]}}, "--payload-bytes: payload of 1 bytes is too small"),
    ],
)
def test_settings_that_cannot_be_are_refused(options, words):
    with pytest.raises(UsageError) as caught:
        plan(**options)
    assert str(caught.value).startswith(words)


@pytest.mark.parametrize(
    "wrong", [{"rounds": 0}, {"duration_s": 0.0}, {"warmup_s": -1.0}, {"seed": -1}]
)
def test_a_plan_made_by_hand_is_checked_too(wrong):
    made = plan()
    with pytest.raises(UsageError):
        replace(made, settings=replace(made.settings, **wrong))
    with pytest.raises(UsageError, match="at least one arm"):
        replace(made, arms=())
    with pytest.raises(UsageError, match="has no value"):
        replace(made, axes={**made.axes, "trigger_s": ()})
