"""What no plan may be, each said in one sentence."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bench.contract.masters import is_local
from bench.errors import UsageError
from bench.load.checks import check_seed
from bench.plan.arms import copy_of, identity
from bench.plan.axes import Surroundings
from bench.plan.fork import read_fork
from bench.plan.spec import Arm, Settings, TrialSpec, Value


def check_arms(arms: Sequence[Arm]) -> None:
    """Raise :class:`UsageError` for no arm, or for the same contender twice."""
    if not arms:
        raise UsageError("a plan needs at least one arm; give one such as structured")
    seen: dict[tuple[str, ...], Arm] = {}
    for arm in arms:
        # A copy made on purpose (``dstream#2``) is told apart by its number.
        name = (*identity(arm), copy_of(arm))
        if name in seen:
            raise UsageError(
                f"arm '{arm}' is the same contender as '{seen[name]}'; give each arm once"
            )
        seen[name] = arm


def check_axes(axes: Mapping[str, Sequence[Value]]) -> None:
    """Raise :class:`UsageError` for an axis without a value."""
    for key, values in axes.items():
        if not values:
            raise UsageError(f"axis '{key}' has no value; give at least one")


#: More would take weeks, and the list of them more memory than a laptop has.
MAX_TRIALS = 100_000


def check_size(arms: Sequence[Arm], axes: Mapping[str, Sequence[Value]], rounds: int) -> None:
    """Raise :class:`UsageError` for a plan of more than :data:`MAX_TRIALS` trials."""
    cells = math.prod(len(values) for values in axes.values())
    trials = len(arms) * cells * rounds
    if trials > MAX_TRIALS:
        raise UsageError(
            f"{rounds:,} rounds of {len(arms) * cells:,} trials are more than a run can have "
            f"({MAX_TRIALS:,} trials); give fewer rounds, or shorter lists"
        )


def check_settings(settings: Settings) -> None:
    """Raise :class:`UsageError` for a run that cannot be: no rounds, no window."""
    if settings.rounds < 1:
        raise UsageError(f"rounds: {settings.rounds} is not above 0; give 1 or more")
    if not settings.duration_s > 0:
        raise UsageError("duration: the measured window must be longer than 0s")
    if not settings.warmup_s >= 0:
        raise UsageError("warmup: a warm-up cannot be shorter than 0s")
    read_fork(settings.fork)
    try:
        check_seed(settings.seed)
    except ValueError as error:
        raise UsageError(str(error)) from None


_SECRET = "spark.authenticate.secret"

_PINNED = re.compile(r"[:,]master=([^,]+)")


def read_host(text: str) -> str:
    """A host name or an address; raises :class:`UsageError` for what can be none."""
    host = text.strip()
    if not host or any(sign in host for sign in " /,"):
        raise UsageError(f"'{text}' is no host name or address; give one like 192.168.1.10")
    return host


def around_of(
    around: Surroundings, masters: Iterable[object], arms: Iterable[str] = ()
) -> Surroundings:
    """What a plan is told of the world where some ``masters``, or arms with one, are clusters."""
    pinned = (found for arm in arms for found in _PINNED.findall(arm))
    if all(is_local(str(master).strip()) for master in (*masters, *pinned)):
        return around
    return replace(around, elsewhere=True)


def check_cluster(spec: TrialSpec) -> None:
    """Raise :class:`UsageError` for executors that cannot be, and for a secret in public."""
    if is_local(spec.master):
        if spec.executors is not None:
            raise UsageError(
                f"executors: {spec.master} has one, in the driver; leave --executors out, or give "
                "the --master of a cluster"
            )
        return
    if _SECRET in spec.conf:
        raise UsageError(
            f"conf {_SECRET}: it would stand in the command line of the driver; put it into "
            "spark-defaults.conf, whose folder SPARK_CONF_DIR names"
        )
    if spec.executors is not None and spec.cores % spec.executors:
        raise UsageError(
            f"executors: {spec.cores} cores do not divide evenly over {spec.executors} executors; "
            "give --cores a multiple"
        )
