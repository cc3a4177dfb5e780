from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.measure.backlog import BacklogSamples
from bench.measure.checks import Measurements, run_checks, status_of
from bench.measure.cohort import Window
from bench.measure.conservation import Account
from bench.measure.saturation import judge_backlog
from bench.measure.settle import TREND_Z
from bench.measure.thresholds import THRESHOLDS
from bench.results.schema import STATUSES, Ageing, Check

from .synthetic import T0


def judged(growth: float, start: float = 2.0) -> Measurements:
    age = start + growth * np.arange(20.0)
    samples = BacklogSamples(np.arange(20.0), age, age, age, float(age[-1]))
    return Measurements(trigger_s=1, backlog=judge_backlog(samples, Window(T0, 0, 20, 1)))


def aged(change_s: float, z: float) -> Ageing:
    return Ageing(after_tick_s=0.4, change_s=change_s, z=z, batch_change_s=change_s)


CLEAN = Account(100, 10_000, 100, 100, 10_000, 0, 0, 0)
GOOD = replace(
    judged(0.0),
    window_intervals=20,
    measured_batches=20,
    failed_batches=0,
    cohort_visible_share=1.0,
    records=20_000,
    negative_share=0.0,
    range_breaks=0,
    account=CLEAN,
    ageing=aged(-0.03, -3.0),
    p99_s=1.2,
    phases_outside_share=0.0,
    witness_p50_s=0.003,
    starved_p99_s=0.002,
    blocked_p99_s=0.0,
    delivered_share=1.0,
    generator_cpu_share=0.02,
    clock_step_s=0.0001,
    steal_share=0.0,
    throttled_share=0.0,
    memory_pressure_share=0.0,
    io_pressure_share=0.0,
    foreign_cpu_share=0.01,
    load_average_per_cpu=0.2,
)


def by_name(m: Measurements) -> dict[str, Check]:
    return {check.name: check for check in run_checks(m)}


def test_a_good_trial_is_ok() -> None:
    checks = run_checks(GOOD)
    assert [c.name for c in checks] == list(THRESHOLDS)
    assert all(c.passed for c in checks)
    assert status_of(checks) == ("ok", [])


def test_what_was_not_measured_passes_and_says_so() -> None:
    for check in run_checks(Measurements(trigger_s=1)):
        assert check.passed
        assert check.value is None
        assert "not measured" in check.message


def test_a_console_on_which_no_batch_was_seen_does_not_pass() -> None:
    unseen = replace(GOOD, witness_p50_s=None)
    assert by_name(unseen)["witness"].passed  # another sink: there is no console to be read
    check = by_name(replace(unseen, witnessed=True))["witness"]
    assert not check.passed
    assert "none of 20 measured batches was seen on the console" in check.message


BAD: dict[str, tuple[dict[str, object], str]] = {
    "failed_batches": ({"failed_batches": 1}, "failed"),
    "starved_lag": ({"starved_p99_s": 0.011}, "invalid"),
    "delivered_load": ({"delivered_share": 0.985}, "invalid"),
    "generator_cpu": ({"generator_cpu_share": 0.11}, "invalid"),
    "generator_own_cpu": ({"generator_cpu_share": 0.81, "generator_apart": True}, "invalid"),
    "window_intervals": ({"window_intervals": 19.5}, "invalid"),
    "contiguous_ranges": ({"range_breaks": 1}, "invalid"),
    "conservation_records": ({"account": replace(CLEAN, processed_records=99)}, "invalid"),
    "conservation_bytes": ({"account": replace(CLEAN, processed_bytes=9_999)}, "invalid"),
    "negative_latency": ({"negative_share": 0.002}, "invalid"),
    "clock_step": ({"clock_step_s": -0.02}, "invalid"),
    "witness": ({"witness_p50_s": -0.03}, "invalid"),
    "cohort_visible": ({"cohort_visible_share": 0.999}, "saturated"),
    "saturation": ({"backlog": judged(0.5).backlog}, "saturated"),
    "measured_batches": ({"measured_batches": 4}, "unsettled"),
    "warmup_settled": ({"ageing": aged(-0.13, -3.0)}, "unsettled"),
    "backlog_slope": ({"backlog": judged(0.02, start=0.0).backlog}, "unsettled"),
    "phases": ({"phases_outside_share": 0.2}, "ok"),
    "due_records": ({"records": 0}, "invalid"),
    "tail_records": ({"records": 999}, "ok"),
    "steal": ({"steal_share": 0.03}, "ok"),
    "throttled": ({"throttled_share": 0.02}, "ok"),
    "memory_pressure": ({"memory_pressure_share": 0.02}, "ok"),
    "io_pressure": ({"io_pressure_share": 0.2}, "ok"),
    "foreign_cpu": ({"foreign_cpu_share": 0.11}, "invalid"),
    "load_average": ({"load_average_per_cpu": 1.5}, "ok"),
}


