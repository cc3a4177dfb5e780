"""What a tuning run searches: its space, its goal, its budget; and the words for its trials.

Pure; standard library only.  How it searches is ``bench.experiments.tune.search``'s business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bench.contract.knobs import Dimension
from bench.errors import UsageError
from bench.units import parse_duration

#: ``TrialSpec.purpose`` of the two kinds of trial: those that look for a candidate, and those of
#: the paired rounds that judge it.
SEARCH, CONFIRM = "search", "confirm"

DEFAULT_BUDGET = "15m"

#: Rounds of the confirmation at most, and at least: below it "holds where the other does not"
#: could be chance (two sides alike would be told apart in every round with probability 1/32).
MOST_CONFIRM, LEAST_CONFIRM = 8, 5

#: The settings of a tuning run's trials where the user does not say otherwise: short windows, as
#: few of them as can be afforded are many already.
TRIAL = {"warmup_s": 3.0, "duration_s": 12.0, "prelude_cap_s": 12.0}


@dataclass(frozen=True)
class TuneSearch:
    """The settings of a search, besides those that every run has.

    ``dimensions`` and ``starts`` (configurations to try first; arm key to value) make the space.
    ``bound_s``: the p99 that must be kept, ``None`` for "as low as it gets".  ``budget_s``: time
    for search and confirmation.  ``allow_weaker``: knobs that weaken the guarantee are among them.
    """

    dimensions: tuple[Dimension, ...]
    starts: tuple[dict[str, str], ...] = ()
    bound_s: float | None = None
    budget_s: float = 900.0
    allow_weaker: bool = False

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary; :meth:`from_dict` is its inverse."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> TuneSearch:
        """Rebuild from :meth:`to_dict`; what of a dimension only chose it is left out."""
        return cls(
            dimensions=tuple(
                Dimension(d["name"], d["key"], tuple(d["values"]), bool(d.get("weakens", False)))
                for d in data["dimensions"]
            ),
            starts=tuple(dict(start) for start in data.get("starts", ())),
            bound_s=data.get("bound_s"),
            budget_s=float(data["budget_s"]),
            allow_weaker=bool(data.get("allow_weaker", False)),
        )


def read_bound(text: str) -> float:
    """Seconds of ``--p99 500ms``, above 0; raises :class:`UsageError`."""
    return _time("--p99", text, "500ms")


def read_budget(text: str) -> float:
    """Seconds of ``--budget 15m``, above 0; raises :class:`UsageError`."""
    return _time("--budget", text, "15m")


def _time(where: str, text: str, example: str) -> float:
    try:
        seconds = parse_duration(text)
    except ValueError as error:
        raise UsageError(f"{where}: {error}") from None
    if seconds == 0:
        raise UsageError(f"{where}: 0s is no time at all; give one like {example}")
    return seconds
