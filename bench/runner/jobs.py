"""Which jobs there are, without importing the engine packages."""

from __future__ import annotations

import importlib.util
import pkgutil
from pathlib import Path

from bench.contract import ENGINE_MODULES


def job_names() -> tuple[str, ...]:
    """Names of all jobs of any engine, sorted; an engine that lacks one reports it unsupported."""
    names: set[str] = set()
    for module in ENGINE_MODULES.values():
        package = module.partition(".")[0]
        # Only a top-level name is looked up: that finds the folder and runs none of its code.
        spec = importlib.util.find_spec(package)
        for folder in (spec and spec.submodule_search_locations) or ():
            found = pkgutil.iter_modules([str(Path(folder) / "jobs")])
            names.update(module.name for module in found if not module.name.startswith("_"))
    return tuple(sorted(names))
