"""Faults that the code has already, whatever API it uses.

Each rule looks at one file and at what the others of the application do.  Where it cannot be sure
it asks; what it is sure of is shown by tests on real Spark (``tests/assess/test_real.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bench.assess.findings import File, Finding
from bench.assess.rules import life, state, tasks, versions
from bench.assess.rules.base import FAULTS, App, Fault

RULES: tuple[Callable[[File, App], Iterator[Finding]], ...] = (
    state.inverse,
    state.multiple,
    state.no_checkpoint,
    state.state_grows,
    state.no_core,
    state.master,
    state.local_checkpoint,
    life.no_output,
    life.unused,
    life.after_start,
    life.never_started,
    life.no_wait,
    life.not_called,
    life.outside_create,
    life.second_context,
    tasks.returns,
    tasks.driver_connection,
    tasks.per_record,
    tasks.task_context,
    tasks.pickled_context,
    tasks.task_variable,
    tasks.not_restored,
    tasks.cache_grows,
    tasks.receiver_blocks,
    versions.gone,
    versions.python2,
    versions.tuple_params,
)


def faults(file: File, app: App) -> Iterator[Finding]:
    """Every fault of a file."""
    for rule in RULES:
        yield from rule(file, app)


__all__ = ["FAULTS", "RULES", "App", "Fault", "faults"]
