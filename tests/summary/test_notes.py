"""What is said of a run by launches: the answer, how old the JVMs were, and what it rests on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bench.experiments.compare.answer import run_answer
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.results.chunks import encode
from bench.results.schema import Ageing, Lag, Load
from bench.run import Run
from bench.summary import notes
from bench.summary.cells import summarise_cells
from tests.cli.results.made_runs import of_before
from tests.report.synthetic import make_info, make_trial
from tests.summary.test_cells import with_p99

BOTH = ("dstream", "structured")
PLAN = build_plan(BOTH, around=Surroundings(2), axes={"cores": ["2"]})


def trials(p99s, *, ages=(12.0,), after_tick_s=0.4, arms=BOTH, rounds=2):
    """So many rounds with those p99 of the arms; ages come in turns."""
    found = []
    for number in range(rounds):
        for arm, p99 in zip(arms, p99s, strict=True):
            result = with_p99(len(found) + 1, arm, number + 1, p99)
            result.jvm_age_s = ages[len(found) % len(ages)]
            result.ageing = after_tick_s and Ageing(
                after_tick_s=after_tick_s, change_s=0.0, z=0.0, batch_change_s=0.0
            )
            found.append(result)
    return found


def run_of(results, plan=PLAN, arms=BOTH, **info):
    return Run(None, make_info(arms, plan=plan.to_dict(), **info), results)


def ages_of(run):
    (summary,) = run.summaries
    return [notes.age(run, summary, comparison) for comparison in summary.comparisons]


def test_the_answer_is_a_sentence_and_what_would_undo_it():
    (answer,) = run_answer(run_of(trials((1.5, 1.1))))
    words = (
        "structured is sooner {}: its p99 is 0.73 of dstream's, between 0.67 and 0.80 "
        "(95% over up to 3 looks; 2 rounds, 4 JVMs). "
        "The JVMs were 12 s old; it falls if dstream gets 62% faster after the tick alone."
    )
    assert answer == words.format("at trigger 1 s, 2 cores, 1,000 records/s")
    assert notes.answers(run_of(trials((1.5, 1.1))), most=1) == [words.format("here")]
    assert notes.answers(run_of(trials((1.5, 1.1))), most=0) == []


@pytest.mark.parametrize(
    ("p99s", "after_tick_s", "words"),
    [
        # The bound nearest to 1 is 0.80: 1.5 s would have to be 0.25 s shorter.
        ((1.5, 1.1), 0.2, "it holds even if dstream's batches took no time."),
        ((1.1, 1.5), 0.2, "it holds even if structured's batches took no time."),
        ((1.5, 1.1), 0.4, "it falls if dstream gets 62% faster after the tick alone."),
        (
            (1.5, 1.1),
            0.8,
            "it falls if dstream gets 31% faster after the tick alone "
            "(--age 2m measures older ones).",
        ),
    ],
)
def test_by_how_much_the_later_arm_would_have_to_speed_up(p99s, after_tick_s, words):
    ((said,),) = ages_of(run_of(trials(p99s, after_tick_s=after_tick_s)))
    assert said == f"The JVMs were 12 s old; {words}"


@pytest.mark.parametrize(
    ("ages", "words"),
    [
        ((12.0,), "12 s old"),
        ((12.1, 11.9), "12 s old"),
        ((11.0, 14.0), "11 s to 14 s old"),
        ((125.0, 118.0), "118 s to 2 min old"),
        ((7300.0,), "2 h old"),
    ],
)
def test_ages_are_said_in_the_unit_in_which_people_think(ages, words):
    ((said,),) = ages_of(run_of(trials((1.5, 1.1), ages=ages)))
    assert said.startswith(f"The JVMs were {words};")


def test_without_a_claim_only_the_age_is_said():
    for p99s, rounds in (((1.0, 1.0), 3), ((1.0, 1.1), 2)):
        ((said,),) = ages_of(run_of(trials(p99s, rounds=rounds)))
        assert said == "The JVMs were 12 s old."


def test_without_ageing_only_the_age_is_said():
    ((said,),) = ages_of(run_of(trials((1.5, 1.1), after_tick_s=None)))
    assert said == "The JVMs were 12 s old."


@pytest.mark.parametrize(
    "run",
    [
        run_of(trials((1.5, 1.1), ages=(None,))),
        run_of(trials((1.5, 1.1), rounds=1)),
        run_of(trials((1.5, 1.1), rounds=6), of_before(PLAN)),
    ],
)
def test_nothing_is_said_of_what_nobody_knows_or_asked(run):
    assert ages_of(run) == [[]]


def test_each_comparison_has_its_own_later_arm():
    arms = (*BOTH, "null")
    plan = build_plan(arms, around=Surroundings(2), axes={"cores": ["2"]})
    results = trials((1.0, 2.0, 0.5), arms=arms, after_tick_s=0.3)
    slower, faster = ages_of(run_of(results, plan, arms))
    assert "structured" in slower[0]
    assert "dstream" in faster[0]


def test_a_trial_that_does_not_count_has_no_age():
    results = trials((1.5, 1.1), rounds=3)
    results[0].status, results[0].jvm_age_s = "invalid", 500.0
    ((said,),) = ages_of(run_of(results))
    assert said.startswith("The JVMs were 12 s old;")


@pytest.mark.parametrize(
    ("rounds", "info", "plan", "estimate"),
    [
        (1, {}, PLAN, True),
        (2, {}, PLAN, False),
        (2, {"estimate": True}, PLAN, False),
        (3, {"estimate": True}, of_before(PLAN), True),
        (3, {}, of_before(PLAN), False),
    ],
)
def test_only_a_run_without_a_look_is_an_estimate(rounds, info, plan, estimate):
    run = run_of(trials((1.5, 1.1), rounds=rounds), plan, **info)
    assert notes.is_estimate(run) == estimate
    assert any("is an estimate" in line for line in notes.reading(run)) == estimate


def test_how_the_ratio_is_to_be_read():
    results = trials((1.5, 1.1))
    assert "geometric means over the launches" in " ".join(notes.reading(run_of(results)))
    before = " ".join(notes.reading(run_of(results, of_before(PLAN))))
    assert "within a round, geometric mean over the rounds" in before


def summary_of(results, *, replaced):
    (cell,) = summarise_cells(results, BOTH, replaced=replaced)
    return cell


@pytest.mark.parametrize(
    ("bad", "status", "before"),
    [
        ({0: "failed"}, "ok", "failed"),
        ({0: "failed", 2: "failed"}, "failed", "failed"),
        ({0: "invalid", 2: "invalid"}, "ok", "invalid"),
        ({0: "failed", 2: "invalid"}, "ok", "failed"),
        ({0: "failed", 2: "saturated"}, "saturated", "failed"),
    ],
)
def test_what_was_replaced_leaves_an_arm_ranked(bad, status, before):
    results = trials((1.5, 1.1), rounds=4)
    for position, spoiled in bad.items():
        results[position].status = spoiled
    assert summary_of(results, replaced=True).arms[0].status == status
    assert summary_of(results, replaced=False).arms[0].status == before


def test_a_crash_that_is_all_there_is_stands():
    results = trials((1.5, 1.1), rounds=1)
    results[0].status = "failed"
    assert summary_of(results, replaced=True).arms[0].status == "failed"


LIVE = "structured:mode=realtime"


def test_with_real_time_mode_it_is_said_how_low_latency_goes_and_what_the_windows_held():
    arms = ("dstream", LIVE)
    results = [make_trial(n + 1, arms[n % 2], round_number=n // 2 + 1) for n in range(4)]
    for result in results:
        if result.trial.arm == LIVE:
            assert result.window_s is not None
            start_s, end_s = result.window_s
            result.batches = result.batches[:3]
            for batch, at in zip(
                result.batches, (start_s - 1, start_s + 4, end_s - 1), strict=True
            ):
                batch.started = at
                ends_us = [round((at + 0.1) * 1e6), round((at + 0.9) * 1e6)]
                rows = [[0, number, 1, at_us] for number, at_us in enumerate(ends_us)]
                batch.chunks = encode(np.array(rows))
    run = run_of(results, build_plan(arms, around=Surroundings(2), axes={"cores": ["2"]}), arms)
    (said,) = notes.lowest(run)
    assert said.startswith("How low latency goes here: structured:mode=realtime p50 ")
    assert said.index(LIVE) < said.index("dstream p50")
    assert said.count("466 CPU s a million records, guarantee") == 2
    assert any(
        "2 boundaries of batches in a window, each a pause of 4.20 s to 6.2" in line
        for line in notes.sides(run)
    )
    assert "continuous mode) to the return of the sink" in notes.reading(run)[0]
    plain = run_of(trials((1.5, 1.1)))
    assert notes.lowest(plain) == []
    assert not any("boundaries" in line for line in [*notes.sides(plain), *notes.reading(plain)])


def replayed(*offered):
    """Trials of a file at its own pace, with the rate that came in each window."""
    lags: Any = dict.fromkeys(("send_lag_s", "starved_s", "blocked_s"), Lag(p50=0, p99=0, max=0))
    found = trials((1.5, 1.1), rounds=len(offered))
    for n, result in enumerate(found):
        result.trial.arrivals = "replay:speed=1"
        result.trial.rate_per_s = 200 / 28_800
        result.load = Load(
            offered_per_s=offered[n // len(BOTH)],
            delivered_per_s=20.0,
            sent_records=200,
            sent_bytes=2000,
            **lags,
            t0=0.0,
            schedule={},
        )
    return run_of(found)


def test_of_a_file_with_a_gap_of_hours_the_rate_that_came_is_told():
    """100 lines, 8 h, 100 lines: 0.007 records/s on average, and a burst of 20/s that ran."""
    assert "20.0 records/s came in the windows measured" in notes.work(replayed(20.0, 20.0))
    assert "20.0 to 25.0 records/s came in" in notes.work(replayed(20.0, 25.0))
    assert "came in the windows" not in notes.work(run_of(trials((1.5, 1.1))))
