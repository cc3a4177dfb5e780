"""A plan: arms, axes and settings, validated; its trials in order and its hash."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bench.errors import UsageError
from bench.plan.arms import choice, pins
from bench.plan.axes import CONF_PREFIX
from bench.plan.cells import cell_of, digest, ordered, points
from bench.plan.check import check_arms, check_axes, check_settings
from bench.plan.order import round_order, trial_seed
from bench.plan.spec import Arm, Cell, Settings, TrialSpec, Value

#: Of the dictionary form.
PLAN_VERSION = 1

#: A window shorter than this says more about its edges than about the engine.
MIN_WINDOW_TRIGGERS = 8

#: The settings of ``--quick``.  Its axes: one trigger of 1 s, at most 2 cores, 1000 records/s.
QUICK = {"rounds": 3, "warmup_s": 3.0, "duration_s": 12.0, "prelude_cap_s": 12.0}
QUICK_CORES = 2


def window_s(trigger_s: float, duration_s: float) -> float:
    """Length of the measured window: whole trigger intervals, at least 8, at least the duration."""
    if trigger_s == 0:
        return duration_s
    return max(MIN_WINDOW_TRIGGERS, math.ceil(duration_s / trigger_s - 1e-9)) * trigger_s


def default_tail_s(longest_trigger_s: float) -> float:
    """How long the window's last record may take: 20 s, or 4 trigger intervals if that is more."""
    return max(20.0, 4 * longest_trigger_s)


@dataclass(frozen=True)
class Plan:
    """Everything a run is to do.  ``axes`` maps a cell key to its values, in canonical order.

    The first arm is the baseline.  Building one checks it; :class:`UsageError` says what is wrong.
    """

    arms: tuple[Arm, ...]
    axes: Mapping[str, tuple[Value, ...]]
    settings: Settings

    def __post_init__(self) -> None:
        object.__setattr__(self, "axes", ordered(self.axes))
        check_arms(self.arms)
        check_axes(self.axes)
        check_settings(self.settings)

    @cached_property
    def points(self) -> list[Cell]:
        """Every cell with all its axes, in the order the values were given."""
        return points(self.axes)

    @cached_property
    def cells(self) -> list[Cell]:
        """What results call the cell of each point, in the same order."""
        return [cell_of(point, self.axes) for point in self.points]

    @property
    def trials_per_round(self) -> int:
        """Arms times cells."""
        return len(self.arms) * len(self.points)

    def round_trials(self, number: int) -> list[TrialSpec]:
        """The trials of a round (from 1), in the order they run; rounds have no upper end here."""
        order = round_order(len(self.points), len(self.arms), number, self.settings.seed)
        first = (number - 1) * self.trials_per_round + 1
        return [
            self._trial(first + slot, cell, arm, number, slot)
            for slot, (cell, arm) in enumerate(order)
        ]

    def trials(self) -> list[TrialSpec]:
        """The trials of all rounds the settings ask for, in order, first attempts."""
        rounds = range(1, self.settings.rounds + 1)
        return [spec for number in rounds for spec in self.round_trials(number)]

    def _trial(
        self, number: int, cell_index: int, arm_index: int, round_number: int, slot: int
    ) -> TrialSpec:
        arm, cell = self.arms[arm_index], self.cells[cell_index]
        point = {**self.points[cell_index], **pins(arm)}
        conf = {
            key.removeprefix(CONF_PREFIX): str(point[key])
            for key in sorted(point)
            if key.startswith(CONF_PREFIX)
        }
        return TrialSpec(
            number=number,
            arm=arm,
            cell=cell,
            round=round_number,
            slot=slot,
            attempt=1,
            seed=trial_seed(self.settings.seed, cell, round_number),
            job=str(point["job"]),
            job_params={},
            sink=str(point["sink"]),
            path=choice(arm, "path"),
            trigger_s=float(point["trigger_s"]),
            cores=int(point["cores"]),
            rate_per_s=float(point["rate_per_s"]),
            arrivals=str(point["arrivals"]),
            conf=conf,
            payload_bytes=self.settings.payload_bytes,
            replay=self.settings.replay,
            streams=int(point["streams"]),
        )

    @property
    def plan_hash(self) -> str:
        """SHA-256 of the plan's dictionary form, in hex: equal plans, equal hash, for ever."""
        return digest(self.to_dict()).hex()

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary; :meth:`from_dict` is its inverse."""
        return {
            "plan_version": PLAN_VERSION,
            "arms": [
                {"text": arm.text, "engine": arm.engine, "keys": dict(arm.keys)}
                for arm in self.arms
            ],
            "axes": {key: list(values) for key, values in self.axes.items()},
            "settings": self.settings.to_dict(),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Plan:
        """Rebuild from :meth:`to_dict`; :class:`UsageError` for the plan of a newer version."""
        if data.get("plan_version") != PLAN_VERSION:
            raise UsageError(
                f"this plan is of version {data.get('plan_version')}, known is {PLAN_VERSION}; "
                "use the sparkbench that wrote it"
            )
        return cls(
            tuple(Arm.from_dict(arm) for arm in data["arms"]),
            {key: tuple(values) for key, values in data["axes"].items()},
            Settings.from_dict(data["settings"]),
        )
