"""What executors did between two looks at Spark's counters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.results.schema import ExecutorUse

#: Counters that only grow.
_SUMS = ("tasks", "run_s", "cpu_s", "gc_s")


def executors_between(
    before: Sequence[Mapping[str, Any]] | None, after: Sequence[Mapping[str, Any]] | None
) -> list[ExecutorUse]:
    """The use of each executor; of one that came in between, all of it.  Empty without any."""
    earlier = {one["id"]: one for one in before or ()}
    nothing = dict.fromkeys(_SUMS, 0)
    return [
        ExecutorUse(
            **{**one, **{key: one[key] - earlier.get(one["id"], nothing)[key] for key in _SUMS}}
        )
        for one in after or ()
    ]
