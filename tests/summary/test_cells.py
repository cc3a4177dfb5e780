"""Cell summaries: medians over trials, ratios within rounds, and what is not ranked."""

from __future__ import annotations

import math
from itertools import pairwise
from statistics import median

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.document.text import axis_order, cell_order
from bench.plan.axes import AXES
from bench.results.schema import STATUSES, Check, Latency, Quantiles
from bench.stats.outcome import is_at_limit
from bench.stats.verdict import Verdict
from bench.summary.cells import FEW_ROUNDS, arm_order, log_ratios, summarise_cells, worst
from tests.report.synthetic import make_results, make_trial

#: On a busy machine time says nothing about these.
relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def with_p99(number, arm, round_number, p99, **more):
    """A trial without batches whose p99 is given."""
    result = make_trial(number, arm, round_number=round_number, status="unsupported", **more)
    spread = Quantiles(n=1000, p50=p99 / 2, p90=p99, p95=p99, p99=p99, max=p99, mean=p99)
    return result.model_copy(
        update={"status": "ok", "latency_s": Latency(gross=spread, net=spread)}
    )


def pair(ratios, base=1.0):
    """Both arms over as many rounds as there are ratios; the baseline drifts between rounds."""
    results = []
    for n, ratio in enumerate(ratios):
        drift = base * 3**n
        results.append(with_p99(2 * n + 1, "dstream", n + 1, drift))
        results.append(with_p99(2 * n + 2, "structured", n + 1, drift * ratio))
    return results


def test_the_ratio_is_the_geometric_mean_of_the_ratios_within_rounds():
    (cell,) = summarise_cells(pair([0.5, 2.0, 4.0]))
    (comparison,) = cell.comparisons
    assert comparison.ratio == pytest.approx(4 ** (1 / 3))
    assert comparison.rounds == 3
    assert [math.exp(x) for x in comparison.log_ratios] == pytest.approx([0.5, 2.0, 4.0])


@relaxed
@given(
    st.lists(st.floats(0.01, 100), min_size=1, max_size=8),
    st.floats(0.001, 1000),
)
def test_ratio_properties(ratios, scale):
    results = pair(ratios, base=scale)
    (cell,) = summarise_cells(results)
    ratio = cell.comparisons[0].ratio
    assert ratio is not None
    assert min(ratios) * (1 - 1e-9) <= ratio <= max(ratios) * (1 + 1e-9)
    # Swapping the baseline inverts it; a mean of plain ratios would not.
    (swapped,) = summarise_cells(results, ["structured", "dstream"])
    assert swapped.comparisons[0].ratio == pytest.approx(1 / ratio)


def test_only_rounds_with_both_sides_count():
    results = pair([2.0, 2.0, 8.0])
    baseline, contender = results[::2], results[1::2]
    assert log_ratios(contender, baseline[:2]) == pytest.approx([math.log(2)] * 2)
    assert log_ratios(contender[2:], baseline) == pytest.approx([math.log(8)])
    assert log_ratios(contender[2:], baseline[:2]) == ()


def test_figures_are_medians_of_trials():
    results = make_results(triggers=[1.0], cores=[2], rounds=3)
    (cell,) = summarise_cells(results)
    for arm in cell.arms:
        trials = [r for r in results if r.trial.arm == arm.arm]
        latencies = [r.latency_s for r in trials if r.latency_s is not None]
        assert arm.figures.p99_s == median(latency.gross.p99 for latency in latencies)
        assert arm.figures.net_p99_s == median(latency.net.p99 for latency in latencies)
        times = [r.batch_s.p50 for r in trials if r.batch_s is not None]
        assert arm.figures.batch_p50_s == median(times)
        throughputs = [r.throughput_per_s for r in trials if r.throughput_per_s is not None]
        assert arm.figures.throughput_per_s == median(throughputs)
        assert len(latencies) == len(times) == len(throughputs) == 3
        assert (arm.rounds, arm.rounds_ok) == (3, 3)


@pytest.mark.parametrize("status", [s for s in STATUSES if s != "ok"])
@pytest.mark.parametrize("bad_arm", ["dstream", "structured"])
def test_a_cell_that_is_not_ok_on_both_sides_has_no_ratio(status, bad_arm):
    results = pair([2.0, 2.0])
    spoiled = next(r for r in results if r.trial.arm == bad_arm)
    spoiled.status, spoiled.reasons = status, ["told"]
    (cell,) = summarise_cells(results)
    (comparison,) = cell.comparisons
    assert comparison.ratio is None
    assert not comparison.estimate
    other = "structured" if bad_arm == "dstream" else "dstream"
    holds = f", where {other} keeps up" if status == "saturated" else ""
    assert comparison.reason == f"{bad_arm} is {status}{holds}"
    sides = {arm.arm: arm for arm in cell.arms}
    assert sides[bad_arm].status == status
    assert sides[bad_arm].reasons == ("told",)
    assert not sides[bad_arm].ranked
    assert sides[bad_arm].rounds_ok == 1


