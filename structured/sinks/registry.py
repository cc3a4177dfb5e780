"""All sinks by name; those that only tests and proofs use are imported when asked for."""

from __future__ import annotations

from collections.abc import Callable

from .base import Sink
from .own import Console, Drain, Files, Sqlite


def truth() -> Sink:
    """The sink of the accuracy proof; its module is of no use to anyone else."""
    from .truth import Truth

    return Truth()


def capture() -> Sink:
    """The sink of ``sparkbench verify``."""
    from .capture import Capture

    return Capture()


def ledger() -> Sink:
    """The sink of trials with a fault."""
    from .ledger import Ledger

    return Ledger()


SINKS: dict[str, Callable[[], Sink]] = {
    "capture": capture,
    "console": Console,
    "drain": Drain,
    "files": Files,
    "ledger": ledger,
    "sqlite": Sqlite,
    "truth": truth,
}
