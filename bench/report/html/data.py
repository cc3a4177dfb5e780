"""The data of a page, for programs: what is in ``export``, with compact tables.

One JSON object: ``run`` (run.json), ``cells`` (as in ``export --format json``), ``trials`` and
``batches``, each ``{"columns": [...], "rows": [[...]]}``.  The columns of ``trials`` are those of
``bench.results.frames``; ``batches`` has the trials whose batches the page lists, times in
milliseconds since the load began, and phases in milliseconds.
"""

from __future__ import annotations

import json
import math
from typing import Any

from bench.contract import PHASES
from bench.results.frames import trials_frame
from bench.results.schema import TrialResult
from bench.summary.frame import cell_data
from bench.summary.source import Source

_BATCH = ("trial", "batch_id", "warmup", "records", "planned", "started", "visible", "finished")


def page_data(run: Source, shown: set[int]) -> str:
    """The JSON text, safe within a ``script`` element."""
    frame = trials_frame(run.results)
    data = {
        "run": run.info.model_dump(mode="json"),
        "cells": [cell_data(summary) for summary in run.summaries],
        "trials": {
            "columns": list(frame.columns),
            "rows": [[_plain(value) for value in row] for row in frame.astype(object).to_numpy()],
        },
        "batches": {
            "columns": [*_BATCH, *PHASES],
            "rows": [
                row
                for result in run.results
                if result.trial.number in shown
                for row in _batches(result)
            ],
        },
    }
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # "</script>" and "<!--" would end or change the element; in JSON a < is only in strings.
    return text.replace("<", "\\u003c")


def _batches(result: TrialResult) -> list[list[Any]]:
    zero = (
        result.load.t0
        if result.load is not None
        else min((b.started for b in result.batches), default=0.0)
    )
    return [
        [
            result.trial.number,
            batch.batch_id,
            int(batch.warmup),
            sum(count for _stream, _first, count in batch.ranges),
            *(
                round((at - zero) * 1e3, 1)
                for at in (batch.planned_start, batch.started, batch.visible, batch.finished)
            ),
            *(round(batch.phases.get(name, 0.0) * 1e3, 1) for name in PHASES),
        ]
        for batch in result.batches
    ]


def _plain(value: Any) -> Any:
    """A value as JSON has it: no NaN, no more digits than anyone measures."""
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    if value is None or isinstance(value, (str, bool, int)):
        return value
    item = getattr(value, "item", None)
    return _plain(item()) if item is not None else str(value)
