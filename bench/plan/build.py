"""From what a user writes (command line, plan file, Python call) to a plan."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bench.errors import UsageError
from bench.faults.events import NONE
from bench.load.checks import check_seed
from bench.plan.arms import DEFAULT_ARMS, parse_arm, pins
from bench.plan.axes import AXES, Surroundings, read_conf, read_params, read_values
from bench.plan.check import around_of, read_host
from bench.plan.fork import read_fork
from bench.plan.jobs import check_streams
from bench.plan.own import OwnJob
from bench.plan.plan import (
    PRELUDE_BATCHES,
    QUICK,
    QUICK_CORES,
    WITH_FAULT,
    Plan,
    default_tail_s,
)
from bench.plan.precision import pilot, read_budget, read_metric, read_until
from bench.plan.spec import LAUNCHES, Arm, Settings, Value
from bench.units import parse_count, parse_duration

Where = Callable[[str], str]

#: A stream is watched without records for so long at least.
LEAST_IDLE_S = 5.0

#: Rounds, where none are given, of an arm alone and of trials with a fault.
ALONE_ROUNDS, FAULT_ROUNDS = 3, 5


def option(name: str) -> str:
    """Where a value stands on the command line."""
    return "--" + name.replace("_", "-")


def build_plan(
    arms: Sequence[str] = (),
    *,
    around: Surroundings,
    axes: Mapping[str, Sequence[str]] | None = None,
    conf: Sequence[str] = (),
    params: Sequence[str] = (),
    rounds: str | None = None,
    warmup: str | None = None,
    duration: str | None = None,
    seed: str | None = None,
    replay: str | None = None,
    replay_speed: str | None = None,
    metric: str | None = None,
    until: str | None = None,
    budget: str | None = None,
    fork: str | None = None,
    age: str | None = None,
    idle: str | None = None,
    listen: str | None = None,
    advertise: str | None = None,
    quick: bool = False,
    where: Where = option,
) -> Plan:
    """Read, complete and check a plan; every text is as the user wrote it.

    ``axes`` maps axis names (``trigger``, ``cores``, ...) to the texts given, comma lists allowed.
    What is not given takes its default, or that of ``--quick``.  ``where`` tells how a sentence
    names an option.  Raises :class:`UsageError`.
    """
    given = axes or {}
    around = around_of(around, given.get("master", ()), arms)
    if replay_speed is not None:
        given = _own_pace(given, replay, replay_speed, around, where)
    values: dict[str, tuple[Value, ...]] = {}
    for name, axis in AXES.items():
        texts = given.get(name) or (_default(name, quick, around),)
        values[axis.key] = read_values(axis, texts, around, where(name))
    values.update(read_conf(conf, where("conf")))
    values.update(read_params(params, where("param")))
    if given.get("streams"):
        check_streams(values["streams"], values["job"], where("streams"))
    parsed = tuple(parse_arm(text, around) for text in arms or DEFAULT_ARMS)
    settings: dict[str, Any] = {
        **(QUICK if quick else {}),
        **(WITH_FAULT if _struck(values, parsed) else {}),
        "prelude_batches": PRELUDE_BATCHES,
    }
    texts_of: dict[str, tuple[str | None, Callable[[str], Any], str]] = {
        "rounds": (rounds, parse_count, "rounds"),
        "warmup_s": (warmup, parse_duration, "warmup"),
        "duration_s": (duration, _duration, "duration"),
        "seed": (seed, _seed, "seed"),
        "replay_speed": (replay_speed, read_speed, "replay_speed"),
        "metric": (metric, read_metric, "metric"),
        "until": (until, read_until, "until"),
        "budget_s": (budget, read_budget, "budget"),
        "fork": (fork, read_fork, "fork"),
        "age_s": (age, _age, "age"),
        "idle_s": (idle, _idle, "idle"),
        "listen": (listen, read_host, "listen"),
        "advertise": (advertise, read_host, "advertise"),
    }
    for key, (text, read, name) in texts_of.items():
        if text is not None:
            settings[key] = _read(read, text, where(name))
    if until is None and budget is not None:
        raise UsageError(f"{where('budget')}: a budget ends a run with {where('until')}; add it")
    if until is not None:
        if rounds is not None:
            raise UsageError(f"{where('rounds')}: {where('until')} finds the number; leave it out")
        settings["rounds"] = pilot(values, len(parsed), where("until"))
    elif rounds is None:
        settings |= _looks(len(parsed), struck=_struck(values, parsed))
    settings["rule"] = LAUNCHES
    if replay is not None and around.replay_digest is not None:
        settings["replay_sha256"] = around.replay_digest(replay)
    settings["own_jobs"] = _own_jobs(around, values, parsed)
    settings["runtimes"] = _runtimes(around, parsed)
    plan = Plan(parsed, values, Settings(estimate=quick, replay=replay, **settings))
    longest = max(spec.trigger_s for spec in plan.round_trials(1))
    settings["tail_s"] = default_tail_s(longest)
    return Plan(parsed, values, Settings(estimate=quick, replay=replay, **settings))


def _looks(arms: int, *, struck: bool) -> dict[str, Any]:
    """How many rounds a plan has that says nothing of them.

    Until its verdicts are firm; with a fault, whose figures are several, or with one arm, which is
    compared with nothing, a number.
    """
    from bench.stats.launches import MOST_LOOKS

    if arms < 2 or struck:
        return {"rounds": FAULT_ROUNDS if struck else ALONE_ROUNDS}
    return {"rounds": MOST_LOOKS, "firm": True}


def _own_jobs(
    around: Surroundings, values: Mapping[str, tuple[Value, ...]], arms: Sequence[Arm]
) -> tuple[OwnJob, ...]:
    """The users' jobs that an axis or an arm names."""
    named = {*values["job"], *(pins(arm).get("job") for arm in arms)}
    found = () if around.own is None else around.own.all()
    return tuple(job for job in found if job.name in named)


