"""What to do next, and what the answer says nothing about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bench.decision.conditions import Conditions, compare_command
from bench.decision.decide import Decision
from bench.decision.standing import Standing
from bench.document import text
from bench.stats.interval import minimum_rounds

#: Rounds proposed where more are needed: what ``compare`` does by itself.
USUAL_ROUNDS = 5


@dataclass(frozen=True)
class Step:
    """Something to do: words, and the command that does it, if one does."""

    words: str
    command: str | None = None

    def __str__(self) -> str:
        return self.words if self.command is None else f"{self.words}: {self.command}"


def next_steps(decision: Decision) -> list[Step]:
    """What to do, the most telling step first."""
    steps: list[Step] = []
    if decision.answer == "measure more":
        steps.append(_measure(decision))
    elif decision.estimate:
        steps.append(Step("Confirm it with more rounds", _again(decision)))
    match decision.ground:
        case "nothing meets":
            steps += _levers(decision)
        case "variant meets":
            steps.append(Step("Tune, then ask again whether migrating has anything left to win."))
        case "other meets":
            steps.append(Step("Before you move, see that the outputs agree", "sparkbench verify"))
        case _:
            pass
    return steps


def not_measured(decision: Decision) -> list[str]:
    """What the answer rests on without having been measured, and what it does not cover."""
    return [
        *_basis(decision),
        *_guarantee(decision),
        *_unbilled(decision),
        *_work(decision.conditions),
    ]


def _unbilled(decision: Decision) -> list[str]:
    """What a price was given for, and nobody counted."""
    if decision.target.million_requests is None:
        return []
    names = _names(s for s in decision.standings if not any(p.asked for p in s.series.points))
    if not names:
        return []
    return [f"Requests of the checkpoint of {names}: measure with --idle 20s, on local cores."]


def _measure(decision: Decision) -> Step:
    again = _again(decision)
    unknown = [s for s in decision.standings if s.word == "unknown"]
    kinds = {reading.kind for s in unknown for reading in s.evidence if reading.word == "unknown"}
    if kinds & {"failed", "invalid"}:
        return Step("Find out what went wrong with `sparkbench show`, then measure again", again)
    if "unsettled" in kinds:
        return Step("Measure the very rate in longer windows", f"{again} --duration 60s")
    return Step("Measure the very rate", again)


def _again(decision: Decision) -> str:
    rounds = max(USUAL_ROUNDS, minimum_rounds(max(1, len(decision.standings))))
    close = [
        reading.point.rounds
        for standing in decision.standings
        for reading in standing.evidence
        if reading.kind == "close" and reading.point.rounds >= USUAL_ROUNDS
    ]
    if close:
        # Enough rounds for an interval, and it holds the target: half as wide takes four times.
        rounds = max(rounds, 4 * max(close))
    rate = decision.target.rate_per_s
    return compare_command(decision.info, decision.arms, [rate], rounds, decision.work)


def _levers(decision: Decision) -> list[Step]:
    """What could still make the arm in use meet the target, of what was not tried."""
    seen, in_use = decision.conditions, decision.in_use
    kinds = {reading.kind for reading in in_use.evidence}
    levers = []
    if "late" in kinds:
        trigger = text.duration(seen.shortest_trigger_s)
        levers.append(
            f"a trigger shorter than {trigger}, as the wait for it is part of the latency"
        )
    if seen.most_cores < seen.cpus:
        levers.append(f"more than {seen.most_cores} of the {seen.cpus} cores")
    arm = in_use.arm
    if "profile=" not in arm:
        levers.append(f"the tuned settings, {_with(arm, 'profile=tuned')}")
    if seen.paths.get(arm) == "python":
        levers.append(f"the job without Python workers, {_with(arm, 'path=jvm')}")
    return [Step(f"Not tried yet: {lever}.") for lever in levers]


def _with(arm: str, key: str) -> str:
    return f"{arm},{key}" if ":" in arm else f"{arm}:{key}"


#: What was concluded of a rate that was not measured, and from what.
_CONCLUDED = {
    "between": "read between a lower and a higher rate (interpolation) for",
    "below": "taken to be no harder than a higher rate for",
    "above": "taken to be no easier than a lower rate for",
}


def _basis(decision: Decision) -> list[str]:
    rate = f"{text.quantity(decision.target.rate_per_s)} records/s"
    said = []
    for basis, words in _CONCLUDED.items():
        names = _names(s for s in decision.standings if s.basis == basis and s.word != "unknown")
        said += [f"{rate}: {words} {names}."] if names else []
    open_ones = [s for s in decision.standings if s.basis != "measured" and s.word == "unknown"]
    return [*said, *([f"{rate}: {_names(open_ones)}."] if open_ones else [])]


def _guarantee(decision: Decision) -> list[str]:
    found = decision.conditions.guarantees
    chosen = decision.chosen
    if chosen is None or chosen.arm == decision.in_use.arm:
        return []
    today, then = found.get(decision.in_use.arm), found.get(chosen.arm)
    if today == then:
        return []
    return [
        f"The same promise: {decision.in_use.arm} ran with guarantee {today}, {chosen.arm} with "
        f"{then}."
    ]


def _work(seen: Conditions) -> list[str]:
    label = " (what is shown differs by API)" if "console" in seen.sinks else ""
    what = (
        f"job {_any(seen.jobs)}, sink {_any(seen.sinks)}{label}, arrivals {_any(seen.arrivals)}, "
        f"payload {_any(seen.lines)}, {_any(seen.streams)} connection"
        + ("" if seen.streams == ("1",) else "s")
    )
    said = [f"Anything but this: {what}, on {seen.cpu} with {seen.cpus} CPUs."]
    if seen.arrivals == ("constant",):
        said.append("Bursts: the load was constant; a peak needs `--arrivals burst:...`.")
    said.append(
        f"Anything slower than a window of {text.seconds(seen.window_s)}: growth of state over "
        "days, restarts, failures and recovery."
    )
    return said


def _any(values: Iterable[str]) -> str:
    return "/".join(text.plain(value) for value in values)


def _names(standings: Iterable[Standing]) -> str:
    return ", ".join(dict.fromkeys(text.plain(standing.arm) for standing in standings))
