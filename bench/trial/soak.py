"""What a long trial keeps an eye on: heap, state, memory and files, at regular moments."""

from __future__ import annotations

import os
import time
from pathlib import Path

from bench.contract import Options
from bench.results.schema import SoakSample
from bench.trial.checkpoints import local_folder
from bench.trial.engine import EngineProcess
from bench.trial.sampler import Sampler

#: Samples of a trial, and the least time between two.
SAMPLES, LEAST_S = 240, 1.0

#: What the engine's process tells.
_OF_ENGINE = ("heap_after_gc_bytes", "state_rows", "state_bytes")


class SoakLog:
    """Samples of one stream; ``look`` is called often and does something rarely."""

    def __init__(
        self, engine: EngineProcess, options: Options, sampler: Sampler, length_s: float
    ) -> None:
        self._engine = engine
        self._sampler = sampler
        self._every_s = max(length_s / SAMPLES, LEAST_S)
        self._next = time.monotonic()
        place = options.checkpoint_dir
        self._folder = None if place is None else local_folder(place)
        self._seen: list[SoakSample] = []

    def look(self) -> None:
        """Take a sample if it is time; the engine's part of it arrives later."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + self._every_s
        files, size = (None, None) if self._folder is None else contents(self._folder)
        self._seen.append(
            SoakSample(
                at=time.time(),
                rss_bytes=self._sampler.rss_bytes,
                checkpoint_files=files,
                checkpoint_bytes=size,
            )
        )
        self._engine.ask_sizes()

    def samples(self) -> list[SoakSample]:
        """All samples, those of the engine put in: it answers in the order it is asked."""
        return [
            sample.model_copy(update={name: answer.get(name) for name in _OF_ENGINE})
            for sample, answer in zip(self._seen, self._engine.size_log, strict=False)
        ]


def contents(folder: Path) -> tuple[int, int]:
    """Files below a folder and their bytes, as far as they are there when looked at."""
    files = size = 0
    for place, _folders, names in os.walk(folder):
        for name in names:
            try:
                size += os.stat(os.path.join(place, name)).st_size
                files += 1
            except OSError:
                continue  # gone meanwhile
    return files, size
