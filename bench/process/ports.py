"""Ports and hosts."""

from __future__ import annotations

import socket

import psutil

from bench.errors import EnvironmentProblem, UsageError

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


def resolve(host: str) -> str:
    """The address of ``host``, IPv4 where it has one.

    Raises :class:`UsageError` for what can be no host name, :class:`EnvironmentProblem` for a name
    that does not resolve here.
    """
    if not host.strip():
        raise UsageError("--host: the name is empty; give a host name or an address.")
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise UsageError(f"--host: {host!r} is not a host name; check its spelling.") from error
    except OSError as error:
        raise EnvironmentProblem(
            f"Host {host!r} does not resolve ({error.strerror or error}); check its spelling, or "
            "give an address."
        ) from error
    found.sort(key=lambda entry: entry[0] != socket.AF_INET)
    return str(found[0][4][0])


def listens_here(port: int) -> bool | None:
    """Whether some process of this machine listens on ``port``; ``None`` where that is hidden."""
    try:
        connections = psutil.net_connections(kind="tcp")
    except (psutil.Error, OSError):
        return None
    return any(c.status == psutil.CONN_LISTEN and c.laddr.port == port for c in connections)
