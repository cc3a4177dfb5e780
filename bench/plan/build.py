"""From what a user writes (command line, plan file, Python call) to a plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bench.errors import UsageError
from bench.load.checks import check_seed
from bench.load.payload import Payload
from bench.plan.arms import DEFAULT_ARMS, parse_arm
from bench.plan.axes import AXES, Surroundings, read_conf, read_values
from bench.plan.plan import QUICK, QUICK_CORES, Plan, default_tail_s
from bench.plan.spec import Settings, Value
from bench.units import parse_count, parse_duration

Where = Callable[[str], str]


def option(name: str) -> str:
    """Where a value stands on the command line."""
    return "--" + name.replace("_", "-")


def build_plan(
    arms: Sequence[str] = (),
    *,
    around: Surroundings,
    axes: dict[str, Sequence[str]] | None = None,
    conf: Sequence[str] = (),
    rounds: str | None = None,
    warmup: str | None = None,
    duration: str | None = None,
    seed: str | None = None,
    payload_bytes: str | None = None,
    replay: str | None = None,
    quick: bool = False,
    where: Where = option,
) -> Plan:
    """Read, complete and check a plan; every text is as the user wrote it.

    ``axes`` maps axis names (``trigger``, ``cores``, ...) to the texts given, comma lists allowed.
    What is not given takes its default, or that of ``--quick``.  ``where`` tells how a sentence
    names an option.  Raises :class:`UsageError`.
    """
    given = axes or {}
    values: dict[str, tuple[Value, ...]] = {}
    for name, axis in AXES.items():
        texts = given.get(name) or (_default(name, quick, around),)
        values[axis.key] = read_values(axis, texts, around, where(name))
    values.update(read_conf(conf, where("conf")))
    parsed = tuple(parse_arm(text, around) for text in arms or DEFAULT_ARMS)
    settings: dict[str, Any] = dict(QUICK) if quick else {}
    texts_of: dict[str, tuple[str | None, Callable[[str], Any], str]] = {
        "rounds": (rounds, parse_count, "rounds"),
        "warmup_s": (warmup, parse_duration, "warmup"),
        "duration_s": (duration, _duration, "duration"),
        "seed": (seed, _seed, "seed"),
        "payload_bytes": (payload_bytes, _payload_bytes, "payload_bytes"),
    }
    for key, (text, read, name) in texts_of.items():
        if text is not None:
            settings[key] = _read(read, text, where(name))
    plan = Plan(parsed, values, Settings(estimate=quick, replay=replay, **settings))
    longest = max(spec.trigger_s for spec in plan.round_trials(1))
    settings["tail_s"] = default_tail_s(longest)
    return Plan(parsed, values, Settings(estimate=quick, replay=replay, **settings))


def _default(name: str, quick: bool, around: Surroundings) -> str:
    if quick and name == "cores":
        return str(min(QUICK_CORES, around.cores))
    return AXES[name].default


def _duration(text: str) -> float:
    seconds = parse_duration(text)
    if seconds == 0:
        raise ValueError("the measured window must be longer than 0s; give one like 30s")
    return seconds


def _seed(text: str) -> int:
    return check_seed(parse_count(text, minimum=0))


def _payload_bytes(text: str) -> int:
    return Payload(parse_count(text)).bytes_per_line


def _read(read: Callable[[str], Any], text: str, where: str) -> Any:
    try:
        return read(text)
    except (UsageError, ValueError) as error:
        raise UsageError(f"{where}: {error}") from None
