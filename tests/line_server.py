"""A server on loopback that says what a test tells it, to one client after another."""

from __future__ import annotations

import socket
import threading
from types import TracebackType
from typing import Self


class LineServer:
    """Listens at once; ``accepted`` is set when a client is there."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.accepted = threading.Event()
        self._client: socket.socket | None = None
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        try:
            self._client, _ = self._listener.accept()
        except OSError:
            return
        self.accepted.set()

    def send(self, data: bytes, timeout_s: float = 60.0) -> None:
        """Say ``data`` once the client is there."""
        assert self.accepted.wait(timeout_s), "nobody connected"
        assert self._client is not None
        self._client.sendall(data)

    def close(self) -> None:
        """Close the connection in an orderly way, and listen no more."""
        self._listener.close()
        if self._client is not None:
            self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def unanswering_port() -> tuple[socket.socket, list[socket.socket], int]:
    """A port that completes no further connection: its accept queue is full and stays so."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    port = listener.getsockname()[1]
    waiting = []
    for _ in range(4):
        client = socket.socket()
        client.setblocking(False)
        client.connect_ex(("127.0.0.1", port))
        waiting.append(client)
    return listener, waiting, port
