"""Which search a run is, if it is one: what reports show of those is not what they show of others.

A search for capacity has its own module, ``bench.report.capacity``.
"""

from __future__ import annotations

from bench.errors import UsageError
from bench.plan.plan import Plan
from bench.report.source import Source
from bench.report.tune import TuneReport, tune_report
from bench.strategy.tune import Tune


def is_tune(run: Source) -> bool:
    """Whether the run searched for settings."""
    return run.info.plan.get("settings", {}).get("tune") is not None


def tune_of(run: Source) -> TuneReport | None:
    """The report of a search for settings; ``None`` of any other run."""
    if not is_tune(run):
        return None
    try:
        return tune_report(Tune(Plan.from_dict(run.info.plan)), run.results)
    except (UsageError, ValueError, KeyError):
        # A plan of another version: what was measured can be shown all the same.
        return None
