"""What every reader of ``run.json`` may take for granted of the plan in it.

The plan itself is checked where it is to be run (``bench.plan``).  A report reads only parts of it,
also of plans that other versions wrote; those parts have the types that are named here.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class _Shape(BaseModel):
    """Anything may be there besides; what is named here has its type."""

    model_config = ConfigDict(extra="allow", allow_inf_nan=False)


class _Arm(_Shape):
    text: str
    engine: str = ""
    keys: dict[str, str] = {}


class _Settings(_Shape):
    rounds: int = Field(default=1, ge=1, le=10**9)
    duration_s: float = 0.0
    warmup_s: float = 0.0
    inject_s: float = 0.0
    metric: str = ""
    replay: str | None = None
    until: float | None = None
    budget_s: float | None = None
    capacity: dict[str, Any] | None = None
    demand: dict[str, Any] | None = None
    tune: dict[str, Any] | None = None
    own_jobs: list[dict[str, Any]] = []


class PlanShape(_Shape):
    """The plan of a run as its dictionary form has it."""

    arms: list[_Arm] = []
    axes: dict[str, list[str | int | float]] = {}
    settings: _Settings = _Settings()
