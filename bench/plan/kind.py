"""Which kind of experiment a stored plan is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

Kind = Literal["compare", "aa", "capacity", "demand", "tune", "soak"]

#: What the name of an arm's copy ends in, where it is compared with itself.
COPY = 2


def kind_of(plan: Mapping[str, Any]) -> Kind:
    """The kind of the run whose plan (as in ``run.json``) this is; a plan of any age has one."""
    settings = plan.get("settings", {})
    if settings.get("capacity") is not None:
        return "capacity"
    if settings.get("demand") is not None:
        return "demand"
    if settings.get("tune") is not None:
        return "tune"
    if settings.get("soak"):
        return "soak"
    return "compare" if arm_of(plan) is None else "aa"


def arm_of(plan: Mapping[str, Any]) -> str | None:
    """The arm that the plan compares with itself, or ``None``."""
    arms = [str(arm.get("text", "")) for arm in plan.get("arms", ())]
    if len(arms) == 2 and arms[1].startswith(f"{arms[0]}#{COPY}"):
        return arms[0]
    return None
