"""What no trial on a cluster may be, each said in one sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from bench.contract.masters import is_local
from bench.errors import UsageError
from bench.plan.axes import Surroundings
from bench.plan.spec import TrialSpec

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
