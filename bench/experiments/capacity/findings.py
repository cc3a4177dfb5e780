"""What a capacity run found: for every cell and arm the rate that holds, and latency by rate.

The searches are replayed from the stored trials (``search``), so an unfinished run says what it
knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.document.text import cell_order
from bench.experiments.capacity.bracket import Search
from bench.experiments.capacity.outcome import MEANING, Word
from bench.experiments.capacity.rule import Step
from bench.experiments.capacity.search import Capacity
from bench.experiments.searched import Findings, plan_of
from bench.plan.capacity import FRESH
from bench.results.schema import TrialResult
from bench.summary.source import Source
from bench.summary.summary import Cell

#: How a search ends that has found its answer (``bench.experiments.capacity.rule.End``).
CLOSED = "closed"

#: Ends of a search that no trial stands for.
_ENDS = {"ceiling": "ceiling", "generator": "generator limit", "budget": "budget"}


@dataclass(frozen=True)
class Point:
    """One rate of a curve: the fresh trial there, else the ramp's.

    Latencies are end to end, ``None`` where none was measured; ``outcome`` is a word of
    ``bench.experiments.capacity.outcome``.
    """

    rate_per_s: float
    purpose: str
    outcome: Word
    reason: str
    trial: int
    p50_s: float | None
    p99_s: float | None
    batch_p50_s: float | None
    throughput_per_s: float | None
    cpu_s_per_million: float | None

    @property
    def fresh(self) -> bool:
        """Whether the trial had a JVM of its own and the full length."""
        return self.purpose == FRESH


@dataclass(frozen=True)
class Found:
    """One arm in one cell.

    ``held_per_s`` held in a fresh trial, ``missed_per_s`` is the next rate tried and did not;
    either may be ``None``.  ``at_least``: the search ended at a limit that is not the arm's.
    ``stopped_by`` says in two words why it ended, ``reason`` in a sentence.  ``points`` go up to
    the knee: all below the first rate that did not hold, and that one.
    """

    cell: Cell
    arm: str
    engine: str
    path: str | None
    guarantee: str | None
    cores: int
    bound_s: float
    end: str | None
    held_per_s: float | None
    missed_per_s: float | None
    at_least: bool
    stopped_by: str
    reason: str
    points: tuple[Point, ...]
    notes: tuple[str, ...]
    trials: int
    spent_s: float

    @property
    def per_core_per_s(self) -> float | None:
        """The rate held, for each CPU of the trial."""
        return None if self.held_per_s is None else self.held_per_s / self.cores

    @property
    def at_held(self) -> Point | None:
        """The fresh trial at the rate held."""
        found = (p for p in self.points if p.fresh and p.rate_per_s == self.held_per_s)
        return next(found, None)


@dataclass(frozen=True)
class CapacityReport(Findings[Found]):
    """A capacity run."""

    precision: float
    budget_s: float
    p99_s: float | None
    arms: tuple[str, ...]
    found: tuple[Found, ...]


def capacity_report(run: Source) -> CapacityReport | None:
    """The findings of a capacity run; ``None`` of any other run.

    Raises :class:`UsageError` where the plan is not one that can be read.
    """
    plan = plan_of(run, "capacity")
    if plan is None:
        return None
    search = plan.settings.capacity
    assert search is not None
    arms = tuple(arm.text for arm in plan.arms)
    found = [_found(one) for one in Capacity(plan).searches(run.results)]
    found.sort(key=lambda one: (cell_order(one.cell.items()), arms.index(one.arm)))
    return CapacityReport(search.precision, search.budget_s, search.p99_s, arms, tuple(found))


def _found(search: Search) -> Found:
    place, end = search.place, search.end
    spec = place.base
    steps = list(zip(search.steps, search.trials, strict=True))
    held = search.rate_per_s(end.held if end else _held_so_far(search))
    missed = search.rate_per_s(end.missed) if end else None
    points = _points(steps, search, missed)
    kept = [step for step, _trial in steps if search.rate_per_s(step.rung) == held]
    word, reason = _why(search)
    kind = end.kind if end else None
    trial = search.trials[0].trial if search.trials else None
    return Found(
        cell=place.cell,
        arm=spec.arm.text,
        engine=spec.arm.engine,
        path=trial.path if trial else None,
        guarantee=trial.guarantee if trial else None,
        cores=spec.cores,
        bound_s=place.bound_s,
        end=kind,
        held_per_s=held,
        missed_per_s=missed,
        at_least=held is not None and (kind in _ENDS or kind is None) and missed is None,
        stopped_by=word,
        reason=reason,
        points=points,
        notes=kept[-1].outcome.notes if kept and held is not None else (),
        trials=len(steps),
        spent_s=sum(step.spent_s for step, _trial in steps),
    )


def _held_so_far(search: Search) -> int | None:
    """Of a search under way, the highest rung that held afresh below all that did not."""
    fresh = [step for step in search.steps if step.purpose == FRESH]
    missed = min((step.rung for step in fresh if not step.outcome.holds), default=None)
    good = [s.rung for s in fresh if s.outcome.holds and (missed is None or s.rung < missed)]
    return max(good, default=None)


def _why(search: Search) -> tuple[str, str]:
    """Why a search ended, in two words and in half a sentence."""
    end, stop = search.end, search.stopped_by
    said = stop[0].outcome.reason if stop else ""
    if end is None:
        if search.steps:
            return "not finished", "its search has not come to its end"
        return "not run", "its search has not begun"
    if stop is not None and end.kind not in ("ceiling", "generator"):
        word = MEANING[stop[0].outcome.word]
        return (f"{word}; budget", said) if end.kind == "budget" else (word, said)
    sentences = {
        "ceiling": "the search was to go no higher (--high)",
        "generator": said or "the load generator can send no more on this machine",
        "budget": "the time for this search was spent (--budget)",
    }
    return _ENDS.get(end.kind, "nothing held"), sentences.get(end.kind, said)


def _points(
    steps: Sequence[tuple[Step, TrialResult]], search: Search, missed: float | None
) -> tuple[Point, ...]:
    """The curve up to the knee, by rate."""
    at: dict[float, Point] = {}
    # Fresh trials come after the ramp's, and repeated ones after what they repeat.
    for step, trial in steps:
        rate = search.place.ladder.rate_per_s(step.rung)
        at[rate] = _point(rate, step, trial)
    return tuple(at[rate] for rate in sorted(at) if missed is None or rate <= missed)


def _point(rate: float, step: Step, trial: TrialResult) -> Point:
    gross = trial.latency_s.gross if trial.latency_s else None
    return Point(
        rate_per_s=rate,
        purpose=step.purpose,
        outcome=step.outcome.word,
        reason=step.outcome.reason,
        trial=trial.trial.number,
        p50_s=gross.p50 if gross else None,
        p99_s=gross.p99 if gross else None,
        batch_p50_s=trial.batch_s.p50 if trial.batch_s else None,
        throughput_per_s=trial.throughput_per_s,
        cpu_s_per_million=trial.resources.cpu_s_per_million if trial.resources else None,
    )
