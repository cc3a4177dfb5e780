"""Whose a setting is that a trial's Spark really had and that is not Spark's own."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.plan.arms import choice
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.plan.spec import TrialSpec
from bench.redaction import hide
from bench.results.schema import Setting
from bench.runtime.inherited import JVM_VARIABLES, inherited
from bench.trial.knobs import base_conf, profile_settings, promised_settings
from bench.trial.setup import PARTITIONS_KEY, spark_conf, task_slots

#: Stands for the trial's own folder of temporary files, which is another one each time.
_TEMP = "$TMP"


def effective(
    spec: TrialSpec, seen: Mapping[str, Sequence[str | None]], temp_dir: Path
) -> list[Setting]:
    """Every setting of ``seen`` (``bench.contract.effective``) with its origin, sorted by name.

    Origins are those of :func:`origin`; what the JVM took from variables of its own is told too.
    Secrets are hidden.
    """
    found = [
        Setting(
            key=key,
            value=hide(key, str(value).replace(str(temp_dir), _TEMP)),
            default=default,
            origin=origin(spec, key, str(value)),
        )
        for key, (value, default) in seen.items()
    ]
    if seen:
        found += [
            Setting(key=name, value=hide(name, os.environ[name]), origin="environment")
            for name in JVM_VARIABLES
            if os.environ.get(name)
        ]
    return sorted(found, key=lambda one: one.key)


def origin(spec: TrialSpec, key: str, value: str) -> str:
    """Who made a setting: ``plan``, ``profile NAME``, ``guarantee NAME``, the file or variable it
    was inherited from, ``sparkbench``, or ``job`` where nobody else did.
    """
    if key in spec.conf or (key == PARTITIONS_KEY and spec.partitions is not None):
        return "plan"
    if key in profile_settings(spec, task_slots(spec)):
        return f"profile {choice(spec.arm, 'profile')}"
    if key in promised_settings(spec):
        return f"guarantee {choice(spec.arm, 'guarantee')}"
    if key in ours(spec):
        return "sparkbench"
    for one in inherited():
        if one.key == key and one.value == value:
            return one.origin
    return "job"


def always_ours() -> frozenset[str]:
    """What trials of either engine make themselves, whatever the plan says."""
    specs = build_plan(["dstream", "structured"], around=Surroundings(1)).round_trials(1)
    return frozenset.intersection(*map(ours, specs))


def ours(spec: TrialSpec) -> frozenset[str]:
    """The settings that every trial like this one makes itself, the user's and the profile's too:
    none of them is ever taken from the user's surroundings.
    """
    made = {**base_conf(spec.arm.engine, spec.master), **spark_conf(spec, Path(_TEMP))}
    return frozenset((*made, "spark.master", "spark.app.name"))
