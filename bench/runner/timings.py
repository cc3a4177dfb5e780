"""What trials cost on this machine, learned from those that ran here, for ``bench.plan.estimate``.

A small file in the cache holds the latest seconds of each phase by engine.  It is no part of any
result: absent or damaged, built-in figures take its place.
"""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import fields
from typing import Any

from bench.contract.masters import is_local
from bench.errors import EnvironmentProblem
from bench.faults.events import NONE
from bench.machine.calibration import machine_key, read_known
from bench.plan.estimate import BUILT_IN, TAIL_TRIGGERS, Costs
from bench.plan.spec import Settings
from bench.plan.windows import prelude_trigger_s
from bench.process.cache import cache_dir
from bench.results.files import atomic_write
from bench.results.schema import TrialResult

FILE_NAME = "timings.json"

#: Of each engine and phase the latest so many seconds are kept, and their median is expected.
KEPT = 20

#: Longer is no cost of a phase but an accident, or a file that was tampered with.
MOST_S = 300.0

_NAMES = tuple(field.name for field in fields(Costs))


def learned_costs() -> dict[str, Costs]:
    """Costs by engine: what was learned on this machine, else what is built in."""
    known: Mapping[str, Any] = {}
    with suppress(EnvironmentProblem):
        known = _mine(read_known(cache_dir() / FILE_NAME))
    return {engine: _costs(known.get(engine), built_in) for engine, built_in in BUILT_IN.items()}


def learn(results: Iterable[TrialResult], settings: Settings) -> None:
    """Add what the trials of a run took; a cache that cannot be written to learns nothing."""
    seen = [(result.trial.engine, _seen(result, settings)) for result in results]
    if not any(found for _engine, found in seen):
        return
    with suppress(EnvironmentProblem):
        path = cache_dir() / FILE_NAME
        known = read_known(path)
        mine = {engine: dict(phases) for engine, phases in _mine(known).items()}
        for engine, found in seen:
            phases = mine.setdefault(engine, {})
            for name, seconds in found.items():
                phases[name] = [*_seconds(phases.get(name)), round(seconds, 3)][-KEPT:]
        atomic_write(path, json.dumps({**known, machine_key(): mine}, indent=1).encode())


def _seen(result: TrialResult, settings: Settings) -> dict[str, float]:
    """Costs that one trial tells of; none of one that did not run in the usual way."""
    spent, trial = result.spent, result.trial
    usual = is_local(trial.master) and trial.fault == NONE and settings.fork != "engine"
    if spent is None or result.window_s is None or not usual or result.jvm_age_s is None:
        return {}
    before = sum(spent.get(name, 0.0) for name in _TO_WINDOW)
    # A JVM older than its trial was started while the one before ended.
    launch = "ahead_s" if result.jvm_age_s > before else "launch_s"
    found = {
        launch: spent.get("launch", 0.0),
        "change_s": spent.get("change", 0.0),
        "end_s": spent.get("end", 0.0),
    }
    if result.status != "saturated":
        found["tail_s"] = spent.get("tail", 0.0) - TAIL_TRIGGERS * trial.trigger_s
    prelude = result.prelude
    if prelude is not None and prelude.batches_asked is not None and settings.age_s is None:
        intervals_s = prelude.batches_asked * prelude_trigger_s(trial.trigger_s)
        found["prelude_s"] = spent.get("prelude", 0.0) - intervals_s
    return {name: value for name, value in found.items() if _sound(value)}


_TO_WINDOW = ("launch", "prelude", "change", "tick", "settle")


def _costs(known: Any, built_in: Costs) -> Costs:
    phases = known if isinstance(known, dict) else {}
    values = {name: _seconds(phases.get(name)) for name in _NAMES}
    return Costs(
        **{
            name: statistics.median(seen) if seen else getattr(built_in, name)
            for name, seen in values.items()
        }
    )


def _seconds(values: Any) -> list[float]:
    """Those of ``values`` that can be seconds of a phase."""
    if not isinstance(values, list):
        return []
    return [float(value) for value in values if _sound(value)]


def _sound(value: Any) -> bool:
    # Beyond what was expected, a phase may take less as well.
    return isinstance(value, int | float) and math.isfinite(value) and abs(value) <= MOST_S


def _mine(known: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    mine = known.get(machine_key())
    if not isinstance(mine, dict):
        return {}
    return {engine: phases for engine, phases in mine.items() if isinstance(phases, dict)}