def near_limit(trial, low=-0.02, high=0.02, also=()):
    """The trial as one whose backlog's slope is not told from 1% of the rate."""
    rate = trial.load.offered_per_s
    slope = {"slope_low_per_s": low * rate, "slope_high_per_s": high * rate}
    missed = [("backlog_slope", high), *((name, 1.0) for name in also)]
    trial.checks = [
        Check(name=name, value=value, threshold=0.01, passed=False, message="told")
        for name, value in missed
    ]
    trial.status, trial.reasons = "unsettled", ["told"]
    trial.backlog = trial.backlog.model_copy(update=slope)
    return trial


@pytest.mark.parametrize(
    ("changes", "at_limit"),
    [
        ({}, True),
        ({"low": 0.011}, False),  # it grows
        ({"high": 0.001}, False),  # the slope holds, something else does not
        ({"also": ("measured_batches",)}, False),
        ({"also": ("warmup_settled",)}, False),
        ({"also": ("phases",)}, True),  # a note
    ],
)
def test_an_arm_is_at_its_limit_where_nothing_but_its_slope_is_open(changes, at_limit):
    trials = [make_trial(1, "dstream"), make_trial(2, "structured")]
    near_limit(trials[0], **changes)
    assert is_at_limit(trials[0]) is at_limit
    (cell,) = summarise_cells(trials, replaced=True)
    later = cell.arms[0]
    assert (later.status, later.at_limit, later.ranked) == ("unsettled", at_limit, at_limit)
    assert cell.comparisons[0].rounds == at_limit
    # Runs of an older rule know of no such thing.
    (cell,) = summarise_cells(trials)
    assert not cell.arms[0].ranked
    assert cell.comparisons[0].rounds == 0


@relaxed
@given(st.lists(st.sampled_from(STATUSES)))
def test_the_status_of_a_cell_is_the_worst_of_its_trials(statuses):
    found = worst(statuses)
    assert (found is None) == (not statuses)
    if found is not None:
        assert all(STATUSES.index(found) <= STATUSES.index(status) for status in statuses)


def test_an_arm_that_has_not_run_yet_is_said_so():
    (cell,) = summarise_cells([make_trial(1, "structured")], ["dstream", "structured"])
    assert [arm.status for arm in cell.arms] == [None, "ok"]
    assert cell.comparisons[0].reason == "dstream is not run yet"


def test_estimates_are_marked_by_the_run_and_by_few_rounds():
    few, many = pair([2.0] * (FEW_ROUNDS - 1)), pair([2.0] * FEW_ROUNDS)
    assert summarise_cells(few)[0].comparisons[0].estimate
    assert not summarise_cells(many)[0].comparisons[0].estimate
    assert summarise_cells(many, estimate=True)[0].comparisons[0].estimate


def test_statistics_plug_in():
    asked = []

    def judge(baseline, contender, comparisons):
        asked.append((len(baseline), {r.trial.arm for r in contender}, comparisons))
        return Verdict("within noise", "e2e_p99", "lower", 0.975, 1.05, 2, 1.0, 0.97, 1.03)

    cells = summarise_cells(make_results(rounds=2), judge=judge)
    assert asked == [(2, {"structured"}, len(cells))] * len(cells)
    ranked = [c for cell in cells for c in cell.comparisons if c.ratio is not None]
    assert [c.verdict.word for c in ranked] == ["within noise"] * len(ranked)
    assert not any(c.estimate for c in ranked)


def test_the_first_planned_arm_is_the_baseline_whatever_ran_first():
    results = make_results(triggers=[1.0], cores=[2], rounds=1)
    assert arm_order(results) == ("dstream", "structured")
    planned = ("structured", "dstream", "null")
    assert arm_order(results, planned) == planned
    (cell,) = summarise_cells(results, planned)
    assert [c.baseline for c in cell.comparisons] == ["structured", "structured"]


def test_cells_are_ordered_by_value_not_by_text():
    results = [
        make_trial(n, trigger_s=t, cores=c, duration_s=4, cell={"cores": c, "trigger_s": t})
        for n, (t, c) in enumerate([(10.0, 1), (2.0, 10), (2.0, 2), (0.5, 4)], 1)
    ]
    cells = [tuple(dict(c.cell).values()) for c in summarise_cells(results)]
    assert cells == [(4, 0.5), (2, 2.0), (10, 2.0), (1, 10.0)]


@relaxed
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["cores", "conf.x", "trigger_s"]),
            st.one_of(st.integers(0, 99), st.floats(0, 99), st.text(max_size=3)),
        )
    )
)
def test_any_cells_can_be_ordered(cells):
    ordered = sorted(cells, key=lambda cell: cell_order(cell.items()))
    keys = [cell_order(cell.items()) for cell in ordered]
    assert all(one <= other for one, other in pairwise(keys))


def test_every_axis_has_its_place_before_settings_and_parameters():
    keys = [axis.key for axis in AXES.values()]
    ordered = sorted([*keys, "conf.a", "param.a"], key=axis_order)
    assert ordered[-2:] == ["conf.a", "param.a"]
    assert len({axis_order(key)[0] for key in keys}) == len(keys)
    assert ordered[:7] == ["job", "sink", "trigger_s", "cores", "master", "executors", "equal"]
