"""A server that sends numbered lines as fast as they are taken, to one client after another."""

from __future__ import annotations

import socket
import threading


class Firehose:
    """Lines ``<number> <number>…``; a number is never sent twice, whoever comes.

    What was handed to the kernel for a client that died is lost, as with any socket.
    """

    def __init__(self, pause_s: float = 0.0) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.1)
        self.port: int = self._listener.getsockname()[1]
        self._ending = threading.Event()
        self._pause_s = pause_s
        self.next = 0
        self.clients = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @staticmethod
    def line(number: int) -> str:
        """A line from which it can be told that it is whole."""
        return f"{number} " + "x" * (number % 90) + f" {number}"

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                client, _address = self._listener.accept()
            except TimeoutError:
                continue
            self.clients += 1
            with client:
                try:
                    self._send(client)
                except OSError:
                    continue

    def _send(self, client: socket.socket) -> None:
        client.settimeout(0.2)
        while not self._ending.wait(self._pause_s):
            numbers = range(self.next, self.next + 200)
            self.next += len(numbers)
            left = memoryview("".join(self.line(n) + "\n" for n in numbers).encode())
            # Cut anywhere, so that lines come in parts.
            while left and not self._ending.is_set():
                try:
                    left = left[client.send(left[:1777]) :]
                except TimeoutError:
                    continue

    def close(self) -> None:
        """An orderly end, within a line most of the time."""
        self._ending.set()
        self._thread.join(10)
        self._listener.close()
