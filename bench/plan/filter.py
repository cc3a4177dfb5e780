"""``--filter 'arm=structured,trigger=1s'``: a part of a plan, as a plan of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from bench.errors import UsageError, unknown
from bench.plan.axes import AXES, CONF_PREFIX, PARAM_PREFIX, Axis, Surroundings, axis_named
from bench.plan.plan import Plan, default_tail_s
from bench.plan.precision import pilot
from bench.plan.spec import Arm, Value

_NAMES = ("arm", *AXES)
#: A comma is a border where a key follows; arms and shapes of load have commas of their own.
_GIVEN = "|".join(re.escape(prefix) for prefix in (CONF_PREFIX, PARAM_PREFIX))
_BORDER = re.compile(rf",(?=\s*(?:{'|'.join(_NAMES)}|(?:{_GIVEN})[^=,\s]+)=)")


def apply_filters(plan: Plan, texts: Sequence[str], around: Surroundings, where: str) -> Plan:
    """The arms and cells of ``plan`` that match every key named; the same key again adds a value.

    ``arm`` is an arm as written, an engine, or a pattern with ``*``; other keys are axes.  The
    first arm left is the baseline.  Raises :class:`UsageError` for a key or value that the plan
    does not have.
    """
    wanted: dict[str, list[str]] = {}
    for text in texts:
        for part in [text] if _is_arm(text, plan) else _BORDER.split(text):
            key, equals, value = (piece.strip() for piece in part.partition("="))
            if not equals or not value:
                raise UsageError(f"{where}: '{part}' is not KEY=VALUE; write one like arm=null")
            if key != "arm" and axis_named(key) is None:
                known = [*_NAMES, CONF_PREFIX + "KEY", PARAM_PREFIX + "NAME"]
                raise UsageError(f"{where}: {unknown('key', key, known)}")
            wanted.setdefault(key, []).append(value)
    if not wanted:
        return plan
    arms = _arms(plan, wanted.pop("arm"), where) if "arm" in wanted else plan.arms
    axes = dict(plan.axes)
    for name, values in wanted.items():
        axis = axis_named(name)
        assert axis is not None
        axes[axis.key] = _values(plan, axis, values, around, where)
    settings = plan.settings
    if settings.until is not None:
        settings = replace(settings, rounds=pilot(axes, len(arms), where))
    part_of = Plan(arms, axes, settings)
    longest = max(spec.trigger_s for spec in part_of.round_trials(1))
    return replace(part_of, settings=replace(settings, tail_s=default_tail_s(longest)))


def _is_arm(text: str, plan: Plan) -> bool:
    """Whether a whole filter names one arm, whose keys may be axes."""
    key, _, value = (piece.strip() for piece in text.partition("="))
    return key == "arm" and any(arm.text == value for arm in plan.arms)


def _arms(plan: Plan, patterns: Sequence[str], where: str) -> tuple[Arm, ...]:
    found: set[str] = set()
    for pattern in patterns:
        matching = [
            arm.text
            for arm in plan.arms
            if pattern in (arm.text, arm.engine) or fnmatchcase(arm.text, pattern)
        ]
        if not matching:
            raise UsageError(f"{where}: {unknown('arm', pattern, map(str, plan.arms))}")
        found.update(matching)
    return tuple(arm for arm in plan.arms if arm.text in found)


def _values(
    plan: Plan, axis: Axis, texts: Sequence[str], around: Surroundings, where: str
) -> tuple[Value, ...]:
    wanted = []
    for text in texts:
        try:
            value = axis.read(text, around)
        except (UsageError, ValueError) as error:
            raise UsageError(f"{where}: {axis.name}: {error}") from None
        there = plan.axes.get(axis.key, ())
        if value not in there:
            known = ", ".join(axis.write(one) for one in there) or "no value"
            raise UsageError(
                f"{where}: no cell has {axis.name} {text}; the plan has {axis.name} {known}"
            )
        wanted.append(value)
    return tuple(value for value in plan.axes[axis.key] if value in wanted)
