"""The sockets of a live trial: of every process that carries its mark."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterable

import psutil

from bench.process.orphans import marked


def processes() -> dict[str, list[psutil.Process]]:
    """The processes of the trial under way in this process, by what they are.

    ``engine`` the child, ``generator``, ``java``, ``python`` whatever else Python is there: the
    daemon that pyspark starts and the workers it forks.
    """
    found: dict[str, list[psutil.Process]] = {}
    for one in marked():
        if not one.token.startswith(f"{os.getpid()}-"):
            continue
        kinds = {"bench.child": "engine", "bench.load": "generator"}
        kind = next((name for part, name in kinds.items() if part in one.command), None)
        try:
            process = psutil.Process(one.pid)
            name = "java" if process.name() == "java" else "python"
        except psutil.Error:
            continue
        found.setdefault(kind or name, []).append(process)
    return found


def exposed(them: Iterable[psutil.Process]) -> tuple[list[str], int]:
    """Sockets that others than this machine could reach or that reach others; how many there are.

    A listening socket, or one without a peer as of UDP, must be bound to loopback, and every peer
    must be there.
    """
    found, seen = [], 0
    for process in them:
        try:
            connections = process.net_connections(kind="inet")
        except psutil.Error:
            continue
        for one in connections:
            seen += 1
            ends = [end for end in (one.laddr, one.raddr) if end]
            if not all(_loopback(end.ip) for end in ends):
                kind = "udp" if one.type == socket.SOCK_DGRAM else one.status
                found.append(f"{process.name()} {process.pid}: {kind} {one.laddr} {one.raddr}")
    return found, seen


def _loopback(ip: str) -> bool:
    address = ipaddress.ip_address(ip.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
