"""Where the load generator and the driver listen, and what name executors are told."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass

from bench.contract.masters import is_local
from bench.plan.spec import TrialSpec
from bench.process.ports import LOOPBACK

_EVERYWHERE = frozenset({"0.0.0.0", "::"})

#: ``spark://host:7077``, ``k8s://https://host:443``; of several masters the first.
_HOST = re.compile(r"(?:spark|k8s)://(?:https?://)?\[?([^\s,/\]]+?)\]?(?::(\d+))?(?:[,/].*)?")

#: An address of documentation (RFC 5737), to ask which way leads out; nothing is sent there.
_OUTSIDE = ("192.0.2.1", 9)


@dataclass(frozen=True)
class Addresses:
    """``listen``: what is bound on this machine; ``advertise``: how executors reach it.

    ``own`` is how a process of this machine reaches it, the driver above all.
    """

    listen: str = LOOPBACK
    advertise: str = LOOPBACK
    own: str = LOOPBACK

    @property
    def settings(self) -> dict[str, str]:
        """Where the driver itself is to be found, as Spark settings."""
        return {"spark.driver.bindAddress": self.listen, "spark.driver.host": self.advertise}


def addresses(spec: TrialSpec) -> Addresses:
    """Those of a trial: as given, else by the way that leads to its master.

    Loopback for local masters and for a ``local-cluster``, all of which is on this machine.
    """
    if is_local(spec.master):
        return Addresses()
    local = spec.master.startswith("local-cluster[")
    way = LOOPBACK if local else _way_to(master_host(spec.master) or _OUTSIDE)
    listen = spec.listen or way
    own = way if listen in _EVERYWHERE else listen
    return Addresses(listen, spec.advertise or own, own)


def master_host(master: str) -> tuple[str, int] | None:
    """Host and port of the first master in a URL; ``None`` for one without (YARN)."""
    found = _HOST.fullmatch(master)
    return None if found is None else (found[1], int(found[2] or 7077))


def _way_to(place: tuple[str, int]) -> str:
    """This machine's own address on the way to a place; nothing is sent."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
            way.connect(place)
            return str(way.getsockname()[0])
    except OSError:
        return LOOPBACK
