"""The thread that reads the socket into the spool.

A line counts as received once it is in a file.  The end of a connection in good order ends its
last line too; at a reset the line that was under way is counted aside and never joined to what the
next connection brings.  A peer that has gone is tried again, less and less often.
"""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import threading
import time
from typing import Optional

from .errors import SpoolError
from .framing import Framer, LineTooLong
from .options import SpoolOptions
from .quantities import format_seconds, format_size
from .spool import Spool
from .status import CONNECTING, DEAD, FULL, READING, WAITING, StatusFile

#: How long one attempt to connect may take.
ATTEMPT_S = 5.0

#: How often a receiver that waits for room looks whether it is to stop.
LOOK_S = 0.5

#: A peer that vanished without a word is noticed after about a minute.
_KEEP_ALIVE = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}


def connect(host: str, port: int) -> socket.socket:
    """A connection to a server; raises ``OSError``."""
    connection = socket.create_connection((host, port), ATTEMPT_S)
    try:
        # Nobody listens at a port of this host, and the kernel has just chosen it for our end.
        if connection.getsockname() == connection.getpeername():
            raise ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))
        connection.settimeout(None)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _KEEP_ALIVE.items():
            if hasattr(socket, name):
                connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    except BaseException:
        connection.close()
        raise
    return connection


class Receiver:
    """Reads ``options.peer`` into ``spool`` from :meth:`start` until :meth:`stop` or a failure."""

    def __init__(self, spool: Spool, options: SpoolOptions) -> None:
        self._spool = spool
        self._options = options
        self._framer = Framer(options.max_line_bytes)
        self._status = StatusFile(spool.folder, options.peer)
        if spool.torn_bytes:
            self._status.aside(spool.torn_bytes)
        self._stopping = threading.Event()
        self._connection: Optional[socket.socket] = None
        self._failure: Optional[str] = None
        self._thread: Optional[threading.Thread] = None

    def start(self) -> None:
        """Begin, unless it has begun.

        The thread does not keep the process alive: it ends with the driver's helper it runs in.
        """
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="spool receiver", daemon=True)
            self._thread.start()

    def check(self) -> None:
        """Raise :class:`SpoolError` if it has given up."""
        if self._failure is not None:
            raise SpoolError(self._failure)

    def stop(self) -> None:
        """End the thread; what it has of an unfinished line is counted aside.  Idempotent."""
        self._stopping.set()
        connection = self._connection
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        if self._thread is not None:
            self._thread.join(ATTEMPT_S + LOOK_S)

    def _run(self) -> None:
        try:
            self._receive()
        except SpoolError as problem:
            self._failure = str(problem)
        except Exception as problem:
            self._failure = (
                f"the receiver of {self._options.peer} failed: {type(problem).__name__}: {problem}"
            )
        if self._failure is not None:
            self._status.set(state=DEAD, error=self._failure)

    def _receive(self) -> None:
        delay_s = 0.0
        while not self._stopping.wait(delay_s):
            connection = self._connect(first=self._status.now.connections == 0)
            if connection is None:
                return
            before = self._spool.end
            with connection:
                self._connection = connection
                # Whoever stops it sets the event first and looks for a connection then.
                if self._stopping.is_set():
                    return
                self._read(connection)
                self._connection = None
            # One that accepts and closes at once is not asked again and again.
            useful = self._spool.end != before
            delay_s = self._options.reconnect_delay_s if useful else self._longer(delay_s)

    def _connect(self, first: bool) -> Optional[socket.socket]:
        """A connection, ``None`` when told to stop; only the first one must come in time."""
        options = self._options
        began, delay_s = time.monotonic(), 0.0
        self._status.set(state=CONNECTING if first else WAITING)
        while not self._stopping.wait(delay_s):
            try:
                connection = connect(options.host, options.port)
            except OSError as problem:
                delay_s = self._longer(delay_s)
                waited_s = time.monotonic() - began
                limit_s = options.connect_timeout_s
                if first and limit_s and waited_s + delay_s > limit_s:
                    raise SpoolError(
                        f"no connection to {options.peer} within {format_seconds(limit_s)} "
                        f"({problem.strerror or problem}): start the server first, or give "
                        "connectTimeout more time"
                    ) from None
                continue
            self._status.set(state=READING, connections=self._status.now.connections + 1)
            return connection
        return None

    def _longer(self, delay_s: float) -> float:
        shortest, longest = self._options.reconnect_delay_s, self._options.max_reconnect_delay_s
        return min(longest, max(shortest, 2 * delay_s))

    def _read(self, connection: socket.socket) -> None:
        """Read until the connection ends; raises :class:`SpoolError`."""
        spool, framer, status = self._spool, self._framer, self._status
        framer.clear()
        while self._wait_for_room():
            try:
                received = connection.recv_into(framer.space())
                if received == 0:
                    break
                lines, records = framer.take(received)
            except OSError:
                status.aside(framer.clear(), state=WAITING, reset=status.now.reset + 1)
                return
            except LineTooLong:
                longest = format_size(self._options.max_line_bytes)
                raise SpoolError(
                    f"{self._options.peer} sent a line of more than {longest} bytes: raise "
                    "maxLineBytes, or mend the sender"
                ) from None
            if records:
                spool.append(lines, records)
        if self._stopping.is_set():
            status.aside(framer.clear())
            return
        fragment = framer.finish()
        if fragment:
            spool.append(fragment, 1)
        status.set(state=WAITING, ended=status.now.ended + 1)

    def _wait_for_room(self) -> bool:
        """False when told to stop; meanwhile the socket is not read, so that the peer waits."""
        if self._spool.wait_for_room(0.0):
            return True
        self._status.set(state=FULL)
        while not self._stopping.is_set():
            if self._spool.wait_for_room(LOOK_S):
                self._status.set(state=READING)
                return True
        return False
