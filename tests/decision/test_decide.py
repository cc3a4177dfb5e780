"""From a run to an answer, and what is said of it."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bench.decision import (
    Target,
    decide,
    decision_data,
    decision_markdown,
    decision_parts,
    decision_view,
)
from bench.document.terminal import print_parts
from tests.decision.made import measured, rounds, trial

TARGET = Target(1000, 2.0)


def one(run, target=TARGET, **more):
    (decision,) = decide(run, target, **more)
    return decision


def text_of(decision):
    out = io.StringIO()
    print_parts(decision_parts(decision_view(decision)), Console(width=2000, file=out))
    return out.getvalue()


def test_what_runs_today_meets_it():
    decision = one(measured(rounds("dstream", 1000, 1.5), rounds("structured", 1000, 1.0)))
    assert decision.answer == "stay"
    assert decision.met
    assert not decision.estimate
    assert decision.chosen is decision.in_use
    said = decision_view(decision).sentence
    assert said.startswith("Stay with dstream: it holds 1,000 records/s with a p99 of 1.51 s (")
    assert said.endswith("where 2.00 s are allowed.")


def test_it_misses_and_another_engine_meets_it():
    decision = one(measured(rounds("dstream", 1000, 3.0), rounds("structured", 1000, 1.0)))
    assert decision.answer == "migrate"
    assert not decision.met
    assert decision.chosen.arm == "structured"
    view = decision_view(decision)
    assert view.sentence.startswith("Migrate to structured: dstream holds 1,000 records/s, but")
    assert any(step.command == "sparkbench verify" for step in view.next_steps)


def test_real_time_mode_is_advised_where_micro_batches_do_not_do_and_with_what_it_costs():
    live = rounds("structured:mode=realtime", 1000, 0.2)
    dstream, batches = rounds("dstream", 1000, 3.0), rounds("structured", 1000, 1.0)
    said = decision_view(one(measured(dstream, batches, live))).sentence
    assert said.startswith("Migrate to structured: ")
    decision = one(measured(dstream, batches, live), Target(1000, 0.5))
    assert (decision.answer, decision.chosen.arm) == ("migrate", "structured:mode=realtime")
    said = decision_view(decision).sentence
    assert said.startswith("Migrate, in real-time mode, to structured:mode=realtime: ")
    assert "holds a task slot for each partition" in said
    # The experimental mode only where nothing else does.
    elder = rounds("structured:mode=continuous", 1000, 0.05)
    assert one(measured(dstream, elder, live), Target(1000, 0.5)).chosen.arm == decision.chosen.arm
    said = decision_view(one(measured(dstream, elder, live), Target(1000, 0.1))).sentence
    assert said.startswith("Migrate, in continuous mode, to structured:mode=continuous: ")
    assert "experimental" in said
    # Where it runs today there is nothing to say of what it costs.
    staying = one(measured(live), Target(1000, 0.5))
    assert "task slot" not in decision_view(staying).sentence


def test_another_guarantee_is_said():
    better = rounds("structured", 1000, 1.0, guarantee="logs")
    decision = one(measured(rounds("dstream", 1000, 3.0), better))
    assert any("guarantee none" in line and "logs" in line for line in _open(decision))


def test_an_estimate_does_not_migrate():
    quick = measured(
        rounds("dstream", 1000, 4.0, n=3), rounds("structured", 1000, 1.0, n=3), estimate=True
    )
    decision = one(quick)
    assert (decision.answer, decision.ground) == ("measure more", "other meets by estimate")
    staying = one(measured(rounds("dstream", 1000, 1.0, n=1)))
    assert (staying.answer, staying.estimate) == ("stay", True)
    assert "An estimate" in decision_view(staying).sentence


def test_a_variant_of_the_same_engine_comes_before_another_engine():
    run = measured(
        rounds("dstream", 1000, 3.0),
        rounds("dstream:path=jvm", 1000, 1.0),
        rounds("structured", 1000, 1.0),
    )
    decision = one(run)
    assert decision.answer == "tune first"
    assert decision.chosen.arm == "dstream:path=jvm"


def test_nothing_meets_it_and_what_is_left_to_try_is_named():
    run = measured(rounds("dstream", 1000, 3.0), rounds("structured", 1000, 2.9))
    view = decision_view(one(run))
    assert view.answer == "tune first"
    tried = " ".join(str(step) for step in view.next_steps)
    assert "a trigger shorter than 1 s" in tried
    assert "2 of the 4 cores" in tried
    assert "dstream:path=jvm" in tried


def test_any_setting_of_the_arm_in_use_may_stay_unless_today_is_named():
    run = measured(
        rounds("dstream", 1000, 3.0, trigger=1.0), rounds("dstream", 1000, 1.0, trigger=0.5)
    )
    free = one(run)
    assert free.answer == "stay"
    assert dict(free.chosen.series.setting)["trigger_s"] == 0.5
    assert "dstream (trigger 500 ms)" in decision_view(free).sentence
    fixed = one(run, today={"trigger_s": 1.0})
    assert fixed.answer == "tune first"
    assert not fixed.met
    assert "without leaving dstream" in decision_view(fixed).sentence
    with pytest.raises(ValueError, match="was not measured at trigger_s=9"):
        decide(run, TARGET, {"trigger_s": 9.0})
    with pytest.raises(ValueError, match="at no setting of executors"):
        decide(run, TARGET, {"executors": 2})


def test_the_cheapest_setting_that_meets_it_is_chosen():
    run = measured(rounds("dstream", 1000, 0.5, cores=4), rounds("dstream", 1000, 1.0, cores=1))
    assert one(run).chosen.series.cores == 1


def test_firm_evidence_goes_before_thrift_and_the_nearest_miss_is_told():
    run = measured(
        rounds("dstream", 1000, 0.5, cores=4), rounds("dstream", 1000, 1.0, cores=1, n=1)
    )
    assert one(run).chosen.series.cores == 4
    late = measured(rounds("dstream", 1000, 5.0, cores=1), rounds("dstream", 1000, 3.0, cores=2))
    assert one(late).in_use.series.cores == 2


def test_every_kind_of_work_has_its_own_answer():
    run = measured(
        rounds("dstream", 1000, 1.0, cell={"job": "echo"}),
        rounds("dstream", 1000, 9.0, cell={"job": "wordcount"}),
    )
    echo, count = decide(run, TARGET)
    assert (echo.answer, count.answer) == ("stay", "tune first")
    assert "job wordcount" in decision_view(count).question


def test_an_arm_in_use_without_a_trial_is_unknown():
    decision = one(measured(rounds("structured", 1000, 1.0), arms=["dstream", "structured"]))
    assert decision.answer == "measure more"
    assert "dstream was not measured" in decision_view(decision).sentence


def test_a_run_without_a_trial_has_no_decision():
    assert decide(measured(arms=["dstream"]), TARGET) == []


@pytest.mark.parametrize(
    ("rate", "answer", "said", "not_measured"),
    [
        (1500, "stay", "(interpolated: a p99 of about", "1,500 records/s: read between"),
        (500, "stay", "500 records/s were not measured", "500 records/s: taken to be no harder"),
        (9000, "measure more", "no rate as high as 9,000", "9,000 records/s: dstream."),
        (3000, "measure more", "3,000 records/s lie between", "3,000 records/s: dstream."),
    ],
)
def test_what_was_not_measured_is_said(rate, answer, said, not_measured):
    run = measured(
        rounds("dstream", 1000, 1.0), rounds("dstream", 2000, 1.2), rounds("dstream", 4000, 3.0)
    )
    if rate == 9000:
        run = measured(rounds("dstream", 1000, 1.0), rounds("dstream", 2000, 1.2))
    decision = one(run, Target(rate, 2.0))
    assert decision.answer == answer
    view = decision_view(decision)
    assert said in view.sentence
    assert any(line.startswith(not_measured) for line in view.not_measured)


def test_the_next_command_measures_the_very_thing():
    axes = {"trigger_s": [0.5], "cores": [2], "rate_per_s": [1000.0], "conf.spark.x": ["1", "2"]}
    plan = {"arms": [], "axes": axes, "settings": {}}
    run = measured(rounds("dstream", 1000, 2.0), rounds("structured", 1000, 2.0), plan=plan)
    (step,) = decision_view(one(run, Target(1000, 2.0))).next_steps
    assert step.command == (
        "sparkbench compare dstream structured --trigger 500ms --cores 2 --conf spark.x=1 "
        "--conf spark.x=2 --rate 1000 --rounds 24"
    )


def test_there_are_prices_only_with_a_price():
    run = measured(rounds("dstream", 20_000, 1.0, cpu=100.0))
    free = decision_view(one(run, Target(20_000, 2.0))).costs
    assert free.heading == ("arm", "CPU s/million", "cores")
    priced = decision_view(one(run, Target(20_000, 2.0, 0.05))).costs
    row = dict(zip(priced.heading, priced.rows[0], strict=True))
    assert row["CPU s/million"] == "100"
    assert row["cores"] == "2 of 2"
    assert (row["CPU/hour"], row["CPU/million"], row["cores/hour"]) == ("0.1", "0.00139", "0.1")


def test_all_forms_hold_the_answer_and_the_evidence():
    run = measured(
        rounds("dstream", 1000, None, status="saturated", reasons=["it grows | fast"]),
        rounds("structured", 1000, 1.0),
    )
    decision = one(run, Target(1000, 2.0, 0.1))
    view = decision_view(decision)
    for form in (text_of(decision), decision_markdown(decision).replace("\\", "")):
        assert view.sentence in form
        assert "saturated in 6 of 6 trials (it grows | fast)" in form
        for line in (*view.reasons, *view.not_measured):
            assert line in form
        for number in run.results[0].trial.number, run.results[-1].trial.number:
            assert str(number) in form
    assert "it grows \\| fast" in decision_markdown(decision)
    data = json.loads(json.dumps(decision_data(decision), allow_nan=False))
    assert (data["answer"], data["met"], data["chosen"]["arm"]) == ("migrate", False, "structured")
    (bad, good) = data["standings"]
    assert bad["evidence"][0]["statuses"] == {"saturated": 6}
    assert good["cost"]["reserved_per_hour"] == pytest.approx(0.2)


def _open(decision):
    return decision_view(decision).not_measured


kinds = st.sampled_from(
    ["ok fast", "ok slow", "saturated", "unsettled", "failed", "invalid", "unsupported"]
)
points = st.lists(
    st.tuples(
        st.sampled_from(["dstream", "dstream:path=jvm", "structured"]),
        st.sampled_from([500.0, 1000.0, 2000.0]),
        st.sampled_from([0.5, 1.0]),
        kinds,
        st.integers(1, 5),
    ),
    min_size=1,
    max_size=8,
)


@given(points, st.sampled_from([250.0, 1000.0, 1500.0, 8000.0]), st.booleans())
def test_whatever_was_measured_there_is_an_answer_in_every_form(found, rate, quick):
    results = []
    for arm, at, trigger, kind, n in found:
        status, _, how = kind.partition(" ")
        p99 = {"fast": 0.5, "slow": 5.0}.get(how, 1.0)
        results += [
            trial(arm, at, p99, status=status, trigger=trigger, round_number=i) for i in range(n)
        ]
    run = measured(results, arms=["dstream", "dstream:path=jvm", "structured"], estimate=quick)
    (decision,) = decide(run, Target(rate, 2.0, 0.1))
    assert decision.met == (decision.answer == "stay")
    assert json.dumps(decision_data(decision), allow_nan=False)
    assert decision_view(decision).sentence in text_of(decision)
    assert decision_markdown(decision)
    if decision.answer == "migrate":
        assert decision.chosen.series.engine != "dstream"
        assert decision.chosen.firm
    if decision.answer == "measure more":
        assert decision_view(decision).next_steps
