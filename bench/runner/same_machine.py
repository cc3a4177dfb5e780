"""Whether a run would go on where it began: the same machine, versions and code.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from bench.results.schema import EnginePlace, Environment, RunInfo, TrialResult

#: What the kernel keeps for itself differs a little from boot to boot.
_MEMORY_SHARE = 0.02


def changes(
    info: RunInfo,
    results: Iterable[TrialResult],
    now: Environment,
    *,
    version: str,
    code_digest: str,
    places: Mapping[str, EnginePlace] = MappingProxyType({}),
) -> list[str]:
    """What is not as it was when the run began, half a sentence each; empty when all is.

    ``places`` is what each arm would run on now.
    """
    then = info.environment
    facts = [
        ("the CPU", then.cpu, now.cpu),
        ("the number of CPUs", then.cpus, now.cpus),
        ("the system", then.os, now.os),
        ("Spark", then.spark, now.spark),
        ("Java", then.java, now.java),
        ("Python", then.python, now.python),
        ("sparkbench", info.sparkbench, version),
    ]
    ours = (then.spark, then.java, then.python)
    for arm, place in places.items():
        before = info.places.get(arm)
        if before is not None and (before.spark, before.java, before.python) != ours:
            facts += [
                (f"Spark of {arm}", before.spark, place.spark),
                (f"Java of {arm}", before.java, place.java),
                (f"Python of {arm}", before.python, place.python),
            ]
    found = [
        f"{what} was {old or 'none'} and is {new or 'none'}"
        for what, old, new in facts
        if old != new
    ]
    if abs(now.memory_bytes - then.memory_bytes) > _MEMORY_SHARE * then.memory_bytes:
        sizes = (f"{size / 2**30:.1f} GiB" for size in (then.memory_bytes, now.memory_bytes))
        found.append("the memory was {} and is {}".format(*sizes))
    if any(result.trial.code_digest != code_digest for result in results):
        found.append("the code of the engines is not the one its trials ran")
    return found
