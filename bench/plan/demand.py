"""What a search for the least cores that hold a rate asks for.  Pure; standard library only.

It is the inverse of a search for capacity: the rate is given, the cores are searched, and what
"holds" means is the same.  How it searches is ``bench.experiments.demand``'s business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.plan.capacity import FRESH as FRESH
from bench.plan.capacity import bound_of


@dataclass(frozen=True)
class DemandSearch:
    """The settings of a search, besides those that every run has.

    The plan's values of cores are what is searched among.  ``p99_s`` is the latency bound (``None``
    leaves it to the trigger, as a search for capacity does).
    """

    p99_s: float | None = None

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> DemandSearch:
        """Rebuild from the dictionary form; keys of a newer version are ignored."""
        return cls(p99_s=data.get("p99_s"))

    def bound_s(self, trigger_s: float) -> float:
        """The p99 that must be kept for the rate to count as held."""
        return bound_of(self.p99_s, trigger_s)
