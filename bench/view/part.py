"""A part of a run: the cells and arms that somebody wants to see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.document import text
from bench.errors import UsageError, unknown
from bench.plan.axes import axis_named
from bench.plan.cells import cell_key
from bench.results.schema import RunInfo, TrialResult
from bench.summary.axes import split_axes
from bench.summary.source import Source
from bench.summary.summary import CellSummary

Value = str | int | float


@dataclass(frozen=True)
class Part:
    """Some cells and arms of a run, with the summaries (and so the verdicts) of the whole."""

    info: RunInfo
    results: Sequence[TrialResult]
    arms: tuple[str, ...]
    summaries: tuple[CellSummary, ...]
    problems: Sequence[str] = ()
    place: str | None = None
    cells: Any = None


def part_of(run: Source, name: str, where: Mapping[str, Value], *, one_cell: bool) -> Part:
    """The cells of ``run`` at ``where``; raises :class:`UsageError`, also for more than one."""
    wanted = dict(where)
    arm = wanted.pop("arm", None)
    if arm is not None and arm not in run.arms:
        raise UsageError(f"plot {name}: {unknown('arm', str(arm), run.arms)}")
    cell = {_key(name, axis): _value(name, axis, value) for axis, value in wanted.items()}
    summaries = tuple(
        summary
        for summary in run.summaries
        if all(_same(summary.cell.get(key), value) for key, value in cell.items())
    )
    varying, common = split_axes(run.summaries)
    there = "; ".join(text.cell_text(one.cell, varying or common) for one in run.summaries)
    if not summaries:
        raise UsageError(f"plot {name}: the run has no such cell; it has {there}")
    if one_cell and len(summaries) > 1:
        raise UsageError(f"plot {name}: choose one cell by its axes; there are {there}")
    arms = run.arms if arm is None else tuple(dict.fromkeys((run.arms[0], str(arm))))
    keys = {cell_key(summary.cell) for summary in summaries}
    results = [
        result
        for result in run.results
        if cell_key(result.trial.cell) in keys and result.trial.arm in arms
    ]
    return Part(run.info, results, arms, summaries)


def _key(name: str, axis: str) -> str:
    found = axis_named(axis)
    if found is None:
        raise UsageError(f"plot {name}: there is no axis '{axis}'")
    return found.key


def _value(name: str, axis: str, value: Value) -> Value:
    found = axis_named(axis)
    if found is None or not isinstance(value, str):
        return value
    try:
        return found.read(value, None)
    except (UsageError, ValueError) as error:
        raise UsageError(f"plot {name}: {axis}: {error}") from None


def _same(one: Value | None, other: Value) -> bool:
    if isinstance(one, str) or isinstance(other, str) or one is None:
        return one == other
    return float(one) == float(other)
