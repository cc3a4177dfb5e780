"""From measured rates to a standing: measured, between, below, above, and never further."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.decision.evidence import series_of
from bench.decision.reading import FAR, read_point
from bench.decision.standing import stand
from bench.decision.target import Target, cost_of
from bench.stats.interval import minimum_rounds
from tests.decision.made import rounds, trial


def standing(results, rate=1000.0, p99=2.0, *, quick=False, price=None):
    (series,) = series_of(results, (), ["dstream"])
    readings = [read_point(point, p99, quick=quick) for point in series.points]
    return stand(series, readings, Target(rate, p99, price))


def ok(rate, p99=1.0, **more):
    return rounds("dstream", rate, p99, **more)


def bad(rate, **more):
    return rounds("dstream", rate, None, status="saturated", reasons=["the backlog grows"], **more)


@pytest.mark.parametrize(
    ("results", "rate", "word", "basis"),
    [
        (ok(1000), 1000, "meets", "measured"),
        (ok(1000, 3.0), 1000, "misses", "measured"),
        (ok(1000, 2.0), 1000, "unknown", "measured"),
        (bad(1000), 1000, "misses", "measured"),
        (ok(1000) + ok(2000), 1500, "meets", "between"),
        (ok(1000) + bad(2000), 1500, "unknown", "between"),
        (ok(1000, 3.0) + bad(2000), 1500, "misses", "between"),
        (bad(1000) + ok(2000), 1500, "unknown", "between"),
        (ok(1000), 1500, "unknown", "above"),
        (bad(1000), 1500, "misses", "above"),
        (ok(1000, 3.0), 1500, "misses", "above"),
        (ok(1000), 500, "meets", "below"),
        (bad(1000), 500, "unknown", "below"),
        (ok(500) + ok(1000) + ok(2000) + bad(4000), 1000, "meets", "measured"),
    ],
)
def test_where_an_arm_stands(results, rate, word, basis):
    found = standing(results, rate)
    assert (found.word, found.basis) == (word, basis)
    assert found.firm


def test_one_crash_in_a_round_that_was_made_again_leaves_nothing_open():
    crash = trial("dstream", 1000, status="failed", round_number=2)
    for crashes, word in (([crash], "meets"), ([crash, crash], "unknown")):
        (series,) = series_of([*ok(1000), *crashes], (), ["dstream"], replaced=True)
        readings = [read_point(point, 2.0) for point in series.points]
        assert stand(series, readings, Target(1000.0, 2.0)).word == word


@pytest.mark.parametrize("status", ["failed", "unsettled"])
def test_one_trial_that_tells_nothing_leaves_it_open(status):
    mixed = [*ok(1000), trial("dstream", 1000, status=status, round_number=7)]
    assert standing(mixed).word == "unknown"
    assert standing(mixed).evidence[0].kind == status


def test_one_trial_that_did_not_keep_up_is_enough():
    assert standing([*ok(1000), trial("dstream", 1000, status="saturated")]).word == "misses"


def test_a_disturbed_trial_is_left_out_while_there_are_few():
    few = [*ok(1000), trial("dstream", 1000, status="invalid")]
    assert standing(few).word == "meets"


@pytest.mark.parametrize(
    ("good", "lost", "word"),
    [(2, 1, "meets"), (2, 2, "meets"), (4, 4, "meets"), (2, 3, "unknown"), (1, 1, "unknown")],
)
def test_disturbed_trials_that_were_replaced_are_left_out(good, lost, word):
    mixed = [*ok(1000, n=good), *rounds("dstream", 1000, n=lost, status="invalid")]
    assert standing(mixed).word == word


def test_what_an_arm_cannot_do_it_can_do_at_no_rate():
    found = standing([trial("dstream", 1000, status="unsupported", reasons=["no slot"])], 50)
    assert found.word == "misses"
    assert found.firm


def test_a_round_above_the_target_is_no_meeting_it():
    results = [*ok(1000, 1.7), trial("dstream", 1000, 2.05, round_number=7)]
    found = standing(results)
    assert found.evidence[0].high_s < 2.0
    assert found.word == "unknown"


def test_few_rounds_have_to_be_far_from_the_target_and_are_estimates():
    assert minimum_rounds() > 2
    near, far = 2.0 / FAR * 1.01, 2.0 / FAR * 0.9
    assert standing(ok(1000, near, n=2)).word == "unknown"
    assert standing(ok(1000, far, n=1)).word == "meets"
    assert not standing(ok(1000, far, n=1)).firm
    assert standing(ok(1000, far, n=2)).firm
    assert not standing(ok(1000, far, n=2), quick=True).firm
    assert standing(ok(1000, 2.0 * FAR * 1.1, n=2)).word == "misses"
    assert standing(bad(1000, n=1)).firm is False
    assert standing(bad(1000, n=2)).firm is True


def test_from_three_rounds_on_the_interval_decides_and_few_are_an_estimate():
    (three,) = series_of(ok(1000, 1.5, n=3), (), ["dstream"])
    late = read_point(three.points[0], 1.2)
    assert (late.kind, late.firm) == ("late", False)
    assert late.low_s > 1.2
    assert read_point(three.points[0], 1.45).kind == "close"
    assert read_point(three.points[0], 0.5).firm, "far from the target"
    assert not read_point(three.points[0], 0.5, quick=True).firm
    wide = [trial("dstream", 1000, p99, round_number=n) for n, p99 in enumerate([0.2, 0.5, 1.2])]
    (series,) = series_of(wide, (), ["dstream"])
    assert read_point(series.points[0], 2.0).kind == "close", "rounds this far apart tell little"
    (six,) = series_of(ok(1000, 1.5, n=6), (), ["dstream"])
    assert read_point(six.points[0], 1.2, 6).firm


def test_rounds_that_agree_to_the_last_digit_have_no_interval():
    same = [trial("dstream", 1000, 1.9, round_number=n) for n in range(6)]
    assert standing(same).word == "unknown"
    same = [trial("dstream", 1000, 0.9, round_number=n) for n in range(6)]
    assert standing(same).word == "meets"


def test_two_rates_that_agree_are_more_than_one_trial():
    found = standing(ok(1000, n=1) + ok(2000, n=1), 1500)
    assert (found.word, found.firm) == ("meets", True)
    assert not standing(ok(1000, n=1) + ok(2000, n=1), 1500, quick=True).firm


def test_the_short_trials_of_a_search_for_capacity_give_way_to_the_fresh_ones():
    ramp = [trial("dstream", 1000, 0.5, status="saturated", purpose="ramp")]
    fresh = [trial("dstream", 1000, 0.5, purpose="fresh") for _ in range(2)]
    assert standing(ramp + fresh).word == "meets"
    assert standing(ramp + fresh).firm
    assert not standing(ramp * 2).firm


def test_full_trials_at_the_limit_confirm_the_short_ones_on_the_way_to_it():
    def ramp(rate, status="ok"):
        return [trial("dstream", rate, 0.5, status=status, purpose="ramp")]

    limit = [trial("dstream", 4000, 0.6, purpose="fresh") for _ in range(2)]
    found = standing([*ramp(1000), *ramp(2000), *limit, *ramp(8000, "saturated")], 1500)
    assert (found.word, found.firm, found.support.rate_per_s) == ("meets", True, 4000)
    assert standing([*ramp(1000), *ramp(2000), *limit], 2000).firm
    doubt = standing([*ramp(1000), *ramp(2000), *ramp(3000, "unsettled"), *limit], 1500)
    assert (doubt.word, doubt.firm) == ("meets", False)
    beyond = [trial("dstream", 4000, status="saturated", purpose="fresh") for _ in range(2)]
    lost = standing([*ramp(1000), *beyond, *ramp(8000, "saturated")], 8000)
    assert (lost.word, lost.firm, lost.support.rate_per_s) == ("misses", True, 4000)


def test_figures_between_two_rates_lie_on_the_line_and_are_said_to():
    found = standing(ok(1000, 1.0, cpu=600.0) + ok(3000, 1.4, cpu=400.0), 2000)
    assert found.interpolated
    assert found.p99_s == pytest.approx(1.2, rel=0.01)
    # 0.6 and 1.2 CPU seconds a second: 0.9 at the rate between.
    assert found.cpu_s_per_million == pytest.approx(450)
    assert found.cost.busy_cores == pytest.approx(0.9)
    assert standing(ok(1000), 500).p99_s is None, "no figure is made up below what was measured"
    assert standing(ok(1000), 500).cost is None


def test_headroom_is_what_was_measured():
    found = standing(ok(1000) + ok(2000) + ok(4000, 3.0) + bad(8000), 1000)
    assert (found.held_per_s, found.missed_per_s) == (2000, 4000)
    assert standing(ok(1000), 1000).missed_per_s is None


def test_cost():
    cost = cost_of(Target(20_000, 2.0, 0.05), cpu_s_per_million=100.0, cores=4)
    assert cost.busy_cores == pytest.approx(2.0)
    assert cost.used_per_hour == pytest.approx(0.1)
    assert cost.reserved_per_hour == pytest.approx(0.2)
    # 72 million records an hour.
    assert cost.used_per_million == pytest.approx(0.1 / 72)
    assert cost.reserved_per_million == pytest.approx(0.2 / 72)
    assert cost_of(Target(20_000, 2.0), 100.0, 4).used_per_hour is None


@pytest.mark.parametrize("field", ["rate_per_s", "p99_s", "core_hour"])
@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), float("inf")])
def test_a_target_is_of_positive_numbers(field, value):
    with pytest.raises(ValueError, match=field):
        Target(**{"rate_per_s": 1.0, "p99_s": 1.0, "core_hour": 1.0, field: value})


rates = st.lists(st.integers(1, 400).map(lambda n: n * 50.0), min_size=1, max_size=6, unique=True)


@given(rates, st.integers(1, 400).map(lambda n: n * 50.0), st.integers(0, 400), st.integers(1, 3))
def test_an_engine_with_a_limit_is_never_misjudged(measured_at, rate, limit, n):
    """Whatever was measured: the word is the truth, or that nobody knows."""
    limit_per_s = limit * 50.0 + 25.0
    results = [
        result
        for at in measured_at
        for result in (ok(at, n=n) if at < limit_per_s else bad(at, n=n))
    ]
    found = standing(results, rate)
    truth = "meets" if rate < limit_per_s else "misses"
    assert found.word in (truth, "unknown")
    if rate > max(measured_at):
        assert found.word != "meets", "nothing is promised above what was measured"
    if rate in measured_at:
        assert (found.word, found.basis) == (truth, "measured")
    else:
        assert found.basis in ("between", "below", "above")
