"""A break in a load: for some seconds nothing is sent, over connections closed or left open. Pure.

The intended times stay what they are: what falls due during the break is sent after it, at once,
and is as late as its reader will see it. The log counts the break as time with the socket full, so
that a generator that is otherwise in time is not called late.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

#: With ``disconnect`` connections are closed between two records and new ones refused.
DISCONNECT, STALL = "disconnect", "stall"


@dataclass(frozen=True)
class Outage:
    """From the first record intended at `at_s` (seconds from t0) or later, for `for_s` seconds.

    Raises ValueError with one sentence.
    """

    kind: str
    at_s: float
    for_s: float

    def __post_init__(self) -> None:
        if self.kind not in (DISCONNECT, STALL):
            raise ValueError(f"an outage of kind {self.kind!r}: give {DISCONNECT} or {STALL}")
        if not (0 <= self.at_s < math.inf and 0 < self.for_s < math.inf):
            raise ValueError(f"an outage at {self.at_s:g} s for {self.for_s:g} s cannot be")

    def to_dict(self) -> dict[str, Any]:
        """The fields as JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Outage:
        """The outage of `to_dict`."""
        return cls(str(data["kind"]), float(data["at_s"]), float(data["for_s"]))
