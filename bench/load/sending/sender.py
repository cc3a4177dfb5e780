"""The open-loop sender: one thread, one loop, any number of streams. The only sending loop.

Each tick sends what is due on every stream, then sleeps until the next record is due, a full socket
drains, a reader comes or goes, or a descriptor of the caller's is readable.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable, Sequence

from bench.load.sending.channel import Channel
from bench.load.sending.listen import open_listeners


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

    `on_accept(channel, peer)` and `on_gone(channel, reason)` are called from `run`; a reader that
    ends its side of the connection counts as gone. With `again` a stream takes its next reader when
    one has gone, and readers wait in line; otherwise its port is closed once it has a reader, so
    that later ones are refused. `watch` are descriptors the caller wants to be woken for.
    """

    def __init__(
        self,
        listeners: Sequence[socket.socket],
        on_accept: Callable[[Channel, str], None],
        on_gone: Callable[[Channel, str], None],
        again: bool = False,
        watch: Sequence[int] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.channels = [Channel(stream, clock) for stream in range(len(listeners))]
        self._listeners = list(listeners)
        self._on_accept = on_accept
        self._on_gone = on_gone
        self._again = again
        self._clock = clock
        self._others = list(watch)
        self._fds: list[int] = []
        self._places: list[tuple[str, int]] = []
        self._watch()

    def run(self, until: float) -> list[int]:
        """Send until the clock reads `until`, and at most until something happens.

        That is: a descriptor of `watch` is readable (those are returned), a reader came or went, or
        a stream has reached its limit. One turn of the loop is a tick; it is short on purpose.
        """
        clock, wait, fds = self._clock, select.select, self._fds
        live = [channel for channel in self.channels if channel.sending]
        happened = False
        while not happened:
            now = clock()
            if now >= until:
                break
            wake_at = until
            full: list[int] = []
            for channel in live:
                if channel.blocked_since is None:
                    wake_at = min(wake_at, channel.pump(now))
                if not channel.sending or channel.gone_because:
                    happened = True
                elif channel.blocked_since is not None and channel.sock is not None:
                    full.append(channel.sock.fileno())
            # select, since its timeout is in microseconds; epoll's and poll's are in milliseconds.
            timeout = 0.0 if happened else max(wake_at - clock(), 0.0)
            readable, writable, _ = wait(fds, full, [], timeout)
            if writable:
                self._unblock(writable)
            if readable:
                return [found for found in readable if not self._serve(found)]
        for channel in live:
            if channel.gone_because:
                self._lose(channel, channel.gone_because)
        return []

    def drop(self, channel: Channel) -> None:
        """Close a stream's connection from this side; its next reader is served with `again`."""
        channel.drop()
        self._watch()

    def cut_off(self) -> None:
        """Close every connection and refuse new ones, until `take_in`."""
        self._places = [listener.getsockname()[:2] for listener in self._listeners]
        self.close()
        for channel in self.channels:
            channel.pause()

    def take_in(self) -> None:
        """Listen again, at the same ports."""
        self._listeners = [open_listeners(host, [port])[0] for host, port in self._places]
        self._watch()

    def close(self) -> None:
        """Close every socket."""
        for channel in self.channels:
            channel.drop()
        for listener in self._listeners:
            listener.close()
        self._watch()

    def _unblock(self, writable: list[int]) -> None:
        now = self._clock()
        for channel in self.channels:
            if channel.sock is not None and channel.sock.fileno() in writable:
                channel.writable(now)

    def _serve(self, found: int) -> bool:
        """Serve a readable socket of ours; False for a descriptor that is not."""
        for channel, listener in zip(self.channels, self._listeners, strict=True):
            if channel.sock is not None and found == channel.sock.fileno():
                self._listen_to(channel, channel.sock)
                return True
            if found == listener.fileno():
                self._accept(channel, listener)
                return True
        return False

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
        """Note the descriptors to look at; they change only with the readers."""
        self._fds = list(self._others)
        for channel, listener in zip(self.channels, self._listeners, strict=True):
            fd = (channel.sock or listener).fileno()
            if fd >= 0:
                self._fds.append(fd)
