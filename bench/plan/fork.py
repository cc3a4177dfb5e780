"""``--fork``: which trials may run one after another in the same JVM."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from bench.errors import UsageError, unknown
from bench.plan.cells import cell_key
from bench.plan.spec import Cell, TrialSpec, Value

#: ``cell``: a JVM for each trial, which is the replicate.  ``engine``: one for those trials of an
#: arm and round whose cells differ only in what a running JVM takes from stream to stream; the
#: round is the replicate then.
FORKS: tuple[str, ...] = ("cell", "engine")

#: Keys of a cell that one JVM can serve several values of.  The job is not among them: the warm-up
#: prelude of one says little about another.
MOVING = frozenset(
    {
        *("trigger_s", "rate_per_s", "arrivals"),
        *("payload_bytes", "payload_spread", "keys", "skew"),
    }
)

#: Further fields in which two trials of one JVM differ.
_PLACE = frozenset({"number", "slot", "seed"})

#: Statuses after which the JVM takes the next trial.  The others leave something behind: a backlog,
#: a stream that never ended, an arm that cannot run here.
GOES_ON: frozenset[Literal["ok", "unsettled", "invalid"]] = frozenset(
    {"ok", "unsettled", "invalid"}
)


def read_fork(text: str) -> str:
    """One of :data:`FORKS`; raises :class:`UsageError`."""
    if text not in FORKS:
        raise UsageError(unknown("fork", text, FORKS))
    return text


def jvm_groups(cells: Sequence[Cell]) -> list[int]:
    """For each cell the number of its group, counted from 0: cells of one group share a JVM."""
    numbers: dict[str, int] = {}
    return [numbers.setdefault(cell_key(_still(cell)), len(numbers)) for cell in cells]


def may_share(before: TrialSpec, after: TrialSpec) -> bool:
    """Whether ``after`` may run in the JVM that ``before`` ran in: same arm, round and group."""
    return _fixed(before) == _fixed(after)


def _fixed(spec: TrialSpec) -> dict[str, Any]:
    values = spec.to_dict()
    values["cell"] = _still(spec.cell)
    return {key: value for key, value in values.items() if key not in MOVING | _PLACE}


def _still(cell: Mapping[str, Value]) -> Cell:
    return {key: value for key, value in cell.items() if key not in MOVING}
