"""What was measured, by work, arm, setting and rate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from bench.plan.arms import in_batches
from bench.plan.capacity import RAMP
from bench.results.schema import REQUESTS, Idle, Requests, TrialResult
from bench.stats.launches import LEAST
from bench.stats.metrics import METRICS
from bench.stats.outcome import DISTURBED, too_many_lost

Value = str | int | float

#: Some axes of a cell with their values, in the cell's order.
Part = tuple[tuple[str, Value], ...]

#: Axes one can turn without changing the work; every other axis but the rate says what the work is.
KNOBS = frozenset({"trigger_s", "cores", "equal", "master", "executors", "partitions"})
_RATE = "rate_per_s"


@dataclass(frozen=True)
class Resting:
    """A stream without records, medians over trials: busy cores, slots held, requests a second."""

    cpu_share: float
    slots: int
    requests_per_s: float | None


@dataclass(frozen=True)
class Point:
    """One arm at one setting and rate: what its trials say.

    ``statuses`` counts the trials by status, those left out as disturbed included; ``p99_s`` are
    the p99 of the trials that are ``ok``; ``cpu_s_per_million`` and ``busy`` (batch time as a share
    of the trigger interval) are medians over them.  ``reasons`` are those of the other trials.
    ``asked`` are the requests of all checkpoints, whatever disturbed the trial, ``idle`` likewise
    (both ``None`` where nobody looked).  ``short``: there are but the short trials by which a
    search for capacity finds its way.
    """

    rate_per_s: float
    statuses: Mapping[str, int]
    p99_s: tuple[float, ...]
    cpu_s_per_million: float | None
    busy: float | None
    reasons: tuple[str, ...]
    trials: tuple[int, ...]
    short: bool = False
    asked: Requests | None = None
    idle: Resting | None = None

    @property
    def rounds(self) -> int:
        """Trials that count: all but the disturbed ones that could be left out."""
        lost = self.statuses.get(DISTURBED, 0)
        return sum(self.statuses.values()) - (lost if self.clean else 0)

    @property
    def clean(self) -> bool:
        """Whether few enough trials were disturbed from outside to leave them out."""
        lost, total = self.statuses.get(DISTURBED, 0), sum(self.statuses.values())
        # Rounds that were disturbed have been replaced: as many good ones as lost ones will do.
        return not too_many_lost(lost, total) or LEAST <= total - lost >= lost


@dataclass(frozen=True)
class Series:
    """One arm at one setting: its points by rate.  ``cores`` are the CPUs it was pinned to."""

    arm: str
    engine: str
    guarantee: str
    setting: Part
    cores: int
    trigger_s: float
    points: tuple[Point, ...]


def works(results: Iterable[TrialResult]) -> list[Part]:
    """The kinds of work in a run, in the order they first ran; one where no axis varies it."""
    return list(dict.fromkeys(map(work_of, results)))


def work_of(result: TrialResult) -> Part:
    """What a trial's cell says of the work."""
    return _part(result, work=True)


def series_of(
    results: Iterable[TrialResult], work: Part, arms: Sequence[str], *, replaced: bool = False
) -> list[Series]:
    """Every arm at every setting that ran ``work``, arms in the order given.

    :param replaced: a round in which an arm crashed once was made again, and does not count.
    """
    groups: dict[tuple[str, Part], list[TrialResult]] = {}
    for result in results:
        if work_of(result) == work:
            key = result.trial.arm, _part(result, work=False)
            groups.setdefault(key, []).append(result)
    order = {arm: position for position, arm in enumerate(arms)}
    ranked = sorted(groups.items(), key=lambda item: order.get(item[0][0], len(order)))
    return [_series(arm, setting, trials, replaced) for (arm, setting), trials in ranked]


def _series(arm: str, setting: Part, trials: Sequence[TrialResult], replaced: bool) -> Series:
    rates: dict[float, list[TrialResult]] = {}
    for result in trials:
        rates.setdefault(result.trial.rate_per_s, []).append(result)
    first = trials[0].trial
    return Series(
        arm=arm,
        engine=first.engine,
        guarantee="/".join(dict.fromkeys(result.trial.guarantee for result in trials)),
        setting=setting,
        cores=first.cores,
        trigger_s=first.trigger_s,
        points=tuple(_point(rate, rates[rate], replaced) for rate in sorted(rates)),
    )


def _point(rate_per_s: float, everything: Sequence[TrialResult], replaced: bool) -> Point:
    trials = [result for result in everything if result.trial.purpose != RAMP] or everything
    crashed = [result for result in trials if result.status == "failed"]
    if replaced and len(crashed) == 1 < len(trials):
        # One crash says as much of the moment as of the arm (bench.stats.verdict).
        trials = [result for result in trials if result is not crashed[0]]
    good = [result for result in trials if result.status == "ok"]
    busy = [
        batch / result.trial.trigger_s
        for result in good
        if (batch := METRICS["batch_p50"].read(result))
        and result.trial.trigger_s > 0
        # Row by row, a batch or epoch is as long as it was told to be, however idle.
        and in_batches(result.trial.arm)
    ]
    cpu = _values(good, "cpu_per_million")
    others = (reason for r in trials if r.status not in ("ok", DISTURBED) for reason in r.reasons)
    return Point(
        rate_per_s=rate_per_s,
        statuses=dict(Counter(result.status for result in trials)),
        p99_s=tuple(_values(good, "e2e_p99")),
        cpu_s_per_million=median(cpu) if cpu else None,
        busy=median(busy) if busy else None,
        reasons=tuple(dict.fromkeys(others)),
        trials=tuple(sorted(result.trial.number for result in trials)),
        short=all(result.trial.purpose == RAMP for result in trials),
        asked=_asked([one.requests for one in trials if one.requests is not None]),
        idle=_resting([one.idle for one in trials if one.idle is not None]),
    )


def _asked(found: Sequence[Requests]) -> Requests | None:
    if not found:
        return None
    names = ("batches", "length_s", *REQUESTS)
    return Requests(**{name: sum(getattr(one, name) for one in found) for name in names})


def _resting(found: Sequence[Idle]) -> Resting | None:
    if not found:
        return None
    asked = [one.requests.charged / one.length_s for one in found if one.requests is not None]
    return Resting(
        cpu_share=median(one.cpu_s / one.length_s for one in found),
        slots=round(median(one.slots for one in found)),
        requests_per_s=median(asked) if asked else None,
    )


def _values(trials: Iterable[TrialResult], metric: str) -> list[float]:
    return [value for trial in trials if (value := METRICS[metric].read(trial)) is not None]


def _part(result: TrialResult, *, work: bool) -> Part:
    """The work's or the setting's part of a trial's cell, numbers as one kind of number."""
    return tuple(
        (axis, value if isinstance(value, str) else float(value))
        for axis, value in sorted(result.trial.cell.items())
        if axis != _RATE and work != (axis in KNOBS or axis.startswith("conf."))
    )
