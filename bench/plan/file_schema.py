"""The JSON Schema of plan files, for editors that check TOML while it is written."""

from __future__ import annotations

from typing import Any

from bench.plan.arms import DEFAULT_ARMS
from bench.plan.axes import AXES
from bench.plan.file import TABLE
from bench.plan.fork import FORKS
from bench.plan.spec import Settings
from bench.stats.metrics import METRICS
from bench.units import format_duration

_SCALAR: dict[str, Any] = {"type": ["string", "number"]}
_SETTING: dict[str, Any] = {"type": ["string", "number", "boolean"]}
_DURATION = {"type": "string", "pattern": r"^\s*[0-9.]+(e[+-]?[0-9]+)?\s*(us|ms|s|m|h)\s*$"}


def plan_schema() -> dict[str, Any]:
    """The schema as plain data."""
    defaults = Settings()
    axes = {
        name: {**_several(_SCALAR), "description": f"axis; by default {axis.default}"}
        for name, axis in AXES.items()
    }
    settings: dict[str, Any] = {
        "rounds": _told("rounds; excludes until", defaults.rounds),
        "warmup": {**_DURATION, "default": format_duration(defaults.warmup_s)},
        "duration": {**_DURATION, "default": format_duration(defaults.duration_s)},
        "seed": _told("seed of order, load and phases", defaults.seed),
        "replay": {"type": "string", "description": "file to send; relative to the plan file"},
        "replay_speed": {**_SCALAR, "description": "pace of the file's own timestamps"},
        "metric": {"enum": list(METRICS), "default": defaults.metric},
        "until": {"type": "string", "pattern": r"^\s*[0-9.]+\s*%\s*$"},
        "budget": {**_DURATION, "description": "wall time after which until begins no round"},
        "fork": {"enum": list(FORKS), "default": defaults.fork},
        "age": {**_DURATION, "description": "age of every JVM when its window begins"},
        "idle": {
            **_DURATION,
            "description": "how long each stream is watched without records, for its bill",
        },
        "listen": {"type": "string", "description": "address to bind for a cluster"},
        "advertise": {"type": "string", "description": "name of it for executors"},
    }
    table = {
        "arms": {
            "type": ["array", "string"],
            "items": {"type": "string"},
            "description": "contenders, the baseline first",
            "default": list(DEFAULT_ARMS),
        },
        **axes,
        "conf": {
            "type": "object",
            "description": "Spark settings; a list of values is an axis",
            "additionalProperties": {"anyOf": [*_several(_SETTING)["anyOf"], {"type": "object"}]},
        },
        "param": {
            "type": "object",
            "description": "parameters of the job; a list of values is an axis",
            "additionalProperties": _several(_SETTING),
        },
        **settings,
        "quick": {"type": "boolean", "default": False},
        "filter": _several({"type": "string"}),
        "runtime": {
            "type": "object",
            "description": "interpreters for arms with runtime=NAME; relative to the plan file",
            "additionalProperties": {"type": "string"},
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A plan of sparkbench",
        "type": "object",
        "required": [TABLE],
        "additionalProperties": False,
        "properties": {
            TABLE: {"type": "object", "additionalProperties": False, "properties": table}
        },
    }


def _several(item: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [item, {"type": "array", "minItems": 1, "items": item}]}


def _told(description: str, default: int) -> dict[str, Any]:
    return {"type": ["integer", "string"], "description": description, "default": default}
