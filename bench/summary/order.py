"""Did it matter when a trial ran: drift over the rounds, position within them, outliers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from bench.document.text import cell_order
from bench.results.schema import TrialResult
from bench.stats.drift import PositionEffect, Trend, outliers, position_effect, trend
from bench.stats.metrics import Metric
from bench.summary.summary import Cell


@dataclass(frozen=True)
class Outlier:
    """A trial whose value stands apart from the others of its arm and cell; it counts as well."""

    number: int
    arm: str
    cell: Cell
    round: int
    value: float
    median: float


@dataclass(frozen=True)
class Order:
    """What the order of a run did; ``None`` and empty where there is too little to tell.

    ``positions``: arm to the effect of running after the baseline instead of before it.
    """

    trend: Trend | None
    positions: Mapping[str, PositionEffect]
    outliers: tuple[Outlier, ...]


_Key = tuple[tuple[str, str | int | float], ...]


def order_of(results: Sequence[TrialResult], arms: Sequence[str], metric: Metric) -> Order:
    """Test the ``ok`` trials of a run; ``arms`` with the baseline first."""
    values: dict[_Key, dict[str, dict[int, TrialResult]]] = {}
    for result in results:
        value = metric.read(result)
        if result.status == "ok" and value is not None and value > 0:
            key = tuple(sorted(result.trial.cell.items()))
            values.setdefault(key, {}).setdefault(result.trial.arm, {})[result.trial.round] = result
    cells = [values[key] for key in sorted(values, key=cell_order)]
    effects = {arm: _position(cells, arms[0], arm, metric) for arm in arms[1:]}
    return Order(
        trend=_trend(cells, metric),
        positions={arm: effect for arm, effect in effects.items() if effect is not None},
        outliers=tuple(
            o for cell in cells for trials in cell.values() for o in _apart(trials, metric)
        ),
    )


_Cells = Sequence[Mapping[str, Mapping[int, TrialResult]]]


def _value(result: TrialResult, metric: Metric) -> float:
    value = metric.read(result)
    assert value is not None
    return value


def _trend(cells: _Cells, metric: Metric) -> Trend | None:
    columns = [trials for cell in cells for trials in cell.values()]
    rounds = sorted({number for trials in columns for number in trials})
    if not columns:
        return None
    table = [
        [_value(trials[n], metric) if n in trials else math.nan for trials in columns]
        for n in rounds
    ]
    return trend(table)


def _position(cells: _Cells, baseline: str, arm: str, metric: Metric) -> PositionEffect | None:
    """Over all cells at once, each cell's log-ratios around their own mean."""
    logs: list[float] = []
    second: list[bool] = []
    for cell in cells:
        one, other = cell.get(baseline, {}), cell.get(arm, {})
        rounds = sorted(one.keys() & other.keys())
        ratios = [math.log(_value(other[n], metric) / _value(one[n], metric)) for n in rounds]
        middle = fmean(ratios) if ratios else 0.0
        logs += [ratio - middle for ratio in ratios]
        second += [other[n].trial.slot > one[n].trial.slot for n in rounds]
    return position_effect(logs, second)


def _apart(trials: Mapping[int, TrialResult], metric: Metric) -> list[Outlier]:
    ordered = [trials[number] for number in sorted(trials)]
    values = [_value(result, metric) for result in ordered]
    return [
        Outlier(
            number=result.trial.number,
            arm=result.trial.arm,
            cell=result.trial.cell,
            round=result.trial.round,
            value=value,
            median=median(values),
        )
        for result, value, flag in zip(ordered, values, outliers(values), strict=True)
        if flag
    ]
