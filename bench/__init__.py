"""sparkbench: DStream against Structured Streaming, measured on your own machine.

``compare(...)`` measures and returns a :class:`Run`, ``capacity(...)`` searches the highest rate
that holds; ``Run.load(path)`` opens an earlier run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench._version import __version__

if TYPE_CHECKING:
    from bench.api import compare
    from bench.api_capacity import capacity
    from bench.run import Run

__all__ = ["Run", "__version__", "capacity", "compare"]


def __getattr__(name: str) -> Any:
    # Imported when asked for: ``sparkbench --help`` and a trial's child need neither.
    if name == "compare":
        from bench.api import compare

        return compare
    if name == "capacity":
        from bench.api_capacity import capacity

        return capacity
    if name == "Run":
        from bench.run import Run

        return Run
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
