"""A plan: arms, axes and settings, validated; its trials in order and its hash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bench.contract.jobs import OWN
from bench.errors import UsageError
from bench.plan.arms import copy_of, pins
from bench.plan.axes import AUTO, AXES, CONF_PREFIX, PARAM_PREFIX
from bench.plan.cells import cell_of, digest, grouped_order, ordered, points, trial_seed
from bench.plan.check import check_arms, check_axes, check_cluster, check_settings, check_size
from bench.plan.faults import check_fault
from bench.plan.fork import jvm_groups
from bench.plan.jobs import (
    check_side,
    job_keys,
    job_lines,
    job_params,
    partitions_of,
    path_of,
    streams_of,
)
from bench.plan.load import check_load
from bench.plan.own import OwnJob, identity
from bench.plan.spec import Arm, Cell, Settings, TrialSpec, Value
from bench.plan.windows import trial_window

#: Of the dictionary form.
PLAN_VERSION = 1

#: The settings of ``--quick``.  Its axes: one trigger of 1 s, at most 2 cores, 1000 records/s.
QUICK = {"warmup_s": 2.0, "duration_s": 8.0}
QUICK_CORES = 2

#: A fault needs time before and after it; the window of a plan with one unless told otherwise.
WITH_FAULT = {"warmup_s": 5.0, "duration_s": 30.0}

#: Batches with records of every prelude of a new plan.  A number and not "until they have settled":
#: a prelude as long as the data ask for makes one arm's JVMs older than the other's.
PRELUDE_BATCHES = 20


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
        check_size(self.arms, self.axes, self.settings.rounds)
        OWN.update({job.name: job.info for job in self.settings.own_jobs})
        for spec in self.round_trials(1):
            check_side(spec.job, spec.arm, self._own.get(spec.job))
            check_cluster(spec)
            check_load(spec, *self.window_of(spec))
            check_fault(spec, *self.window_of(spec))

    @cached_property
    def points(self) -> list[Cell]:
        """Every cell with all its axes, in the order the values were given."""
        return points(self.axes)

    @cached_property
    def cells(self) -> list[Cell]:
        """What results call the cell of each point, in the same order."""
        return [cell_of(point, self.axes) for point in self.points]

    def window_of(self, spec: TrialSpec) -> tuple[float, float]:
        """Start and end of a trial's measured window, in seconds since its load began."""
        return trial_window(spec, self.settings)

    @property
    def trials_per_round(self) -> int:
        """Arms times cells."""
        return len(self.arms) * len(self.points)

    def round_trials(self, number: int) -> list[TrialSpec]:
        """The trials of a round (from 1), in the order they run; rounds have no upper end here."""
        order = grouped_order(self._groups, len(self.arms), number, self.settings.seed)
        first = (number - 1) * self.trials_per_round + 1
        return [
            self._trial(first + slot, cell, arm, number, slot)
            for slot, (cell, arm) in enumerate(order)
        ]

    @cached_property
    def _groups(self) -> list[int]:
        """For each cell the group that runs together: its own, or that of its JVM."""
        if self.settings.fork == "engine":
            return jvm_groups(self.cells)
        return list(range(len(self.points)))

    def trials(self) -> list[TrialSpec]:
        """The trials of all rounds the settings ask for, in order, first attempts."""
        rounds = range(1, self.settings.rounds + 1)
        return [spec for number in rounds for spec in self.round_trials(number)]

    def _trial(
        self, number: int, cell_index: int, arm_index: int, round_number: int, slot: int
    ) -> TrialSpec:
        arm, cell = self.arms[arm_index], self.cells[cell_index]
        point = {**self.points[cell_index], **pins(arm)}
        conf, params = (
            {
                key.removeprefix(prefix): str(point[key])
                for key in sorted(point)
                if key.startswith(prefix)
            }
            for prefix in (CONF_PREFIX, PARAM_PREFIX)
        )
        job, replayed = str(point["job"]), self.settings.replay is not None
        return TrialSpec(
            number=number,
            arm=arm,
            cell=cell,
            round=round_number,
            slot=slot,
            attempt=1,
            seed=trial_seed(self.settings.seed, cell, round_number),
            job=job,
            job_params=job_params(job, params),
            sink=str(point["sink"]),
            path=path_of(job, arm),
            trigger_s=float(point["trigger_s"]),
            cores=int(point["cores"]),
            rate_per_s=float(point["rate_per_s"]),
            arrivals=str(point["arrivals"]),
            conf=conf,
            payload_bytes=int(point["payload_bytes"]),
            replay=self.settings.replay,
            streams=streams_of(job, int(point["streams"])),
            payload_spread=float(point["payload_spread"]),
            keys=job_keys(job, str(point["lines"]), int(point["keys"]), replayed=replayed),
            skew=float(point["skew"]),
            replay_speed=self.settings.replay_speed,
            replay_sha256=self.settings.replay_sha256,
            equal=str(point["equal"]),
            inject_s=self.settings.inject_s if copy_of(arm) else 0.0,
            lines=job_lines(job, str(point["lines"]), replayed=replayed),
            partitions=partitions_of(point["partitions"], int(point["cores"])),
            checkpoint=str(point["checkpoint"]),
            master=str(point["master"]),
            executors=None if point["executors"] == AUTO else int(point["executors"]),
            listen=self.settings.listen,
            advertise=self.settings.advertise,
            fault=str(point["fault"]),
            job_reference=self._own[job].reference if job in self._own else "",
            job_digest=self._own[job].sha256 if job in self._own else "",
            python=dict(self.settings.runtimes).get(arm.keys.get("runtime", ""), ""),
        )

    @cached_property
    def _own(self) -> dict[str, OwnJob]:
        """The jobs of users by their names."""
        return {job.name: job for job in self.settings.own_jobs}

    @property
    def _plain(self) -> set[str]:
        """Axes that need not be told: at their default, and not part of every cell.

        So an axis that comes later leaves the hash of every earlier plan as it is.  It also means
        that the default of an axis, once published, is for ever.
        """
        return {
            axis.key
            for axis in AXES.values()
            if not axis.always and self.axes.get(axis.key) == (axis.read(axis.default, None),)
        }

    @property
    def plan_hash(self) -> str:
        """SHA-256 of the plan's dictionary form, in hex: equal plans, equal hash, for ever."""
        return hash_of(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary; :meth:`from_dict` is its inverse."""
        return {
            "plan_version": PLAN_VERSION,
            "arms": [
                {"text": arm.text, "engine": arm.engine, "keys": dict(arm.keys)}
                for arm in self.arms
            ],
            "axes": {key: list(self.axes[key]) for key in self.axes if key not in self._plain},
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
            _defaults() | {key: tuple(values) for key, values in data["axes"].items()},
            Settings.from_dict(data["settings"]),
        )


def hash_of(plan: Mapping[str, Any]) -> str:
    """The hash of a plan in its dictionary form."""
    return digest(identity(plan)).hex()


def _defaults() -> dict[str, tuple[Value, ...]]:
    """The axes as they are by default, but cores, whose default is the machine's business."""
    return {
        axis.key: (axis.read(axis.default, None),) for axis in AXES.values() if axis.key != "cores"
    }
