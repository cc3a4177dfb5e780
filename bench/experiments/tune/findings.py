"""Which search a run is, if it is one: what reports show of those is not what they show of others.

A search for capacity has its own module, ``bench.experiments.capacity.findings``.
"""

from __future__ import annotations

from bench.errors import UsageError
from bench.experiments.tune.document import TuneReport, tune_report
from bench.experiments.tune.search import Tune
from bench.plan.kind import kind_of
from bench.plan.plan import Plan
from bench.summary.source import Source


def tune_of(run: Source) -> TuneReport | None:
    """The report of a search for settings; ``None`` of any other run."""
    if kind_of(run.info.plan) != "tune":
        return None
    try:
        return tune_report(Tune(Plan.from_dict(run.info.plan)), run.results)
    except (UsageError, ValueError, KeyError):
        # A plan of another version: what was measured can be shown all the same.
        return None
