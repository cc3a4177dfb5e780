"""The profiles of the engines as tables: what each knob does, what it costs, where it came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.contract.knobs import SLOTS, Knob
from bench.document.parts import Grid, Line, Part

#: Profiles of each engine, engine id to profile to knobs.
Profiles = Mapping[str, Mapping[str, Sequence[Knob]]]

#: What each profile is for.
MEANINGS = {
    "textbook": "what Spark does by itself, as tutorials leave it",
    "tuned": "the best known with the same delivery guarantee",
    "fastest": "the best known with any guarantee",
}

#: What stands for an effect that nobody has measured by itself.
UNMEASURED = "not measured by itself"


def profile_lines(profiles: Profiles) -> list[Part]:
    """A table an engine, one row a knob, and below it why each helps."""
    parts: list[Part] = [Line(f"profile={name}: {meaning}.") for name, meaning in MEANINGS.items()]
    for engine, sets in profiles.items():
        knobs = _profiles_of(sets)
        parts.append(Line(""))
        if not knobs:
            parts.append(Line(f"{engine}: every profile is the textbook's.", "bold"))
            continue
        parts.append(Line(f"{engine}", "bold"))
        parts.append(_grid(knobs))
        parts += [Line(f"{knob.name}: {knob.reason}", "dim") for knob, _names in knobs]
    parts.append(Line(""))
    parts.append(
        Line("A knob's setting can be given by hand with --conf, which wins over a profile.")
    )
    return parts


def profile_data(profiles: Profiles) -> list[dict[str, str | bool | list[str]]]:
    """The same as JSON-ready data: one entry a knob and engine."""
    return [
        {
            "engine": engine,
            "name": knob.name,
            "profiles": names,
            "where": knob.where,
            "option": knob.option,
            "conf": f"{knob.key}={knob.value}",
            "effect": knob.effect,
            "reason": knob.reason,
            "weakens_guarantee": knob.weakens_guarantee,
            "transfers_to_remote_stores": knob.transfers_to_remote_stores,
        }
        for engine, sets in profiles.items()
        for knob, names in _profiles_of(sets)
    ]


def _profiles_of(sets: Mapping[str, Sequence[Knob]]) -> list[tuple[Knob, list[str]]]:
    """Each knob once, with the names of the profiles that have it."""
    found: dict[str, tuple[Knob, list[str]]] = {}
    for name, knobs in sets.items():
        for knob in knobs:
            found.setdefault(knob.key, (knob, []))[1].append(name)
    return list(found.values())


def _grid(knobs: Sequence[tuple[Knob, list[str]]]) -> Grid:
    rows = tuple(
        (
            knob.name,
            ", ".join(names),
            "weakens" if knob.weakens_guarantee else "same",
            "yes" if knob.transfers_to_remote_stores else "no",
            f"{knob.where} {knob.option} = {_value(knob)}; {knob.effect or UNMEASURED}",
        )
        for knob, names in knobs
    )
    heading = ("knob", "profiles", "guarantee", "remote stores", "setting and measured effect")
    return Grid(heading, rows, frozenset(heading), wrap=True)


def _value(knob: Knob) -> str:
    return knob.value.replace(SLOTS, "one a task slot")
