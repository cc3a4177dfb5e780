"""Where the seconds of one trial go."""

from __future__ import annotations

import time


class Clock:
    """Runs from when it is made; each :meth:`lap` gives a phase what has passed since the last."""

    def __init__(self) -> None:
        self._began = self._last = time.monotonic()
        self.spent: dict[str, float] = {}

    def lap(self, phase: str) -> None:
        """End ``phase`` (of ``bench.plan.phases.PHASES``) here; one may have several laps."""
        now = time.monotonic()
        self.spent[phase] = self.spent.get(phase, 0.0) + now - self._last
        self._last = now

    @property
    def so_far_s(self) -> float:
        """Seconds since it was made."""
        return time.monotonic() - self._began
