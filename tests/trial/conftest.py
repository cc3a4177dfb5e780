"""Trials on the null engine: real processes, real sockets, no JVM."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bench.plan.arms import parse_arm
from bench.plan.spec import Settings, TrialSpec
from bench.results.schema import TrialResult
from bench.trial import run_trial

SETTINGS = Settings(rounds=1, warmup_s=0.5, duration_s=2.0, prelude_cap_s=1.0, tail_s=3.0)


def spec(**changes) -> TrialSpec:
    values = {
        "number": 1,
        "arm": parse_arm("null"),
        "cell": {"trigger_s": 0.2, "cores": 1, "rate_per_s": 2000.0},
        "round": 1,
        "slot": 0,
        "attempt": 1,
        "seed": 7,
        "job": "echo",
        "job_params": {},
        "sink": "drain",
        "path": "jvm",
        "trigger_s": 0.2,
        "cores": 1,
        "rate_per_s": 2000.0,
        "arrivals": "constant",
        "conf": {},
        "payload_bytes": 60,
        "replay": None,
        "streams": 1,
        **changes,
    }
    return TrialSpec(**values)


@pytest.fixture
def trial(tmp_path: Path) -> Callable[..., TrialResult]:
    """``trial(conf={...})`` runs one and returns its result; ``on_event`` may interfere."""

    def run(on_event=lambda event: None, settings=SETTINGS, **changes) -> TrialResult:
        workdir = tmp_path / "work"
        workdir.mkdir(exist_ok=True)
        return run_trial(spec(**changes), settings, workdir=workdir, on_event=on_event)

    return run
