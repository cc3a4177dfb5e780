"""What a user's job says of itself, and whether it is one at all."""

from __future__ import annotations

import difflib
import inspect
import os
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from .. import PATHS
from ..jobs import JobInfo
from ..jvm.references import is_made
from .params import JobProblem, line_of, params_of

MODULE = "module:"
SUFFIX = ".py"

#: Engine id to the function that builds its side.
BUILDERS: dict[str, str] = {"dstream": "build_dstream", "structured": "build_structured"}

#: The path of each side where the job does not say.
USUAL_PATHS: dict[str, str] = {"dstream": "python", "structured": "jvm"}

#: What a job can ask of its verification, and what each is made of.
VERIFY: dict[str, Any] = {
    "records": int,
    "rate_per_s": float,
    "params": dict,
    "keys": int,
    "pause_s": float,
    "after_s": float,
}

_KINDS = {int: "a whole number", str: "a text", bool: "True or False"}


def is_reference(name: str) -> bool:
    """Whether ``name`` is a reference and not the name of a job of the catalogue."""
    return name.startswith(MODULE) or name.endswith(SUFFIX) or is_made(name)


def name_of(reference: str) -> str:
    """What the job is called: the file's name without its suffix, the module's last part."""
    if reference.startswith(MODULE):
        return reference[len(MODULE) :].rpartition(".")[2]
    return os.path.basename(reference)[: -len(SUFFIX)]


def info_of(module: ModuleType, reference: str) -> JobInfo:
    """What the table of the catalogue would say of it; raises :class:`JobProblem`."""
    shown = os.path.basename(module.__file__ or reference)
    inputs = _declared(module, "INPUTS", int, 1, shown)
    if inputs < 0:
        raise JobProblem(f"{shown}: INPUTS is {inputs}; give the number of streams it reads")
    title = (module.__doc__ or "").strip().splitlines()
    name = name_of(reference)
    return JobInfo(
        name,
        title[0].strip().rstrip(".") if title else name,
        "yours",
        inputs=inputs,
        lines=_declared(module, "LINES", str, "plain", shown),
        keys=_declared(module, "KEYS", int, 0, shown),
        params=params_of(module, shown),
        numbered=_declared(module, "NUMBERED", bool, False, shown),
        stateful=_declared(module, "STATEFUL", bool, False, shown),
        paths=tuple(
            (engine, paths_of(module, engine)[0])
            for engine, usual in USUAL_PATHS.items()
            if paths_of(module, engine)[0] != usual
        ),
    )


def engines_of(module: ModuleType, reference: str) -> list[str]:
    """The engines it has a side for; raises :class:`JobProblem` where a side cannot be called."""
    shown = os.path.basename(module.__file__ or reference)
    inputs = info_of(module, reference).inputs or 2
    found = []
    for engine, name in BUILDERS.items():
        builder = getattr(module, name, None)
        if builder is None:
            continue
        line = line_of(builder)
        if not callable(builder):
            raise JobProblem(f"{shown}: {name} is no function; write def {_form(name, inputs)}")
        try:
            inspect.signature(builder).bind(*([None] * inputs), params=None)
        except TypeError:
            raise JobProblem(
                f"{shown}, line {line}: {name} does not take {inputs} "
                f"stream{'' if inputs == 1 else 's'} of lines and params; "
                f"write def {_form(name, inputs)}"
            ) from None
        found.append(engine)
    if not found:
        raise JobProblem(missing(module, reference, "dstream", "structured"))
    return found


def missing(module: ModuleType, reference: str, *engines: str) -> str:
    """The sentence for a side that is not there, with the line of what was perhaps meant."""
    shown = os.path.basename(module.__file__ or reference)
    names = [BUILDERS[engine] for engine in engines]
    own = {
        name: value
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__
    }
    near = difflib.get_close_matches(names[0], own, n=1, cutoff=0.5)
    hint = ""
    if near and near[0] not in BUILDERS.values():
        hint = f"; did you mean {near[0]} in line {line_of(own[near[0]])}?"
    what = " or ".join(_form(name, 1) for name in names)
    return f"{shown}: it has no function {what}{hint}"


def paths_of(module: ModuleType, engine: str) -> tuple[str, ...]:
    """The paths a side can take, the first by default: ``PATHS``, for both or by engine."""
    declared = getattr(module, "PATHS", None)
    if isinstance(declared, Mapping):
        declared = declared.get(engine)
    if declared is None:
        return (USUAL_PATHS[engine],)
    found = (declared,) if isinstance(declared, str) else tuple(declared)
    if not found or any(path not in PATHS for path in found):
        raise JobProblem(
            f"{os.path.basename(module.__file__ or '')}: PATHS is {declared!r}; "
            f"give some of {', '.join(PATHS)}, for instance "
            '{"structured": ("python",)}'
        )
    return found


def verify_of(module: ModuleType, reference: str) -> dict[str, Any]:
    """What the job asks of its verification: ``VERIFY``; raises :class:`JobProblem`."""
    shown = os.path.basename(module.__file__ or reference)
    return checked_verify(getattr(module, "VERIFY", {}), shown, "VERIFY")


def checked_verify(declared: Any, shown: str, called: str) -> dict[str, Any]:
    """What a job may ask of its verification; ``called`` is where it does."""
    if not isinstance(declared, Mapping):
        raise JobProblem(f"{shown}: {called} is {declared!r}; give a dictionary")
    for name, value in declared.items():
        if name not in VERIFY:
            raise JobProblem(
                f"{shown}: {called} has {name!r}, which means nothing; "
                f"known are {', '.join(VERIFY)}"
            )
        wanted = VERIFY[name]
        number = isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0
        if not (isinstance(value, Mapping) if wanted is dict else number):
            what = "a dictionary" if wanted is dict else "a number from 0"
            raise JobProblem(f"{shown}: {called} has {name}={value!r}; give {what}")
    return {name: VERIFY[name](value) for name, value in declared.items()}


def _declared(module: ModuleType, name: str, kind: type, default: Any, shown: str) -> Any:
    value = getattr(module, name, default)
    if type(value) is not kind:
        raise JobProblem(f"{shown}: {name} is {value!r}; give {_KINDS[kind]}")
    return value


def _form(name: str, inputs: int) -> str:
    lines = ", ".join(["lines"] if inputs == 1 else [f"lines_{i}" for i in range(1, inputs + 1)])
    return f"{name}({lines}, params)"
