from __future__ import annotations

from dataclasses import replace

import pytest

from bench.contract import PHASES
from bench.measure.phases import mean_phases, phase_sums, phases_outside_share

from .synthetic import T0, batch


def with_phases(batch_id: int, whole_s: float, phases: dict[str, float]) -> object:
    made = batch(batch_id, [], T0 + whole_s, planned_start=T0)
    return replace(made, phases=phases)


@pytest.mark.parametrize(
    ("whole_s", "sum_s", "within"),
    [
        (0.2, 0.2, True),
        (0.2, 0.191, True),
        (0.2, 0.189, False),
        (0.2, 0.211, False),
        (2.0, 1.965, True),
        (2.0, 1.955, False),
    ],
)
def test_within_ten_milliseconds_or_two_per_cent(
    whole_s: float, sum_s: float, within: bool
) -> None:
    b = with_phases(1, whole_s, {"execution": sum_s - 0.05, "log": 0.05})
    (got,) = phase_sums([b])  # type: ignore[list-item]
    assert got.within is within
    assert got.residual_s == pytest.approx(whole_s - sum_s, abs=1e-6)
    assert phases_outside_share([b]) == (0.0 if within else 1.0)  # type: ignore[list-item]


def test_means_add_up_to_the_mean_of_the_whole_in_stacking_order() -> None:
    batches = [
        with_phases(1, 0.3, {"execution": 0.2, "wait": 0.1}),
        with_phases(2, 0.5, {"execution": 0.4, "commit": 0.1}),
    ]
    means = mean_phases(batches)  # type: ignore[arg-type]
    assert list(means) == [name for name in PHASES if name in means]
    assert means == pytest.approx({"wait": 0.05, "execution": 0.3, "commit": 0.05})
    assert sum(means.values()) == pytest.approx(0.4)


def test_batches_without_phases_are_left_out() -> None:
    assert phases_outside_share([batch(0, [], T0)]) is None
    assert mean_phases([batch(0, [], T0)]) == {}
