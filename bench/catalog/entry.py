"""A pair of jobs as people look it up: what both sides share, and each side's text.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.catalog.notes import all_labels
from bench.catalog.side import Side
from bench.contract.jobs import JobInfo, Param
from bench.contract.own_info import USUAL_PATHS
from bench.units import format_quantity

#: Which engine each side is, and what people call its API.
APIS: dict[str, str] = {"dstream": "DStream", "structured": "Structured Streaming"}


@dataclass(frozen=True)
class Entry:
    """``sides`` maps an engine's id to its side; one that is missing has no such job."""

    info: JobInfo
    sides: Mapping[str, Side]

    def notes(self) -> list[tuple[str, dict[str, str]]]:
        """Label to what each engine's side says under it, all labels in order."""
        labels = all_labels(*(side.notes for side in self.sides.values()))
        return [
            (label, {name: side.notes.labels.get(label, "") for name, side in self.sides.items()})
            for label in labels
        ]

    def paths(self, engine: str) -> tuple[str, ...]:
        """The paths the job can take on an engine, the engine's own where it does not say."""
        declared = self.sides[engine].constants.get("PATHS")
        if declared is None:
            return ("python",) if engine == "dstream" else ("jvm",)
        return tuple(declared)

    def arms(self) -> list[str]:
        """What to compare: each engine on each of its paths, so that Python's part is told apart.

        Empty where every side has its usual path alone.
        """
        usual = {engine: USUAL_PATHS[engine] for engine in self.sides} | dict(self.info.paths)
        found = []
        for engine in self.sides:
            paths = self.paths(engine)
            found += [engine] if usual[engine] in paths else []
            found += [f"{engine}:path={path}" for path in paths if path != usual[engine]]
        return found if found != list(self.sides) else []

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary."""
        info = self.info
        return {
            "name": info.name,
            "title": info.title,
            "group": info.group,
            "inputs": info.inputs,
            "lines": info.lines,
            "keys": info.keys,
            "stateful": info.stateful,
            "params": [
                {
                    "name": param.name,
                    "default": param.default,
                    "help": param.help,
                    "minimum": param.minimum,
                    "maximum": param.maximum,
                    "choices": list(param.choices),
                }
                for param in info.params
            ],
            "sides": {
                engine: {
                    "file": side.path,
                    "scala": side.scala_path or None,
                    "paths": list(self.paths(engine)),
                    "summary": side.notes.summary,
                    "semantics": dict(side.notes.labels),
                }
                for engine, side in self.sides.items()
            },
        }


def bounds(param: Param) -> str:
    """What values a parameter takes: ``1 to 100``, ``from 1``, ``a or b``; empty for any."""
    if param.choices:
        return " or ".join(param.choices)
    if isinstance(param.default, bool):
        return "true or false"
    low, high = param.minimum, param.maximum
    if low is None and high is None:
        return ""
    if high is None:
        return f"from {_number(low)}"
    return f"up to {_number(high)}" if low is None else f"{_number(low)} to {_number(high)}"


def default(param: Param) -> str:
    """A parameter's default as a user would write it."""
    value = param.default
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else _number(value)


def _number(value: float | None) -> str:
    return "" if value is None else format_quantity(float(value))
