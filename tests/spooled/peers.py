"""A real server whose every connection does what a test tells it."""

from __future__ import annotations

import select
import socket
import struct
import time
from collections.abc import Callable
from typing import Any

from structured.spooled.options import SpoolOptions

#: How long a busy machine may take for what happens at once on an idle one.
PATIENCE_S = 30.0


class Peer:
    """One accepted connection."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def close(self) -> None:
        """An orderly end."""
        self.socket.close()

    def reset(self) -> None:
        """An end without order: what was not read yet may be lost."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


class Server:
    """Listens on loopback until it is closed."""

    def __init__(self, port: int = 0) -> None:
        self._listener = socket.create_server(("127.0.0.1", port))
        self._listener.settimeout(PATIENCE_S)
        self.port: int = self._listener.getsockname()[1]

    def accept(self) -> Peer:
        connection, _address = self._listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return Peer(connection)

    def called(self) -> bool:
        """Whether somebody waits to be accepted."""
        return bool(select.select([self._listener], [], [], 0)[0])

    def close(self) -> None:
        self._listener.close()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()


def options(path: object, port: int, **changes: Any) -> SpoolOptions:
    values = {"reconnect_delay_s": 0.01, "max_reconnect_delay_s": 0.05, **changes}
    return SpoolOptions(path=str(path), port=port, **values)


def until(done: Callable[[], Any], what: str = "it") -> Any:
    """Wait until ``done`` says so, and return what it said."""
    deadline = time.monotonic() + PATIENCE_S
    while not (said := done()):
        assert time.monotonic() < deadline, f"{what} did not happen in time"
        time.sleep(0.005)
    return said
