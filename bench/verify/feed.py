"""A server that feeds one input, piece by piece, to the first reader that comes."""

from __future__ import annotations

import socket

from bench.load.sending.listen import open_listeners, port_of
from bench.process.ports import LOOPBACK
from bench.verify.inputs import Input
from bench.verify.paced import PacedFeed

_LOOK_S = 0.1


class Feed(PacedFeed):
    """Listens at once and sends in a thread of its own; use it as a context manager.

    It waits ``pause_s`` between two pieces, and before each until :meth:`allow` lets its lines
    pass.  After the last one the connection is closed in an orderly way.  The port is closed as
    soon as the reader has come, so that one that comes back meets nobody.
    """

    def __init__(self, source: Input, *, pause_s: float, host: str = LOOPBACK) -> None:
        super().__init__(source, pause_s=pause_s)
        self._listener = open_listeners(host, [0])[0]
        self._listener.settimeout(_LOOK_S)
        self.port = port_of(self._listener)
        self.connected = False
        self._begin("feed")

    def close(self) -> None:
        """Stop sending and close every socket."""
        super().close()
        self._listener.close()

    def _run(self) -> None:
        try:
            connection = self._accept()
            if connection is not None:
                with connection:
                    self._send(connection)
        except OSError as problem:
            self.problem = f"the engine left while lines were sent ({problem.strerror or problem})"

    def _accept(self) -> socket.socket | None:
        with self._listener:
            while not self._ending.is_set():
                try:
                    connection, _address = self._listener.accept()
                except TimeoutError:
                    continue
                self.connected = True
                # Pieces must leave as they are cut.
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connection.settimeout(_LOOK_S)
                return connection
        return None

    def _send(self, connection: socket.socket) -> None:
        for piece in self._source.pieces():
            self._wait_for_leave()
            left = memoryview(piece)
            while left and not self._ending.is_set():
                try:
                    left = left[connection.send(left) :]
                except TimeoutError:
                    continue  # the reader is slow
            if self._ending.wait(self._pause_s):
                return
            self._sent += piece.count(b"\n")
        connection.shutdown(socket.SHUT_WR)
