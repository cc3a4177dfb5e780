"""What an arm takes an hour besides CPU time: slots, requests of its checkpoint, and idling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bench.decision.standing import Standing
from bench.decision.target import Target
from bench.results.schema import REQUESTS

_HOUR_S = 3600.0


@dataclass(frozen=True)
class Bill:
    """One arm at one setting at the target's rate, an hour long; ``None`` is what was not measured.

    ``slots_held``: task slots, of the cores it had, that the stream never gives back.
    ``requests_per_batch`` and ``requests_per_hour``: creates, renames and lists on its checkpoint.
    ``idle_cpu_s_per_hour``: CPU seconds while no record comes, ``idle_requests_per_hour`` likewise.
    Prices: of the cores it had, of the requests, and of both.
    """

    busy_cores: float | None
    cores: int
    slots_held: int | None
    asked_per_batch: Mapping[str, float] | None
    requests_per_batch: float | None
    requests_per_hour: float | None
    idle_cpu_s_per_hour: float | None
    idle_requests_per_hour: float | None
    cores_price: float | None
    requests_price: float | None

    @property
    def price(self) -> float | None:
        """Cores and requests together, as far as both have a price."""
        if self.cores_price is None or self.requests_price is None:
            return None
        return self.cores_price + self.requests_price


def bill_of(standing: Standing, target: Target) -> Bill | None:
    """The bill of an arm; ``None`` where nothing of it but CPU time was measured.

    What does not hang on the rate (a stream that idles, its slots) is taken from the trials nearest
    to the target's rate, and so are the requests: a batch makes as many whatever is in it.
    """
    points = sorted(
        (one for one in standing.series.points if one.asked is not None or one.idle is not None),
        key=lambda one: abs(one.rate_per_s - target.rate_per_s),
    )
    if not points:
        return None
    asked = next((one.asked for one in points if one.asked is not None), None)
    idle = next((one.idle for one in points if one.idle is not None), None)
    per_hour = None if asked is None else asked.charged / asked.length_s * _HOUR_S
    cores, price = standing.series.cores, target.million_requests
    return Bill(
        busy_cores=None if standing.cost is None else standing.cost.busy_cores,
        cores=cores,
        slots_held=None if idle is None else idle.slots,
        asked_per_batch=None
        if asked is None
        else {kind: getattr(asked, kind) / asked.batches for kind in REQUESTS},
        requests_per_batch=None if asked is None else asked.charged / asked.batches,
        requests_per_hour=per_hour,
        idle_cpu_s_per_hour=None if idle is None else idle.cpu_share * _HOUR_S,
        idle_requests_per_hour=None
        if idle is None or idle.requests_per_s is None
        else idle.requests_per_s * _HOUR_S,
        cores_price=None if target.core_hour is None else cores * target.core_hour,
        requests_price=None if per_hour is None or price is None else per_hour * price / 1e6,
    )
