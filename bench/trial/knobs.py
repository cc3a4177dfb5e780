"""What an arm's profile and guarantee set: read from the engines' tables, which are plain data."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import Any

from bench.contract import ENGINE_MODULES, LIVE_MODES
from bench.contract.jobs import job_info
from bench.contract.knobs import SINK_PREFIX, Dimension, Knob, Use, settings
from bench.contract.ledger import LEDGER
from bench.contract.masters import is_local
from bench.faults.events import NONE
from bench.plan.arms import choice
from bench.plan.spec import TrialSpec

#: The writer option with which Structured Streaming writes its logs beside the batch.
ASYNC_KEY = SINK_PREFIX + "asyncProgressTrackingEnabled"


def engine_profiles(engine: str) -> Mapping[str, Sequence[Knob]]:
    """The profiles of an engine, each with its knobs."""
    profiles: Mapping[str, Sequence[Knob]] = _tables(engine).PROFILES
    return profiles


def engine_dimensions(engine: str) -> Sequence[Dimension]:
    """What ``sparkbench tune`` may change of an engine."""
    dimensions: Sequence[Dimension] = _tables(engine).DIMENSIONS
    return dimensions


def use_of(spec: TrialSpec, slots: int) -> Use:
    """What a trial does, as far as knobs depend on it."""
    job = job_info(spec.job)
    return Use(
        sink=spec.sink if spec.fault == NONE else LEDGER,
        source=choice(spec.arm, "source"),
        mode=choice(spec.arm, "mode"),
        stateful=job.stateful,
        row_each=job.row_each,
        slots=slots,
    )


def profile_settings(spec: TrialSpec, slots: int) -> dict[str, str]:
    """What the arm's profile sets for this trial, spelled as ``--conf`` takes it."""
    profile = engine_profiles(spec.arm.engine)[choice(spec.arm, "profile")]
    return settings(profile, use_of(spec, slots))


def promised_settings(spec: TrialSpec) -> dict[str, str]:
    """What the arm's guarantee sets, spelled as ``--conf`` takes it."""
    if choice(spec.arm, "guarantee") != "recoverable":
        return {}
    promised: Mapping[str, Mapping[str, str]] = _tables(spec.arm.engine).RECOVERABLE
    return dict(promised.get(choice(spec.arm, "source"), {}))


def base_conf(engine: str, master: str) -> dict[str, str]:
    """What an engine sets by itself unless the user does."""
    tables = _tables(engine)
    base: Mapping[str, str] = getattr(tables, "BASE_CONF", {})
    local: Mapping[str, str] = getattr(tables, "LOCAL_CONF", {}) if is_local(master) else {}
    return {**base, **local}


def spread_settings(spec: TrialSpec, task_bytes: int) -> dict[str, str]:
    """Tasks of about ``task_bytes``, spelled as ``--conf`` takes it; none where a source cannot."""
    spread: Mapping[str, Mapping[str, str]] = _tables(spec.arm.engine).SPREAD
    chosen = spread.get(choice(spec.arm, "source"), {})
    return {key: value.format(task_bytes=task_bytes) for key, value in chosen.items()}


def guarantee_words(spec: TrialSpec, conf: Mapping[str, str]) -> str:
    """What the trial's stream promises of a restart, in the words of the reports.

    ``none``: what was received may be lost.  ``logs``: offset and commit logs are written, though a
    socket cannot be read again.  ``at least once``: of real-time and continuous mode, which give
    what they had not committed again, as far as the source still has it.  ``recoverable``: what was
    received is processed after a restart; by what, stands in brackets, and that modes without
    batches repeat it.
    """
    wanted, source = choice(spec.arm, "guarantee"), choice(spec.arm, "source")
    promised: Mapping[str, str] = _tables(spec.arm.engine).RECOVERABLE_BY
    live = choice(spec.arm, "mode") in LIVE_MODES
    how = ("at least once: " if live else "") + promised.get(source, "")
    word = f"recoverable ({how})" if source in promised else "recoverable"
    if spec.arm.engine != "structured":
        return "none" if wanted == "none" else word
    if wanted == "none":
        word = "at least once" if live else "logs"
        word += " (lines in the driver's memory)" if source == "native" else ""
    late = conf.get(ASYNC_KEY, "").lower() == "true"
    return f"{word}, written late (batches may come again as one)" if late else word


def _tables(engine: str) -> Any:
    """The ``knobs`` module beside an engine's own."""
    return importlib.import_module(ENGINE_MODULES[engine].rpartition(".")[0] + ".knobs")
