"""The search for settings against made-up systems: noise, luck, cliffs, failures, budgets."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.errors import UsageError
from bench.experiments.registry import strategy_of
from bench.experiments.tune.score import P99, WORK_RATE
from bench.experiments.tune.search import TEXTBOOK, Tune
from bench.experiments.tune.verdict import conclude
from bench.plan.plan import Plan
from bench.plan.tune import CONFIRM, LEAST_CONFIRM, SEARCH
from tests.cli.results.made_runs import of_before
from tests.experiments.tuned_systems import System, make_tune, measured, run
from tests.long import examples

STATUSES = ["ok", "ok", "ok", "unsettled", "saturated", "invalid", "failed", "unsupported"]


def conclusion(tune, results):
    return conclude(tune.state(results), tune.goal)


def test_a_real_gain_is_found_and_confirmed():
    found = 0
    for seed in range(12):
        tune = make_tune(seed=seed)
        results = run(tune, System({("a", "1"): 0.6, ("b", "2"): 1.3}, seed=seed))
        end = conclusion(tune, results)
        candidate = tune.state(results).candidate
        if end.word == "confirmed":
            assert end.verdict.ratio < 0.8
            assert tune.configs[candidate]["conf.a"] == "1"
            found += 1
    assert found >= 10


def test_luck_is_not_called_better():
    """Nothing differs; the search always finds somebody who was lucky, the fresh rounds do not."""
    confirmed, candidates = 0, 0
    for seed in range(60):
        tune = make_tune(seed=seed)
        results = run(tune, System(noise=0.10, seed=seed))
        candidates += tune.state(results).candidate is not None
        confirmed += conclusion(tune, results).word == "confirmed"
    assert candidates > 30
    # Each is confirmed by chance at most once in 40 times: the upper half of the 5%.
    assert confirmed <= 5


def test_the_judging_rounds_are_fresh_paired_and_fixed():
    tune = make_tune()
    results = run(tune, System({("a", "1"): 0.5}))
    state = tune.state(results)
    judged = {n for n, _ in state.confirmed.items()}
    searched = {n for trials in state.tried.values() for n in trials}
    assert judged
    assert not judged & searched
    assert len(judged) == state.confirm_rounds >= LEAST_CONFIRM
    for textbook, candidate in state.confirmed.values():
        assert textbook.trial.arm == tune.arms[TEXTBOOK].text
        assert candidate.trial.arm == tune.arms[state.candidate].text
        assert textbook.trial.seed == candidate.trial.seed
    first = [pair[0].trial.slot == 0 for pair in state.confirmed.values()]
    assert abs(2 * sum(first) - len(first)) <= 1


def test_what_the_search_saw_does_not_touch_the_verdict():
    tune = make_tune()
    results = run(tune, System({("a", "1"): 0.5}))
    before = conclusion(tune, results)
    candidate = tune.arms[tune.state(results).candidate].text
    rounds = tune.state(results).confirmed
    changed = [
        measured_again(result, 0.7)
        if result.trial.arm == candidate and result.trial.round not in rounds
        else result
        for result in results
    ]
    assert tune.state(changed).candidate == tune.state(results).candidate
    assert conclusion(tune, changed).verdict == before.verdict


def measured_again(result, factor):
    again = result.model_copy(deep=True)
    again.latency_s.gross.p99 *= factor
    return again


def test_nothing_better_is_a_finding():
    tune = make_tune()
    slow = {(key, value): 1.5 for key in "abc" for value in "123"}
    results = run(tune, System(slow, noise=0.01))
    state = tune.state(results)
    assert state.candidate is None
    assert conclusion(tune, results).word == "nothing"
    assert all(result.trial.round not in state.confirmed for result in results)


def test_a_search_without_a_figure_says_so():
    tune = make_tune()
    results = run(tune, System(statuses=lambda spec: "invalid"))
    end = conclusion(tune, results)
    assert (end.word, end.kept_bound) == ("nothing", None)
    assert end.reasons == ("no trial gave a figure, all were invalid",)
    assert conclusion(tune, run(tune, System({("a", "1"): 0.5}))).reasons == ()


def test_only_what_holds_where_the_arm_does_not_can_win_without_a_ratio():
    def cliff(spec):
        return "ok" if spec.conf.get("a") == "1" else "saturated"

    tune = make_tune()
    results = run(tune, System(statuses=cliff))
    end = conclusion(tune, results)
    assert (end.word, end.holds_alone, end.verdict) == ("confirmed", True, None)

    def shaky(spec):
        bad = spec.purpose == CONFIRM and spec.round % 2
        return "saturated" if cliff(spec) == "saturated" or bad else "ok"

    end = conclusion(tune, run(tune, System(statuses=shaky)))
    assert end.word == "refuted"


def test_a_bound_turns_the_goal_to_room():
    tune = make_tune(bound_s=2.0)
    results = run(tune, System({("a", "1"): 0.6}))
    end = conclusion(tune, results)
    assert end.metric == WORK_RATE
    assert (end.word, end.kept_bound) == ("confirmed", True)


def test_a_bound_that_only_the_candidate_keeps_is_judged_by_latency():
    tune = make_tune(bound_s=0.8)
    results = run(tune, System({("a", "1"): 0.5}, noise=0.02))
    end = conclusion(tune, results)
    assert end.metric is P99
    assert (end.word, end.kept_bound) == ("confirmed", True)


def test_a_winner_beyond_the_bound_is_said_to_be_so():
    tune = make_tune(bound_s=0.1)
    end = conclusion(tune, run(tune, System({("a", "1"): 0.5}, noise=0.02)))
    assert (end.word, end.kept_bound) == ("confirmed", False)
    assert "beyond the bound" in end.reasons[0]


def test_a_budget_that_runs_out_leaves_room_for_the_confirmation():
    tune = make_tune(trials=60)
    slow = System({("a", "1"): 0.5}, trial_s=2.5 * tune._expected_s)
    results = run(tune, slow)
    state = tune.state(results)
    assert state.cut
    assert len(state.confirmed) >= LEAST_CONFIRM or state.candidate is None
    spent = sum(result.trial_s for result in results)
    assert spent <= tune.search.budget_s + 2 * slow.trial_s


def test_a_budget_for_nothing_is_refused():
    with pytest.raises(UsageError, match=r"--budget: .* give \d+m or more"):
        make_tune(trials=LEAST_CONFIRM)


def test_several_arms_or_cells_are_refused():
    tune = make_tune()
    two = replace(tune.plan, arms=(*tune.plan.arms, tune.arms[1]))
    with pytest.raises(UsageError, match="one arm, not 2"):
        Tune(two)
    cells = replace(tune.plan, axes={**tune.plan.axes, "rate_per_s": (1.0, 2.0)})
    with pytest.raises(UsageError, match="one cell, not 2"):
        Tune(cells)


def test_a_stored_plan_gives_the_same_search():
    tune = make_tune(starts=({"conf.a": "1", "conf.b": "2"},), bound_s=0.5)
    back = strategy_of(Plan.from_dict(tune.plan.to_dict()))
    assert isinstance(back, Tune)
    assert back.configs == tune.configs
    assert back.configs[1] == {"conf.a": "1", "conf.b": "2"}
    assert Plan.from_dict(tune.plan.to_dict()).plan_hash == tune.plan.plan_hash
    assert run(back, System(seed=3)) == run(tune, System(seed=3))


@settings(max_examples=examples(40))
@given(st.integers(0, 10**6), st.integers(12, 60), st.floats(0.3, 3.0))
def test_whatever_happens_it_ends_and_resuming_changes_nothing(seed, trials, pace):
    noise = random.Random(seed)
    verdicts = {}

    def fate(spec):
        return verdicts.setdefault((spec.number, spec.attempt), noise.choice(STATUSES))

    tune = make_tune(trials=trials, seed=seed % 7)
    results = run(tune, System(seed=seed, statuses=fate, trial_s=pace * tune._expected_s))
    asked = [(r.trial.number, r.trial.attempt) for r in results]
    assert len(set(asked)) == len(asked)
    numbers = [r.trial.number for r in results if r.trial.attempt == 1]
    assert numbers == sorted(numbers)
    assert all(tune.belongs(result) for result in results)
    shuffled = results[:]
    noise.shuffle(shuffled)
    assert tune.next(shuffled) is None
    for cut in range(0, len(results), 5):
        spec = tune.next(results[:cut])
        assert spec is not None
        assert (spec.number, spec.attempt) == asked[cut]
        assert spec.purpose in (SEARCH, CONFIRM)
        assert tune.remaining(results[:cut])[0] == spec
    end = conclusion(tune, results)
    state = tune.state(results)
    # Read back without the attempts that did not count, it says the same.
    last = list({r.trial.number: r for r in results}.values())
    assert conclusion(tune, last) == end
    if end.word == "confirmed":
        assert all(c.status in ("ok", "invalid") for _t, c in state.confirmed.values())
        counted = [c for _t, c in state.confirmed.values() if c.status == "ok"]
        assert len(counted) >= 4


def test_an_interrupted_search_says_nothing_yet():
    tune = make_tune()
    results = run(tune, System({("a", "1"): 0.5}))
    for cut in (0, 1, len(results) // 2, len(results) - 1):
        assert conclusion(tune, results[:cut]).word == "unfinished"


def test_a_candidate_that_breaks_down_ends_the_confirmation():
    def fate(spec):
        return "saturated" if spec.purpose == CONFIRM and "a" in spec.conf else "ok"

    tune = make_tune()
    results = run(tune, System({("a", "1"): 0.5}, statuses=fate))
    state = tune.state(results)
    assert len(state.confirmed) == 1
    end = conclusion(tune, results)
    assert (end.word, end.verdict.word) == ("refuted", "unranked")


@pytest.mark.parametrize("status", ["failed", "invalid"])
def test_a_trial_that_came_to_nothing_runs_once_more(status):
    tune = make_tune()
    first = tune.next([])
    results = [measured(first, 1.0, status=status)]
    round_one = len(tune.configs)
    while len(results) < round_one:
        results.append(System()(tune.next(results)))
    again = tune.next(results)
    assert (again.number, again.attempt) == (first.number, 2)
    assert again.slot == round_one


def attempts(state):
    searched = {r.trial.attempt for trials in state.tried.values() for r in trials.values()}
    return searched, {r.trial.attempt for pair in state.confirmed.values() for r in pair}


def test_an_unsettled_trial_counts_in_the_search_and_unranks_in_the_judgement():
    def fate(spec):
        return "unsettled" if spec.attempt == 1 else "ok"

    tune = make_tune()
    results = run(tune, System({("a", "1"): 0.5}, statuses=fate))
    assert attempts(tune.state(results)) == ({1}, {1})
    end = conclusion(tune, results)
    assert end.word != "confirmed"
    assert end.verdict.word == "unranked"
    stored = Tune(of_before(tune.plan))
    results = run(stored, System({("a", "1"): 0.5}, statuses=fate))
    assert attempts(stored.state(results)) == ({1}, {2})
    assert conclusion(stored, results).word == "confirmed"


@pytest.mark.parametrize("status", ["invalid", "failed"])
def test_what_was_disturbed_or_crashed_is_tried_again_in_the_judgement(status):
    def fate(spec):
        return status if spec.attempt == 1 and spec.purpose == CONFIRM else "ok"

    tune = make_tune()
    results = run(tune, System({("a", "1"): 0.5}, statuses=fate))
    assert attempts(tune.state(results)) == ({1}, {2})
    assert conclusion(tune, results).word == "confirmed"
