"""One trial from the parent's side: spawn, warm up, load, measure, end everything."""

from __future__ import annotations

from bench.trial.run import TrialRunner, run_trial

__all__ = ["TrialRunner", "run_trial"]
