"""A pair of jobs as people look it up: what both sides share, and each side's text.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.catalog.notes import all_labels
from bench.catalog.side import Side
from bench.contract.jobs import JobInfo, Param
from bench.contract.own.info import USUAL_PATHS
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
        """The arms that tell Python's part from the API's; empty where the usual ones are all.

        Each engine on the path that is its job's, and the DStream without Python too; a query that
        Python works on by default stands without it.
        """
        found = []
        for engine in self.sides:
            paths = self.paths(engine)
            usual = dict(self.info.paths).get(engine, USUAL_PATHS[engine])
            python = engine == "dstream" and usual == "python" and usual in paths
            found += [engine] if python or usual == "jvm" or "jvm" not in paths else []
            found += [f"{engine}:path=jvm"] if usual != "jvm" and "jvm" in paths else []
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
