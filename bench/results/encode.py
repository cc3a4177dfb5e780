"""How a result becomes text: small, one batch a line, readable with any pager."""

from __future__ import annotations

import json
from typing import Any

from bench.results.reading import DIGEST, digest_of
from bench.results.schema import Record, TrialResult

#: Digits kept of a batch's times and phases: a microsecond, which is below what any clock here
#: resolves between two processes.
TIME_DIGITS = 6

#: What few trials have: left out where there is nothing.
_LATER = ("requests", "idle")

_TIMES = ("planned_start", "started", "visible", "finished", "console")


def trial_to_json(result: TrialResult) -> str:
    """The text of one file in ``trials/``: a field a line, and a batch a line.

    Times and phases of batches are rounded to :data:`TIME_DIGITS`; everything else is exact.

    :raises ValueError: a figure is not a finite number, which JSON cannot hold.
    """
    return _object(trial_to_dict(result))


def trial_to_dict(result: TrialResult) -> dict[str, Any]:
    """What :func:`trial_to_json` writes, as plain data, with its digest."""
    data = result.model_dump(mode="json")
    for name in _LATER:
        if data[name] is None:
            del data[name]
    for batch in data["batches"]:
        if not batch["chunks"]:  # as of nearly all: a result stays small, and as it was
            del batch["chunks"]
        for name in _TIMES:
            if batch[name] is not None:
                batch[name] = round(batch[name], TIME_DIGITS)
        batch["phases"] = {
            name: round(seconds, TIME_DIGITS) for name, seconds in batch["phases"].items()
        }
    data[DIGEST] = digest_of(data)
    return data


def record_to_json(record: Record) -> str:
    """Any other record (``run.json``), a field a line."""
    return _object(record.model_dump(mode="json"))


def _object(data: dict[str, Any]) -> str:
    fields = ",\n".join(f" {_compact(name)}: {_value(value)}" for name, value in data.items())
    return "{\n" + fields + "\n}\n"


def _value(value: Any) -> str:
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return "[\n" + ",\n".join(f"  {_compact(item)}" for item in value) + "\n ]"
    return _compact(value)


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