def _runtimes(around: Surroundings, arms: Sequence[Arm]) -> tuple[tuple[str, str], ...]:
    """The interpreters that an arm names, with their paths."""
    named = {arm.keys["runtime"] for arm in arms if "runtime" in arm.keys}
    return tuple((name, path) for name, path in sorted(around.runtimes.items()) if name in named)


def _struck(values: Mapping[str, tuple[Value, ...]], arms: Sequence[Arm]) -> bool:
    """Whether some trial has a fault."""
    pinned = (str(pins(arm).get("fault", NONE)) for arm in arms)
    return any(str(fault) != NONE for fault in (*values["fault"], *pinned))


def _default(name: str, quick: bool, around: Surroundings) -> str:
    if quick and name == "cores":
        return str(min(QUICK_CORES, around.cores))
    return AXES[name].default


def _duration(text: str) -> float:
    seconds = parse_duration(text)
    if seconds == 0:
        raise ValueError("the measured window must be longer than 0s; give one like 30s")
    return seconds


def _idle(text: str) -> float:
    """How long a stream is watched without records."""
    seconds = parse_duration(text)
    if seconds < LEAST_IDLE_S:
        raise ValueError(
            f"{text} is too short to tell what an idle stream takes; give {LEAST_IDLE_S:g}s or more"
        )
    return seconds


def _age(text: str) -> float:
    seconds = parse_duration(text)
    if seconds == 0:
        raise ValueError("every JVM is older than 0s; give an age like 2m, or leave it out")
    return seconds


def _seed(text: str) -> int:
    return check_seed(parse_count(text, minimum=0))


def read_speed(text: str) -> float:
    """How many times as fast as its own timestamps a file is replayed, above 0."""
    try:
        speed = float(text)
    except ValueError:
        speed = math.nan
    if not 0 < speed < math.inf:
        raise ValueError(f"'{text}' is not a speed above 0; write one like 2 or 0.5")
    return speed


def _own_pace(
    given: Mapping[str, Sequence[str]],
    replay: str | None,
    speed: str,
    around: Surroundings,
    where: Where,
) -> Mapping[str, Sequence[str]]:
    """The axes with the mean rate that the file's own timestamps give at ``speed``."""
    name = where("replay_speed")
    if replay is None:
        raise UsageError(f"{name}: there is no file to replay; give {where('replay')} too")
    for axis in ("rate", "arrivals"):
        if given.get(axis):
            raise UsageError(
                f"{where(axis)}: a file at its own pace has its own; leave it out, or {name}"
            )
    if around.replay_rate is None:
        raise UsageError(f"{name}: files are not read here; leave it out")
    rate = around.replay_rate(replay) * _read(read_speed, speed, name)
    return {**given, "rate": [repr(rate)]}


def _read(read: Callable[[str], Any], text: str, where: str) -> Any:
    try:
        return read(text)
    except (UsageError, ValueError) as error:
        raise UsageError(f"{where}: {error}") from None
