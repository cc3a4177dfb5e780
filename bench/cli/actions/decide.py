"""What ``sparkbench decide`` does."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

from bench.cli._words import one_of
from bench.decision import Decision, Target, decide, decision_data, decision_parts, decision_view
from bench.decision.assessed import Assessed, assessed_parts, read_assessed
from bench.decision.evidence import KNOBS, Value
from bench.document.markdown import markdown
from bench.document.terminal import print_lines
from bench.errors import UsageError, unknown
from bench.plan.axes import AXES, CONF_PREFIX, Axis, axis_named
from bench.run import Run
from bench.units import parse_duration, parse_rate

_FORMATS = ("text", "md")
_Read = TypeVar("_Read")


def run_decide(
    name: str,
    *,
    rate: str | None,
    p99: str | None,
    core_hour: str | None,
    million_requests: str | None = None,
    today: str | None,
    gate: bool,
    kind: str,
    as_json: bool,
    assessment: Path | None = None,
) -> int:
    """Decide and print; the exit code is 1 when a gate failed."""
    one_of("--format", kind, _FORMATS)
    assessed = None if assessment is None else read_assessment(assessment)
    target = read_target(rate, p99, core_hour, million_requests)
    setting = read_setting(today or "")
    run = Run.load(name)
    if not run.results:
        raise UsageError(f"{run.place}: no trial has ended, so there is nothing to decide from")
    try:
        decisions = decide(run, target, setting)
    except ValueError as error:
        raise UsageError(f"--today: {error}") from None
    parts = [part for one in decisions for part in decision_parts(decision_view(one))]
    parts += [] if assessed is None else assessed_parts(assessed)
    if as_json:
        data: dict[str, object] = {"decisions": [decision_data(decision) for decision in decisions]}
        if assessed is not None:
            data["assessment"] = asdict(assessed)
        print(json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1))
    elif kind == "md":
        print(markdown(parts), end="")
    else:
        print_lines(parts, sys.stdout)
    passed = all(decision.met for decision in decisions)
    if gate:
        # Where standard output is for machines, people read the other one.
        print(gate_sentence(decisions), file=sys.stderr if as_json else sys.stdout)
    return 1 if gate and not passed else 0


def read_assessment(file: Path) -> Assessed:
    """The JSON of ``sparkbench assess``; raises :class:`UsageError`."""
    try:
        return read_assessed(json.loads(file.read_bytes()))
    except OSError as error:
        raise UsageError(
            f"--assessment: {file}: {error.strerror or 'cannot be read'}; check the path"
        ) from None
    except (ValueError, RecursionError) as error:
        words = str(error) if "assess" in str(error) else "not JSON of `sparkbench assess`"
        raise UsageError(f"--assessment: {file}: {words}") from None


def read_target(
    rate: str | None, p99: str | None, core_hour: str | None, million_requests: str | None = None
) -> Target:
    """The target from its options; raises :class:`UsageError`."""
    if rate is None or p99 is None:
        missing = "--rate" if rate is None else "--p99"
        raise UsageError(f"{missing} is missing: give the target, such as --rate 20000 --p99 2s")
    seconds = _read("--p99", parse_duration, p99)
    if seconds == 0:
        raise UsageError("--p99: nothing is visible after 0s; give a time like 2s")
    price = None if core_hour is None else _read("--cost-per-core-hour", _price, core_hour)
    requests = (
        None
        if million_requests is None
        else _read("--per-million-requests", _price, million_requests)
    )
    return Target(_read("--rate", parse_rate, rate), seconds, price, requests)


def read_setting(text: str) -> dict[str, Value]:
    """``trigger=1s,cores=2`` as cells have it; raises :class:`UsageError`."""
    found: dict[str, Value] = {}
    names = [axis.name for axis in AXES.values() if axis.key in KNOBS]
    for item in filter(None, (part.strip() for part in text.split(","))):
        key, equals, value = (piece.strip() for piece in item.partition("="))
        axis = axis_named(key)
        if not equals or not value:
            raise UsageError(f"--today: '{item}' is not KEY=VALUE; write one like trigger=1s")
        if axis is None or (axis.key not in KNOBS and not key.startswith(CONF_PREFIX)):
            raise UsageError(f"--today: {unknown('key', key, [*names, CONF_PREFIX + 'KEY'])}")
        found[axis.key] = _read("--today", _reader(axis), value)
    return found


def _reader(axis: Axis) -> Callable[[str], Value]:
    return lambda text: axis.read(text, None)


def gate_sentence(decisions: list[Decision]) -> str:
    """Whether the gate let it pass, and why."""
    arm = decisions[0].in_use.arm
    bad = [decision.in_use for decision in decisions if not decision.met]
    if not bad:
        return f"Gate passed: {arm} meets the target."
    if any(standing.word == "misses" for standing in bad):
        return f"Gate failed: {arm} misses the target."
    return f"Gate failed: it is not known whether {arm} meets the target."


def _price(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"'{text}' is not a price above 0; write one like 0.05")
    return value


def _read(where: str, read: Callable[[str], _Read], text: str) -> _Read:
    try:
        return read(text)
    except (UsageError, ValueError) as error:
        raise UsageError(f"{where}: {error}") from None
