"""Ports of this machine."""

from __future__ import annotations

import socket

import psutil

from bench.errors import UsageError

LOOPBACK = "127.0.0.1"


def check_port_number(port: int) -> None:
    """Raise :class:`UsageError` unless ``port`` is 1 to 65535."""
    if not 1 <= port <= 65535:
        raise UsageError(f"--port: {port} is not a port; give a number from 1 to 65535.")


def free_port(host: str = LOOPBACK) -> int:
    """A port nobody listens on at this moment, chosen by the system."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as server:
        server.bind((host, 0))
        return int(server.getsockname()[1])


def listens_here(port: int) -> bool | None:
    """Whether some process of this machine listens on ``port``; ``None`` where that is hidden."""
    try:
        connections = psutil.net_connections(kind="tcp")
    except (psutil.Error, OSError):
        return None
    return any(c.status == psutil.CONN_LISTEN and c.laddr.port == port for c in connections)
