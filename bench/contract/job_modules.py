"""Find and load the job modules of an engine package, and what a job is built with."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from . import EngineError, Options
from .jobs import JobInfo, check_params, job_info
from .own.info import is_reference
from .own.jobs import side as own_side

#: The parameter every job gets beside its own: partitions of a shuffle, ``None`` for Spark's
#: default.
PARTITIONS = "partitions"


def job_names(package: ModuleType) -> list[str]:
    """Names of the jobs in an engine's ``jobs`` package, sorted."""
    return sorted(
        module.name for module in pkgutil.iter_modules(package.__path__) if module.name[0] != "_"
    )


def load_job(package: ModuleType, name: str) -> ModuleType:
    """The module of job ``name``; raises :class:`EngineError` for an unknown one.

    A reference to a user's job (``bench.contract.own.jobs``) gives its side for this engine.
    """
    if is_reference(name):
        side: ModuleType = own_side(package, name)
        return side
    known = job_names(package)
    if name not in known:
        raise EngineError(f"job: {name!r} is not known; choose one of {', '.join(known)}")
    return importlib.import_module(f"{package.__name__}.{name}")


def why_not(job: ModuleType, options: Options, default_paths: Sequence[str]) -> str | None:
    """``None``, or why this job cannot run as ``options`` want, whatever the engine."""
    path = options.path or default_paths[0]
    paths = getattr(job, "PATHS", default_paths)
    info = job_info(options.job)
    if path not in paths:
        why = getattr(job, "WITHOUT", {}).get(path)
        reason = "" if why is None else f": {why}"
        return f"job {info.name} has no {path} path here, only {', '.join(paths)}{reason}"
    for module in getattr(job, "NEEDS", ()):
        if importlib.util.find_spec(module) is None:
            return f"job {info.name} needs the Python module {module}, which is not installed"
    least = info.least_streams
    if len(options.endpoints) < least:
        return f"job {info.name} reads {least} streams: give it as many (--streams {least})"
    return None


def build_params(options: Options) -> dict[str, Any]:
    """What ``build`` gets: the job's parameters, all of them, and ``partitions``.

    Raises :class:`EngineError` for a parameter that is not possible.
    """
    try:
        values: dict[str, Any] = check_params(job_info(options.job).params, options.job_params)
    except ValueError as problem:
        raise EngineError(f"job {job_info(options.job).name}: {problem}") from None
    return {**values, PARTITIONS: options.partitions}


def inputs_of(info: JobInfo, streams: Sequence[Any]) -> list[list[Any]]:
    """The streams of each input: stream i feeds input i mod n; with 0 inputs each is its own."""
    count = info.inputs or len(streams)
    return [list(streams[number::count]) for number in range(count)]
