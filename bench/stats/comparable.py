"""When two runs may be compared at all, and what else differs between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

#: Settings that change how much is known, not what is measured; users' jobs are told apart by the
#: code that ran.
NEUTRAL_SETTINGS = frozenset(
    {"rounds", "seed", "metric", "until", "budget_s", "tail_s", "own_jobs"}
)


#: Begins the name of a setting that trials took from the user's files and environment, and of one
#: that plan or sparkbench made.
INHERITED, MADE = "inherited ", "setting "


@dataclass(frozen=True)
class RunFacts:
    """What decides whether a run can be compared with another.

    ``axes``: axis key to the values of the plan.  ``code``: digests of the code that ran in its
    trials.  ``versions``: name to version of Spark, Java and so on, whose change is what one wants
    to compare.
    """

    run_id: str
    schema_version: int
    cpu: str
    cpus: int
    axes: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    code: frozenset[str] = frozenset()
    versions: Mapping[str, str | None] = field(default_factory=dict)


def obstacles(before: RunFacts, after: RunFacts, *, machines: bool = True) -> tuple[str, ...]:
    """Why the two runs must not be compared, each as half a sentence; empty when they may.

    ``machines=False`` allows two machines, for a comparison of ratios.
    """
    found = []
    if before.run_id == after.run_id:
        found.append("both are the same run")
    if before.schema_version != after.schema_version:
        found.append(f"other schema ({before.schema_version} against {after.schema_version})")
    if machines and _machine(before) != _machine(after):
        found.append(f"other machine ({_machine(before)} against {_machine(after)})")
    if _jobs(before) != _jobs(after):
        found.append(f"other job ({_listed(_jobs(before))} against {_listed(_jobs(after))})")
    elif before.code and after.code and before.code != after.code:
        found.append(
            "other version of the code that ran in the trials "
            f"({_listed(sorted(before.code))} against {_listed(sorted(after.code))})"
        )
    plan = [*_axes(before, after), *_settings(before, after)]
    if plan:
        found.append(f"other plan ({'; '.join(plan)})")
    return tuple(found)


def changes(before: RunFacts, after: RunFacts) -> tuple[str, ...]:
    """What differs and may: ``Spark 4.2.0 to 4.3.0``.

    Settings that were made are compared where both runs tell them; runs of before told none.
    """
    names = dict.fromkeys([*before.versions, *after.versions])
    sides = (before.versions, after.versions)
    if not all(any(name.startswith(MADE) for name in side) for side in sides):
        names = {name: None for name in names if not name.startswith(MADE)}
    pairs = ((name, before.versions.get(name), after.versions.get(name)) for name in names)
    return tuple(
        f"{name} {a or _without(name)} to {b or _without(name)}" for name, a, b in pairs if a != b
    )


def _without(name: str) -> str:
    """What a run without that version, or that setting from the user's surroundings, had."""
    return "Spark's own" if name.startswith((INHERITED, MADE)) else "unknown"


def shared_axes(before: RunFacts, after: RunFacts) -> tuple[str, ...]:
    """The axes by which cells of both runs are told apart: those with several values in either."""
    several = (
        axis
        for axis in dict.fromkeys([*before.axes, *after.axes])
        if any(len(facts.axes.get(axis, ())) > 1 for facts in (before, after))
    )
    return tuple(several)


def _machine(facts: RunFacts) -> str:
    return f"{facts.cpu}, {facts.cpus} CPU" + ("" if facts.cpus == 1 else "s")


def _jobs(facts: RunFacts) -> list[str]:
    return [str(job) for job in facts.axes.get("job", ())]


def _axes(before: RunFacts, after: RunFacts) -> list[str]:
    axes = [axis for axis in dict.fromkeys([*before.axes, *after.axes]) if axis != "job"]
    return [
        f"{axis} {_listed(before.axes.get(axis, ()))} against {_listed(after.axes.get(axis, ()))}"
        for axis in axes
        if _set(before.axes.get(axis, ())) != _set(after.axes.get(axis, ()))
    ]


def _settings(before: RunFacts, after: RunFacts) -> list[str]:
    names = dict.fromkeys([*before.settings, *after.settings])
    pairs = (
        (name, before.settings.get(name), after.settings.get(name))
        for name in names
        if name not in NEUTRAL_SETTINGS
    )
    digests = [facts.settings.get("replay_sha256") for facts in (before, after)]
    # A file to replay is told by its content, where both runs know it, else by its place.
    untold = "replay" if all(digests) else "replay_sha256"
    return [f"{name} {a} against {b}" for name, a, b in pairs if a != b and name != untold]


def _set(values: Sequence[Any]) -> set[str]:
    """Values free of order and of whether a number is written 1 or 1.0."""
    return {repr(float(v)) if isinstance(v, int | float) else str(v) for v in values}


def _listed(values: Sequence[Any]) -> str:
    return ", ".join(map(str, values)) or "none"
