"""Find and load the job modules of an engine package."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

from . import EngineError


def job_names(package: ModuleType) -> list[str]:
    """Names of the jobs in an engine's ``jobs`` package, sorted."""
    return sorted(module.name for module in pkgutil.iter_modules(package.__path__))


def load_job(package: ModuleType, name: str) -> ModuleType:
    """The module of job ``name``; raises :class:`EngineError` for an unknown one."""
    known = job_names(package)
    if name not in known:
        raise EngineError(f"job: {name!r} is not known; choose one of {', '.join(known)}")
    return importlib.import_module(f"{package.__name__}.{name}")
