"""sparkbench: DStream against Structured Streaming, measured on your own machine.

``compare(...)`` measures and returns a :class:`Run`, ``capacity(...)`` searches the highest rate
that holds, ``demand(...)`` the least cores, ``tune(...)`` better settings; ``aa(...)`` measures
noise, ``soak(...)`` what drifts.
``Run.load(path)`` opens an earlier run.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from bench._version import __version__

if TYPE_CHECKING:
    from bench.api import aa, capacity, compare, demand, soak, tune
    from bench.run import Run

__all__ = ["Run", "__version__", "aa", "capacity", "compare", "demand", "soak", "tune"]


def __getattr__(name: str) -> Any:
    # Imported when asked for: ``sparkbench --help`` and a trial's child need neither.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("bench.run" if name == "Run" else "bench.api"), name)
