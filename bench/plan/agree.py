"""Whether what a user writes when resuming a run is the plan the run has."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from bench.plan.axes import AXES, PARAM_PREFIX, axis_keyed
from bench.plan.plan import Plan

#: Names of settings to their fields.
_FIELDS = {
    "rounds": "rounds",
    "warmup": "warmup_s",
    "duration": "duration_s",
    "seed": "seed",
    "replay": "replay",
    "replay_speed": "replay_speed",
    "metric": "metric",
    "until": "until",
    "budget": "budget_s",
    "fork": "fork",
    "age": "age_s",
    "idle": "idle_s",
    "listen": "listen",
    "advertise": "advertise",
    "quick": "estimate",
    # Of no name that a user writes: it goes with "rounds".
    "firm": "firm",
}

#: Settings whose change leaves the stored trials what they are: trials of the plan.
_CHANGEABLE = frozenset(
    {"rounds", "warmup", "duration", "metric", "until", "budget", "quick", "replay_speed"}
)


@dataclass(frozen=True)
class Difference:
    """One name on which two plans differ, with both values in words."""

    name: str
    stored: str
    given: str

    @property
    def changeable(self) -> bool:
        """Whether a run can go on with the given value when forced to."""
        return self.name in _CHANGEABLE

    def __str__(self) -> str:
        return f"{self.name} {self.stored}, not {self.given}"


def differences(
    stored: Plan, given: Plan, names: Collection[str] | None = None
) -> list[Difference]:
    """Where ``given`` is not ``stored``, as far as ``names`` go; ``None`` compares everything."""
    found = []
    if names is None or not {"arms", "filter"}.isdisjoint(names):
        pair = [" ".join(map(str, plan.arms)) for plan in (stored, given)]
        found += [Difference("arms", *pair)] if pair[0] != pair[1] else []
    for key in sorted(stored.axes.keys() | given.axes.keys()):
        name = axis_keyed(key).name
        if names is not None and not _meant(name, key in given.axes, names):
            continue
        pair = [_values(plan, key) for plan in (stored, given)]
        found += [Difference(name, *pair)] if pair[0] != pair[1] else []
    for name, attribute in _FIELDS.items():
        if names is None or name in names:
            one, other = (getattr(plan.settings, attribute) for plan in (stored, given))
            found += [Difference(name, _said(one), _said(other))] if one != other else []
    return found


def changed(stored: Plan, given: Plan, names: Collection[str]) -> Plan:
    """``stored`` with those settings of ``given``; ``until`` and ``rounds`` go together."""
    taken = set(names)
    if taken & {"rounds", "until", "budget"}:
        taken |= {"rounds", "until", "budget", "firm"}
    values = {_FIELDS[name]: getattr(given.settings, _FIELDS[name]) for name in taken}
    return replace(stored, settings=replace(stored.settings, **values))


def _meant(name: str, given: bool, names: Collection[str]) -> bool:
    """Whether an axis is among the names; of settings and parameters only those given are."""
    if name in names or "filter" in names:
        return True
    kind = "param" if name.startswith(PARAM_PREFIX) else "conf"
    return kind in names and given and name not in AXES


def _values(plan: Plan, key: str) -> str:
    axis = axis_keyed(key)
    return ",".join(axis.write(value) for value in plan.axes.get(key, ())) or "none"


def _said(value: Any) -> str:
    return "none" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
