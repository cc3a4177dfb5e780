"""How far a run is, from its events; what both views show."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any

from bench.plan.plan import Plan
from bench.plan.spec import TrialSpec
from bench.plan.windows import settings_for, trial_window

#: Batch times kept for the plot.
RECENT_BATCHES = 120


class Progress:
    """The state of a run; feed it every event.  Times in seconds, by ``clock``."""

    def __init__(self, plan: Plan, clock: Callable[[], float] = time.monotonic) -> None:
        self.plan = plan
        self.spec: TrialSpec | None = None
        self.phase = ""
        self.batch_s: deque[float] = deque(maxlen=RECENT_BATCHES)
        self.done = 0
        self.left = 0
        self._clock = clock
        self._left_s = 0.0
        self._expected_s = 0.0
        self._started = clock()
        self._phase_started = clock()
        self._spent_s = 0.0
        self._foreseen_s = 0.0

    def update(self, event: dict[str, Any]) -> None:
        """Take in one event; unknown ones change nothing."""
        now = self._clock()
        match event["event"]:
            case "trial":
                self.spec, self.done, self.left = event["spec"], event["done"], event["left"]
                self._left_s, self._expected_s = event["left_s"], event["expected_s"]
                self._started = self._phase_started = now
                self.phase = "starting"
                self.batch_s.clear()
            case "phase":
                self.phase, self._phase_started = event["name"], now
                # Batches of the prelude are another stream's, at another trigger.
                if self.phase == "warm-up":
                    self.batch_s.clear()
            case "batch":
                self.batch_s.append(float(event["batch_s"]))
            case "result" if event["result"].status != "unsupported":
                self._spent_s += now - self._started
                self._foreseen_s += self._expected_s
            case _:
                pass

    @property
    def total(self) -> int:
        """Trials in all, those that ended included; retries may add to it."""
        return self.done + self.left

    @property
    def number(self) -> int:
        """Position of the trial under way, from 1."""
        return self.done + 1

    @property
    def phase_s(self) -> float:
        """Time spent in the phase under way."""
        return self._clock() - self._phase_started

    def expected_phase_s(self) -> float | None:
        """How long the phase under way is meant to take, where that is known."""
        if self.spec is None:
            return None
        start_s, end_s = trial_window(self.spec, settings_for(self.spec, self.plan.settings))
        if self.phase == "warm-up":
            return start_s
        if self.phase == "measuring":
            return end_s - start_s
        return None

    def share(self) -> float:
        """How much of the run is done, from 0 to 1: trials that ended, and the one under way."""
        if self.spec is None or self.total == 0:
            return 0.0
        pace = self._expected_s * self._pace()
        in_trial = (self._clock() - self._started) / pace if pace > 0 else 0.0
        return min(1.0, (self.done + min(0.99, in_trial)) / self.total)

    def _pace(self) -> float:
        """How long trials took against what was expected of them."""
        return self._spent_s / self._foreseen_s if self._foreseen_s > 0 else 1.0

    def remaining_s(self) -> float:
        """Expected time to the end, by how long trials took against what was expected of them."""
        pace = self._pace()
        in_trial = min(self._clock() - self._started, self._expected_s * pace)
        return max(0.0, self._left_s * pace - in_trial)

    def after_s(self) -> float:
        """Expected time to the end once the trial under way has ended."""
        pace = self._pace()
        return max(0.0, (self._left_s - self._expected_s) * pace)
