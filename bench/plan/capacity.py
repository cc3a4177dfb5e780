"""What searches for capacity and for cores look for: settings, the ladder of rates, kinds of trial.

Pure; standard library only.  How it searches is ``bench.experiments.capacity.search``'s business.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from bench.errors import UsageError
from bench.units import parse_duration, parse_rate

#: ``TrialSpec.purpose`` of the two kinds of trial.  Ramp trials of rising rate share a JVM and are
#: short: they say where to look.  Fresh ones have a JVM of their own and the full length: they say
#: what holds.
RAMP, FRESH = "ramp", "fresh"

#: Where a ramp begins, and where a search ends whatever still holds, in records/s.
DEFAULT_LOW = "5000"
DEFAULT_HIGH = "10M"

#: Ratio of neighbouring rates.
DEFAULT_PRECISION = 1.15
LEAST_PRECISION, MOST_PRECISION = 1.02, 4.0

#: Seconds that the search for one arm in one cell may take, at a trigger of a second or less.
DEFAULT_BUDGET_S = 360.0

#: Settling time and least window of a fresh trial; a steady backlog shows in twenty batches.
DEFAULT_WARMUP = "5s"
DEFAULT_DURATION = "20s"

#: The latency bound where none is given: a record waits for its tick at most one interval, and its
#: batch may take another; the third is room.  Never below a second, which is no bound on capacity.
P99_TRIGGERS = 3
LEAST_P99_S = 1.0

#: Ramp trials: warm-up and window at most, in seconds (and 2 and 8 trigger intervals at least).
RAMP_WARMUP_S = 2.0
RAMP_WINDOW_S = 5.0

#: Longest warm-up prelude of a JVM; shorter than a comparison's, as 5% of a batch time decide
#: nothing here.
PRELUDE_CAP_S = 15.0

#: What the last record of a window may take beyond the latency bound before the trial is over.
TAIL_TRIGGERS = 2
LEAST_TAIL_S = 5.0

#: A search that finds nothing to hold goes down to this share of where it began, and no further.
LOWEST_SHARE = 1 / 256

#: Share of the calibrated peak up to which the generator is asked to send.
GENERATOR_SHARE = 0.8


def bound_of(p99_s: float | None, trigger_s: float) -> float:
    """The p99 that a rate must keep to count as held: the one given, or what the trigger allows."""
    if p99_s is not None:
        return p99_s
    return max(LEAST_P99_S, P99_TRIGGERS * trigger_s)


@dataclass(frozen=True)
class CapacitySearch:
    """The settings of a search, besides those that every run has.

    ``high_per_s`` ends it from above (it begins at the plan's rate), ``precision`` is the ratio of
    neighbouring rates, ``p99_s`` the latency bound (``None``: :func:`bound_s` by the trigger),
    ``budget_s`` the time for one arm in one cell, ``generator_per_s`` the plain lines/s that the
    generator was calibrated at on this machine (``None``: never).
    """

    high_per_s: float = 1e7
    precision: float = DEFAULT_PRECISION
    p99_s: float | None = None
    budget_s: float = DEFAULT_BUDGET_S
    generator_per_s: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary; :meth:`from_dict` is its inverse."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> CapacitySearch:
        """Rebuild from :meth:`to_dict`; keys of a newer version are ignored."""
        names = {f.name for f in fields(cls)}
        return cls(**{key: value for key, value in data.items() if key in names})

    def bound_s(self, trigger_s: float) -> float:
        """The p99 that a rate must keep to count as held."""
        return bound_of(self.p99_s, trigger_s)


@dataclass(frozen=True)
class Ladder:
    """The rates that can be tried: rung 0 is where the search begins, each next one higher.

    A rung's rate is rounded to three digits, so that it can be typed; the top one is the highest
    rate allowed, as it is.  ``capped_by`` says by what: ``ceiling`` or ``generator``.
    """

    low_per_s: float
    high_per_s: float
    precision: float
    capped_by: str = "ceiling"

    @property
    def top(self) -> int:
        """The highest rung."""
        rungs = math.log(self.high_per_s / self.low_per_s) / math.log(self.precision)
        top = max(0, math.ceil(rungs - 1e-9))
        while top > 0 and self._plain(top - 1) >= self.high_per_s:
            top -= 1
        return top

    @property
    def bottom(self) -> int:
        """The lowest rung, below 0 unless the search begins at a record a second."""
        share = max(LOWEST_SHARE, min(1.0, 1 / self.low_per_s))
        return -math.floor(-math.log(share) / math.log(self.precision) + 1e-9)

    @property
    def doubling(self) -> int:
        """How many rungs up the rate is about twice as high; at least 1."""
        return max(1, round(math.log(2) / math.log(self.precision)))

    def rate_per_s(self, rung: int) -> float:
        """The rate of a rung between :attr:`bottom` and :attr:`top`."""
        if rung == 0:
            return self.low_per_s
        return self.high_per_s if rung == self.top else self._plain(rung)

    def rung_of(self, rate_per_s: float) -> int | None:
        """The rung with exactly that rate, or ``None``."""
        if not rate_per_s > 0:
            return None
        near = round(math.log(rate_per_s / self.low_per_s) / math.log(self.precision))
        for rung in (near - 1, near, near + 1):
            inside = self.bottom <= rung <= self.top
            if inside and math.isclose(self.rate_per_s(rung), rate_per_s, rel_tol=1e-9):
                return rung
        return None

    def _plain(self, rung: int) -> float:
        return float(f"{self.low_per_s * self.precision**rung:.3g}")


def read_precision(text: str) -> float:
    """The ratio of neighbouring rates; ValueError for one that is out of range."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not LEAST_PRECISION <= value <= MOST_PRECISION:
        raise ValueError(
            f"'{text}' is not a ratio from {LEAST_PRECISION:g} to {MOST_PRECISION:g}; "
            f"write one like {DEFAULT_PRECISION:g}"
        )
    return value


def read_search(
    *,
    low_per_s: float,
    longest_trigger_s: float,
    high: str | None = None,
    precision: str | None = None,
    p99: str | None = None,
    budget: str | None = None,
    generator_per_s: float | None = None,
) -> CapacitySearch:
    """The settings of a search from texts as users write them; raises :class:`UsageError`."""
    high_per_s = _read("--high", parse_rate, high if high is not None else DEFAULT_HIGH)
    if high_per_s < low_per_s:
        raise UsageError(
            f"--high: {high_per_s:,.0f} records/s are below the start, {low_per_s:,.0f}; "
            "give a higher one, or a lower --low"
        )
    budget_s = (
        DEFAULT_BUDGET_S * max(1.0, longest_trigger_s)
        if budget is None
        else _read("--budget", _time, budget)
    )
    return CapacitySearch(
        high_per_s=high_per_s,
        precision=(
            DEFAULT_PRECISION
            if precision is None
            else _read("--precision", read_precision, precision)
        ),
        p99_s=None if p99 is None else read_p99(p99),
        budget_s=budget_s,
        generator_per_s=generator_per_s,
    )


def read_p99(text: str) -> float:
    """Seconds of ``--p99 2s``, above 0; raises :class:`UsageError`."""
    return float(_read("--p99", _time, text))


def _time(text: str) -> float:
    seconds = parse_duration(text)
    if seconds == 0:
        raise ValueError("0s leaves room for nothing; give a time like 3s")
    return seconds


def _read(where: str, read: Any, text: str) -> Any:
    try:
        return read(text)
    except ValueError as error:
        raise UsageError(f"{where}: {error}") from None


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
