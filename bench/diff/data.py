"""A ``diff`` as plain data, for other programs."""

from __future__ import annotations

from typing import Any

from bench.diff.diff import Row, RunDiff
from bench.summary.source import Source


def diff_data(diff: RunDiff, gate: str | None = None) -> dict[str, Any]:
    """The comparison as JSON-ready data; ratios are after / before."""
    return {
        **{name: _side_data(run) for name, run in (("before", diff.before), ("after", diff.after))},
        "metric": diff.metric.key,
        "ratios": diff.ratios,
        "threshold": diff.rule.threshold,
        "comparisons": diff.rule.comparisons,
        "overridden": list(diff.overridden),
        "changes": list(diff.changes),
        "apart": list(diff.apart),
        "cells": [_row_data(row) for row in diff.rows],
        "gate": None if gate is None else {"failed": diff.gate_failed, "sentence": gate},
    }


def _side_data(run: Source) -> dict[str, Any]:
    info = run.info
    return {
        "place": run.place,
        "run_id": info.run_id,
        "started_at": info.started_at,
        "spark": info.environment.spark,
        "cpu": info.environment.cpu,
        "cpus": info.environment.cpus,
        "trials": len(run.results),
        "planned_trials": info.planned_trials,
    }


def _row_data(row: Row) -> dict[str, Any]:
    verdict = row.verdict
    return {
        "cell": dict(row.cell),
        "arm": row.arm,
        "before": row.before,
        "after": row.after,
        **{name: getattr(verdict, name) for name in ("word", "ratio", "low", "high", "level", "n")},
        "reasons": list(verdict.reasons),
    }
