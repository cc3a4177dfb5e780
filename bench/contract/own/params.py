"""The parameters of a user's job: a class ``Params`` with annotated defaults."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import MISSING
from types import ModuleType
from typing import Any

from .. import EngineError
from ..jobs import Param


class JobProblem(EngineError):
    """What is wrong with a user's job, in one sentence that begins with its file and line."""


class Values(dict):  # type: ignore[type-arg]
    """Parameters of a job that declares none: by name in brackets or after a dot."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


def params_of(module: ModuleType, shown: str) -> tuple[Param, ...]:
    """The parameters that ``Params`` declares; bounds stand in the metadata of its fields."""
    declared = getattr(module, "Params", None)
    if declared is None:
        return ()
    if not isinstance(declared, type):
        raise JobProblem(f"{shown}: Params is no class; write class Params with annotated defaults")
    fields = getattr(declared, "__dataclass_fields__", {})
    found = []
    for name, kind in _annotations(declared).items():
        metadata = dict(fields[name].metadata) if name in fields else {}
        default = _default(declared, name, shown)
        if kind in (float, "float") and type(default) is int:
            default = float(default)
        if not isinstance(default, (int, float, str, bool)):
            raise JobProblem(
                f"{shown}, line {line_of(declared)}: Params.{name} is {default!r} by default; "
                "a parameter is a number, a text, or true or false"
            )
        choices = tuple(str(one) for one in metadata.get("choices", ()))
        found.append(
            Param(
                name,
                default,
                str(metadata.get("help", "")),
                minimum=metadata.get("minimum"),
                maximum=metadata.get("maximum"),
                choices=choices,
            )
        )
    return tuple(found)


def make_params(module: ModuleType, values: Mapping[str, Any]) -> Any:
    """What the user's functions get: ``Params`` filled in, with ``partitions`` besides."""
    declared = getattr(module, "Params", None)
    if declared is None:
        return Values(values)
    names = set(_annotations(declared))
    given = {name: value for name, value in values.items() if name in names}
    if hasattr(declared, "__dataclass_fields__"):
        made = declared(**given)
    else:
        made = declared()
        for name, value in given.items():
            setattr(made, name, value)
    for name, value in values.items():
        if name not in names:
            object.__setattr__(made, name, value)
    return made


def _annotations(declared: type) -> dict[str, Any]:
    """Names to annotations, those of base classes first."""
    found: dict[str, Any] = {}
    for base in reversed(declared.__mro__):
        found.update(vars(base).get("__annotations__", {}))
    return found


def _default(declared: type, name: str, shown: str) -> Any:
    field = getattr(declared, "__dataclass_fields__", {}).get(name)
    if field is not None:
        if field.default is not MISSING:
            return field.default
    elif hasattr(declared, name):
        return getattr(declared, name)
    raise JobProblem(
        f"{shown}, line {line_of(declared)}: Params.{name} has no default; give it one"
    )


def line_of(thing: Any) -> int:
    """The line where a function or class begins; 1 where that is unknown."""
    try:
        return inspect.getsourcelines(thing)[1]
    except (OSError, TypeError):
        return 1
