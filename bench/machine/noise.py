"""What A/A runs have taught about this machine, kept in the user's cache.

One JSON file; an entry a machine (CPU model and CPUs), Spark version, arm and metric, that of the
last A/A run.  A file that cannot be read is as good as none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bench.process.cache import cache_dir
from bench.results.files import atomic_write
from bench.results.schema import Environment
from bench.stats.metrics import HEADLINE

FILE_NAME = "noise.json"


@dataclass(frozen=True)
class Noise:
    """What one A/A run found; ``threshold`` and ``floor`` are ratios, ``at`` Unix seconds."""

    cpu: str
    cpus: int
    spark: str | None
    arm: str
    metric: str
    threshold: float
    floor: float
    spread: float
    rounds: int
    cells: int
    run_id: str
    at: float

    @property
    def key(self) -> tuple[str, int, str | None, str, str]:
        """What the entry is about; a later one of the same key takes its place."""
        return self.cpu, self.cpus, self.spark, self.arm, self.metric


def remember(noise: Noise) -> Path:
    """Keep ``noise`` in place of an earlier entry about the same; returns the file.

    :raises EnvironmentProblem: there is no cache that can be written to.
    """
    path = cache_dir() / FILE_NAME
    kept = [entry for entry in known(path) if entry.key != noise.key]
    data = {"version": 1, "entries": [asdict(entry) for entry in (*kept, noise)]}
    return atomic_write(path, json.dumps(data, indent=1, ensure_ascii=False).encode())


def machine_threshold(
    environment: Environment, arms: Iterable[str], metric: str = HEADLINE
) -> float | None:
    """The noise threshold of ``environment``'s machine and Spark for ``metric``, a ratio.

    It is the largest of the arms' own; ``None`` unless an A/A run is known of every one of them.
    ``arms`` are spelled as in results.  Never raises for a cache that is missing or damaged.
    """
    from bench.errors import EnvironmentProblem

    try:
        entries = {entry.key: entry.threshold for entry in known(cache_dir() / FILE_NAME)}
    except EnvironmentProblem:
        return None
    machine = environment.cpu, environment.cpus, environment.spark
    found = [entries.get((*machine, arm, metric)) for arm in arms]
    thresholds = [threshold for threshold in found if threshold is not None]
    return max(thresholds) if thresholds and len(thresholds) == len(found) else None


def known(path: Path) -> list[Noise]:
    """The entries of a file; none of one that is missing or damaged."""
    try:
        data: Any = json.loads(path.read_bytes())
        return TypeAdapter(list[Noise]).validate_python(data["entries"])
    except (OSError, ValueError, KeyError, TypeError, ValidationError):
        return []
