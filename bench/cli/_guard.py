"""``bench`` and ``structured`` are common words: be sure that they are sparkbench's own."""

from __future__ import annotations

from collections.abc import Callable
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path

import bench
from bench.errors import UsageError

#: The packages of the one wheel.
PACKAGES = ("bench", "legacy_dstream", "structured")


def guard(find: Callable[[str], ModuleSpec | None] = find_spec) -> None:
    """Check that the packages of sparkbench come from one place.

    Nothing is imported.  Raises :class:`UsageError` that names the one that shadows ours, and
    where it lies.
    """
    home = Path(bench.__file__ or "").resolve().parent.parent
    for name in PACKAGES:
        spec = find(name)
        if spec is None:
            raise UsageError(
                f"The package {name!r} is missing beside {home / 'bench'}; "
                "install sparkbench again."
            )
        place = _place(spec)
        if place != home / name:
            raise UsageError(
                f"Another {name!r} shadows sparkbench's own: {place} is found before "
                f"{home / name}; start from another folder, or take that one off PYTHONPATH."
            )


def _place(spec: ModuleSpec) -> Path:
    """The folder of a package, with or without an ``__init__.py``, or the file of a module."""
    folders = list(spec.submodule_search_locations or [])
    return Path(folders[0] if folders else spec.origin or spec.name).resolve()
