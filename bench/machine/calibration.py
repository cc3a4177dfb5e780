"""What `sparkbench calibrate` found, kept for this user and machine."""

from __future__ import annotations

import json
import os
import platform
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from bench.errors import EnvironmentProblem
from bench.machine.environment import cpu_model, usable_cores
from bench.process.cache import cache_dir
from bench.results.files import atomic_write

FILE_NAME = "calibration.json"


def machine_key() -> str:
    """What the figures depend on; a home folder may be shared by different machines."""
    cpus = f"{usable_cores()} of {os.cpu_count()} CPUs"
    return " | ".join((cpu_model(), cpus, f"{platform.system()} {platform.machine()}"))


def remember(figures: dict[str, Any]) -> Path:
    """Store the figures (``sending.calibrate.Calibration.to_dict``); the file they are in.

    Raises :class:`EnvironmentProblem` when it cannot be written.
    """
    path = cache_dir() / FILE_NAME
    known = {**read_known(path), machine_key(): {"at": time.time(), "figures": figures}}
    return atomic_write(path, json.dumps(known, indent=1).encode())


def calibrated_peak() -> float | None:
    """Plain lines/s the generator reached on this machine, ``None`` when it was never measured."""
    with suppress(EnvironmentProblem, KeyError, TypeError, ValueError):
        peak = float(read_known(cache_dir() / FILE_NAME)[machine_key()]["figures"]["peak_per_s"])
        return peak if peak > 0 else None
    return None


def read_known(path: Path) -> dict[str, Any]:
    """What is known so far; a file that cannot be read is as good as none."""
    with suppress(OSError, ValueError):
        data = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(data, dict):
            return data
    return {}
