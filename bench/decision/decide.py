"""From the trials of a run to a decision: one for each kind of work in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bench.decision.conditions import Conditions, conditions_of
from bench.decision.evidence import Part, Series, Value, series_of, work_of, works
from bench.decision.reading import read_point
from bench.decision.rule import Answer, Ground, Stand, choose
from bench.decision.standing import Standing, stand, used_points
from bench.decision.target import Target
from bench.results.schema import RunInfo, TrialResult
from bench.stats.rule import by_launch


class Measured(Protocol):
    """What a decision is made from; ``bench.run.Run`` is one."""

    @property
    def info(self) -> RunInfo:
        """``run.json``."""
        ...

    @property
    def results(self) -> Sequence[TrialResult]:
        """All trials, the last attempt of each."""
        ...

    @property
    def arms(self) -> tuple[str, ...]:
        """All arms; the first is the one in use."""
        ...


@dataclass(frozen=True)
class Decision:
    """The answer for one kind of work.

    ``work`` are the axes that tell it from others in the run, empty where there is but one.
    ``in_use`` is where the arm in use stands, at the setting in use or at its best; ``chosen`` what
    the answer points to (``None`` for *measure more* and where nothing meets the target).
    ``standings`` are all arms at all settings.  ``estimate``: the answer rests on few rounds.
    """

    target: Target
    work: Part
    answer: Answer
    ground: Ground
    in_use: Standing
    chosen: Standing | None
    standings: tuple[Standing, ...]
    estimate: bool
    comparisons: int
    arms: tuple[str, ...] = field(repr=False)
    conditions: Conditions = field(repr=False)
    info: RunInfo = field(repr=False)

    @property
    def varying(self) -> tuple[str, ...]:
        """The axes in which settings differ."""
        settings = [dict(standing.series.setting) for standing in self.standings]
        axes = dict.fromkeys(axis for setting in settings for axis in setting)
        return tuple(a for a in axes if len({setting.get(a) for setting in settings}) > 1)

    @property
    def met(self) -> bool:
        """Whether what is in use is known to meet the target; what a gate asks."""
        return self.in_use.word == "meets"


def decide(
    run: Measured, target: Target, today: Mapping[str, Value] | None = None
) -> list[Decision]:
    """Decide for each kind of work in ``run``; no decision for a run without a trial.

    ``today`` names the setting in use (axis key to value, as in cells); without it the arm in use
    may stay at any setting it was measured at.  Raises :class:`ValueError` when the arm in use was
    not measured at such a setting.
    """
    found = works(run.results)
    return [_decide(run, target, work, dict(today or {}), several=len(found) > 1) for work in found]


def _decide(
    run: Measured, target: Target, work: Part, today: dict[str, Value], *, several: bool
) -> Decision:
    replaced = by_launch(run.info.plan.get("settings", {}))
    everything = series_of(run.results, work, run.arms, replaced=replaced)
    used = [len(used_points(series, target.rate_per_s)[1]) for series in everything]
    comparisons = max(1, sum(used))
    standings = tuple(
        stand(
            series,
            [
                read_point(point, target.p99_s, comparisons, quick=run.info.estimate)
                for point in series.points
            ],
            target,
        )
        for series in everything
    )
    own = [standing for standing in standings if standing.arm == run.arms[0]]
    fitting = [standing for standing in own if _fits(standing.series, today)]
    if today and not fitting:
        raise ValueError(_no_such_setting(own, today))
    in_use = best(fitting) or _nothing(run.arms[0])
    rest = [standing for standing in standings if standing is not in_use]
    if not today:
        # Any setting of the arm in use is as good as the one in use.
        rest = [standing for standing in rest if standing.arm != run.arms[0]]
    variants = [s for s in rest if s.series.engine == in_use.series.engine]
    others = [s for s in rest if s.series.engine != in_use.series.engine]
    choice = choose(_seen(in_use), map(_seen, variants), map(_seen, others))
    chosen = {
        "in use meets": in_use,
        "variant meets": best(variants),
        "other meets": best([s for s in others if s.firm]),
    }.get(choice.ground)
    deciding = [in_use, *([chosen] if chosen else [])]
    return Decision(
        target=target,
        work=work if several else (),
        answer=choice.answer,
        ground=choice.ground,
        in_use=in_use,
        chosen=chosen,
        standings=standings,
        estimate=choice.answer != "measure more" and not all(s.firm for s in deciding),
        comparisons=comparisons,
        arms=tuple(run.arms),
        conditions=conditions_of([r for r in run.results if work_of(r) == work], run.info),
        info=run.info,
    )


#: By what they cost besides CPU time (``bench.decision.sentences.COSTS``), the least first.
MODES_COSTS = ("microbatch", "realtime", "continuous")


def best(standings: Iterable[Standing]) -> Standing | None:
    """The best of several: one that meets before one that is unknown before one that misses.

    Of those that meet a firm one before an estimate, micro-batches before real-time mode, which
    costs more than its CPU time, and that before continuous mode, which is experimental, then the
    one with the fewest cores, the least CPU time and the lowest p99; of the others the one with
    the lowest p99.
    """
    order = {"meets": 0, "unknown": 1, "misses": 2}

    def key(standing: Standing) -> tuple[Any, ...]:
        cpu, p99 = standing.cpu_s_per_million, standing.p99_s
        late = p99 is None, p99 or 0.0
        if standing.word != "meets":
            return order[standing.word], late, standing.series.cores
        thrift = standing.series.cores, (cpu is None, cpu or 0.0), late
        mode = MODES_COSTS.index(standing.mode)
        return order["meets"], not standing.firm, standing.basis == "below", mode, thrift

    return min(standings, key=key, default=None)


def _seen(standing: Standing) -> Stand:
    return Stand(standing.word, standing.firm)


def _fits(series: Series, today: Mapping[str, Value]) -> bool:
    setting = dict(series.setting)
    return all(setting.get(axis) == _number(value) for axis, value in today.items())


def _number(value: Value) -> Value:
    return value if isinstance(value, str) else float(value)


def _nothing(arm: str) -> Standing:
    """The arm in use has no trial of this work."""
    series = Series(arm, arm.partition(":")[0], "", (), 0, 0.0, ())
    return Standing(series, "unknown", "none")


def _no_such_setting(own: Sequence[Standing], today: Mapping[str, Value]) -> str:
    axes = sorted({axis for standing in own for axis, _value in standing.series.setting})
    missing = [axis for axis in today if axis not in axes]
    arm = own[0].arm if own else "the arm in use"
    if missing:
        known = ", ".join(axes) or "none"
        return f"{arm} was measured at no setting of {missing[0]}; its settings are of {known}"
    wanted = ", ".join(f"{axis}={value}" for axis, value in today.items())
    return f"{arm} was not measured at {wanted}"
