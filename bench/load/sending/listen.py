"""Listening sockets of the load's streams."""

from __future__ import annotations

import errno
import socket
from collections.abc import Sequence

from bench.load.errors import ListenError, PortInUse

#: Send buffer asked for, in bytes; Linux doubles it for its book-keeping. A connection left to
#: itself grows its buffer to several MB, in which a slow reader's backlog would hide: "delivered"
#: would run ahead of what the engine can have, and "blocked" come seconds late. At 256 KiB the
#: loopback still reaches its full speed, below 128 KiB it does not.
SEND_BUFFER_BYTES = 256 * 1024
_WAITING = 16


def open_listeners(host: str, ports: Sequence[int]) -> list[socket.socket]:
    """One listening socket a port (0: the system chooses), in order.

    All or none: raises PortInUse or ListenError with one sentence, and leaves nothing open.
    """
    listeners: list[socket.socket] = []
    try:
        for port in ports:
            listeners.append(_open(host, port))
    except ListenError:
        for listener in listeners:
            listener.close()
        raise
    return listeners


def port_of(listener: socket.socket) -> int:
    """The port a socket listens on."""
    return int(listener.getsockname()[1])


def _open(host: str, port: int) -> socket.socket:
    if not 0 <= port <= 65535:
        raise ListenError(f"port {port} is out of range: give one from 1 to 65535")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise ListenError(f"host {host!r} does not resolve: give one of this machine's") from None
    family, kind, protocol, _, address = found[0]
    listener = socket.socket(family, kind, protocol)
    try:
        # Without it a port stays unusable for a minute after the last run.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Set before listening: accepted sockets inherit it.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        listener.bind(address)
        listener.listen(_WAITING)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortInUse(
                f"port {port} on {host} is in use: end the program that listens there or give "
                "another port"
            ) from None
        reason = error.strerror or str(error)
        raise ListenError(f"cannot listen on {host}:{port} ({reason}): give another one") from None
    listener.setblocking(False)
    return listener