@pytest.mark.parametrize("name", THRESHOLDS)
def test_each_check_fires_with_its_status_and_next_step(name: str) -> None:
    changes, status = BAD[name]
    bad = replace(GOOD, **changes)  # type: ignore[arg-type]
    check = by_name(bad)[name]
    assert not check.passed
    assert check.message.endswith(THRESHOLDS[name].next_step)
    got, reasons = status_of(run_checks(bad))
    assert got == status
    assert (check.message in reasons) == (status != "ok")
    assert (THRESHOLDS[name].on_failure is None) == (status == "ok")


@given(st.sets(st.sampled_from(sorted(BAD))))
def test_the_worst_status_counts(names: set[str]) -> None:
    checks = [
        Check(name=n, value=1, threshold=0, passed=n not in names, message=n) for n in THRESHOLDS
    ]
    status, reasons = status_of(checks)
    statuses = [BAD[n][1] for n in names]
    assert status == min([*statuses, "ok"], key=[str(s) for s in STATUSES].index)
    assert sorted(reasons) == sorted(n for n in names if BAD[n][1] == status and status != "ok")


def test_what_the_runner_saw_fail_comes_first() -> None:
    checks = run_checks(replace(GOOD, starved_p99_s=1.0))
    assert status_of(checks, ["the child ended by itself"]) == (
        "failed",
        ["the child ended by itself"],
    )


def test_a_full_socket_is_the_engines_doing() -> None:
    blocked = replace(GOOD, delivered_share=0.7, blocked_p99_s=3.0)
    check = by_name(blocked)["delivered_load"]
    assert check.passed
    assert "engine" in check.message
    assert not by_name(replace(blocked, blocked_p99_s=0.001))["delivered_load"].passed


def test_what_a_stopped_stream_had_not_read_is_backlog_not_loss() -> None:
    short = replace(
        CLEAN, received_records=90, processed_records=90, processed_bytes=9_000, unread=10
    )
    assert not by_name(replace(GOOD, account=short))["conservation_records"].passed
    stopped = by_name(replace(GOOD, account=short, drained=False))
    assert stopped["conservation_records"].passed
    assert stopped["conservation_bytes"].passed
    hole = replace(short, holes=1)
    assert not by_name(replace(GOOD, account=hole, drained=False))["conservation_records"].passed


@pytest.mark.parametrize(("trigger_s", "allowed"), [(0.2, 0.010), (1.0, 0.010), (5.0, 0.050)])
def test_the_lag_allowed_grows_with_the_trigger(trigger_s: float, allowed: float) -> None:
    check = by_name(replace(GOOD, trigger_s=trigger_s))["starved_lag"]
    assert check.threshold == pytest.approx(allowed)


@pytest.mark.parametrize(
    ("share", "status"), [(0.06, "ok"), (0.0999, "ok"), (0.1001, "invalid"), (0.48, "invalid")]
)
def test_beside_a_busy_program_a_trial_is_void(share: float, status: str) -> None:
    got, reasons = status_of(run_checks(replace(GOOD, foreign_cpu_share=share)))
    assert got == status
    assert all("end other programs" in reason for reason in reasons)


@pytest.mark.parametrize(
    ("change_s", "z", "status"),
    [
        (-0.13, -3.0, "unsettled"),
        (0.13, 3.0, "unsettled"),
        (-0.11, -9.0, "ok"),  # certain, but less than a tenth of p99: it widens the interval
        (-0.60, -2.5, "ok"),  # large, but may be chance
        (0.0, 0.0, "ok"),
    ],
)
def test_ageing_leaves_a_trial_unsettled_only_where_it_is_large_and_sure(
    change_s: float, z: float, status: str
) -> None:
    assert (abs(z) > TREND_Z) == (abs(z) >= 3)
    check = by_name(replace(GOOD, ageing=aged(change_s, z)))["warmup_settled"]
    assert check.passed == (status == "ok")
    assert check.value == pytest.approx(abs(change_s) / 1.2)
    assert status_of([check])[0] == status


@pytest.mark.parametrize("gone", ["ageing", "p99_s"])
def test_ageing_that_could_not_be_measured_says_so(gone: str) -> None:
    check = by_name(replace(GOOD, **{gone: None}))["warmup_settled"]  # type: ignore[arg-type]
    assert (check.passed, check.value) == (True, None)
    assert "not measured" in check.message


def test_thresholds_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        THRESHOLDS["steal"] = THRESHOLDS["phases"]  # type: ignore[index]
