"""What each arm ran on, where arms differ in it: versions of Spark, Java and Python."""

from __future__ import annotations

from collections.abc import Iterable

from bench.results.schema import EnginePlace
from bench.summary.source import Source


def apart(run: Source) -> dict[str, str]:
    """Arm to what it ran on in words; empty where all arms ran on the same."""
    words = {arm: " or ".join(map(_words, places)) for arm, places in _places(run).items()}
    return words if len(set(words.values())) > 1 else {}


def versions(run: Source) -> str:
    """Every version of a run in one line: that of sparkbench itself, and those of the arms."""
    info, machine = run.info, run.info.environment
    own = EnginePlace(spark=machine.spark, java=machine.java, python=machine.python)
    if words := apart(run):
        arms = "; ".join(f"{arm}: {what}" for arm, what in words.items())
        return f"sparkbench {info.sparkbench} on Python {machine.python}; {arms}"
    seen = next((places for places in _places(run).values()), [own])
    where = "" if seen[0].python == own.python else f" on Python {own.python}"
    return f"sparkbench {info.sparkbench}{where}, {' or '.join(map(_words, seen))}"


def _places(run: Source) -> dict[str, list[EnginePlace]]:
    """What the trials of each arm saw; of an arm without trials, what was planned for it."""
    found = {arm: _unique(_seen(run, arm)) for arm in run.arms}
    planned = run.info.places
    return {
        arm: places or [planned[arm]] for arm, places in found.items() if places or arm in planned
    }


def _seen(run: Source, arm: str) -> Iterable[EnginePlace]:
    for result in run.results:
        # A trial that did not come so far knows less than was planned.
        if result.trial.arm == arm and result.batches:
            place = result.environment
            yield EnginePlace(
                spark=place.spark, java=place.java, python=place.engine_python or place.python
            )


def _unique(places: Iterable[EnginePlace]) -> list[EnginePlace]:
    return list({_words(place): place for place in places}.values())


def _words(place: EnginePlace) -> str:
    return (
        f"Spark {place.spark or 'unknown'}, Java {place.java or 'unknown'}, Python {place.python}"
    )
