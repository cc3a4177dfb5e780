"""The open-loop sender: one thread, one loop, any number of streams. The only sending loop.

`Sender.step` sends what is due on every stream, then sleeps until the next record is due, a full
socket drains, a reader comes or goes, or a descriptor of the caller's is readable.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable, Iterable, Sequence

from bench.load.channel import Channel, Status

#: Readers that come or go, and the caller's descriptors, are noticed after this at the latest.
_LOOK_S = 0.01


def wall_minus_monotonic() -> float:
    """Unix seconds minus monotonic seconds, from the tightest of a few readings.

    Ticks run on the monotonic clock, so that a step of the wall clock moves no record.
    """
    best, offset = float("inf"), 0.0
    for _ in range(16):
        before = time.monotonic()
        wall = time.time()
        after = time.monotonic()
        if after - before < best:
            best, offset = after - before, wall - (before + after) / 2
    return offset


class Sender:
    """Serves one reader at a time on each listening socket.

    `on_accept(channel, peer)` and `on_gone(channel, reason)` are called from `step`; a reader that
    ends its side of the connection counts as gone. With `again` a stream takes its next reader when
    one has gone, and readers wait in line; otherwise its port is closed once it has a reader, so
    that later ones are refused.
    """

    def __init__(
        self,
        listeners: Sequence[socket.socket],
        on_accept: Callable[[Channel, str], None],
        on_gone: Callable[[Channel, str], None],
        again: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.channels = [Channel(stream, clock) for stream in range(len(listeners))]
        self._listeners = list(listeners)
        self._on_accept = on_accept
        self._on_gone = on_gone
        self._again = again
        self._clock = clock
        self._watched: list[socket.socket] = []
        self._look_at = 0.0
        self._watch()

    def step(self, wait_s: float, extra: Iterable[int] = ()) -> list[int]:
        """Send, then sleep for at most `wait_s`; the descriptors of `extra` that are readable."""
        wake_at = self._clock() + wait_s
        full: list[socket.socket] = []
        for channel in self.channels:
            if not channel.sending:
                continue
            status = Status.BLOCKED if channel.blocked else channel.pump()
            if status is Status.CAUGHT_UP:
                wake_at = 0.0 if channel.finished else min(wake_at, channel.wake_at)
            elif status is Status.BLOCKED and channel.sock is not None:
                full.append(channel.sock)
            elif status is Status.BEHIND:
                wake_at = 0.0
            else:
                self._lose(channel, channel.gone_because)
        now = self._clock()
        timeout = max(wake_at - now, 0.0)
        if timeout > 0 and not full and wake_at < self._look_at:
            # Nothing but the next tick is waited for: a sleep costs two thirds of a select.
            time.sleep(timeout)
            return []
        self._look_at = now + _LOOK_S
        # select, since its timeout is in microseconds; epoll's and poll's are in milliseconds.
        watched: list[int | socket.socket] = [*extra, *self._watched]
        readable, writable, _ = select.select(watched, full, [], timeout)
        if writable:
            now = self._clock()
            for channel in self.channels:
                if channel.sock in writable:
                    channel.writable(now)
        others: list[int] = []
        for found in readable:
            if isinstance(found, int):
                others.append(found)
            else:
                self._serve(found)
        return others

    def drop(self, channel: Channel) -> None:
        """Close a stream's connection from this side; its next reader is served with `again`."""
        channel.drop()
        self._watch()

    def close(self) -> None:
        """Close every socket."""
        for channel in self.channels:
            channel.drop()
        for listener in self._listeners:
            listener.close()
        self._watched = []

    def _serve(self, found: socket.socket) -> None:
        for channel, listener in zip(self.channels, self._listeners, strict=True):
            if found is listener:
                self._accept(channel, listener)
            elif found is channel.sock:
                self._listen_to(channel, found)

    def _accept(self, channel: Channel, listener: socket.socket) -> None:
        try:
            sock, address = listener.accept()
        except OSError:
            return  # the reader left before it was taken in
        channel.attach(sock)
        if not self._again:
            listener.close()
        self._watch()
        self._on_accept(channel, f"{address[0]}:{address[1]}")

    def _listen_to(self, channel: Channel, sock: socket.socket) -> None:
        """Readers have nothing to say; what they do say is thrown away, and an end is an end."""
        try:
            if sock.recv(65536):
                return
            reason = "the reader closed the connection"
        except BlockingIOError:
            return
        except OSError as error:
            reason = error.strerror or str(error)
        self._lose(channel, reason)

    def _lose(self, channel: Channel, reason: str) -> None:
        channel.drop()
        self._watch()
        self._on_gone(channel, reason)

    def _watch(self) -> None:
        """The sockets whose readability means something; it changes only with the readers."""
        self._watched = [
            channel.sock or listener
            for channel, listener in zip(self.channels, self._listeners, strict=True)
            if channel.sock is not None or listener.fileno() >= 0
        ]
