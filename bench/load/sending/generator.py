"""The generator process: JSON commands on standard input, JSON events on standard output.

The first line of input is a `LoadConfig` dictionary, each later one a {"command": …}:

| command | answer |
|---|---|
| (the configuration) | `listening` {ports}; then `accepted` {stream, peer, at} for each reader |
| `go` {t0} | each second from t0 on `progress` {at, sent_records, intended_records} |
| `stop` {after_s or null} | `stopped` {the fields of `StopReport`} |
| `lag` {from_s, to_s} | `lag` {the fields of `LagReport`}; only after `stopped` |
| `close` {} | the connections are closed |
| `exit` {}, end of input | the process ends |

A reader that leaves is a `peer_closed` {stream, at, reason, sent_records}; the beginning and end of
an outage are an `outage` {what, at, sent_records}; a command that cannot be
done an `error` {kind, message}. Times of events are Unix seconds.
"""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.load.config import LoadConfig
from bench.load.errors import LoadError
from bench.load.sending.breaks import Break
from bench.load.sending.channel import Channel
from bench.load.sending.folder import Cuts, FolderChannel, FolderSender
from bench.load.sending.lag import SendLog, Timetable, lag_between
from bench.load.sending.listen import open_listeners, port_of
from bench.load.sending.sender import Sender, wall_minus_monotonic

#: How long a stop waits for a slow reader to take the rest of a record it has a part of.
TORN_WAIT_S = 2.0
_PROGRESS_S = 1.0
_IDLE_S = 0.5

Emit = Callable[[dict[str, Any]], None]


class Generator:
    """One load in this process: `run` returns when told to exit or when the input ends."""

    def __init__(self, config: LoadConfig, commands: int, rest: bytes, emit: Emit) -> None:
        self._config = config
        self._commands = commands
        self._pending = rest
        self._emit = emit
        self._running = True
        self._stopping = self._stopped = False
        self._totals: dict[str, Any] = {}
        self._torn_until = float("inf")
        self._t0 = 0.0
        self._cpu_at_go = 0.0
        self._next_progress = float("inf")
        # Everything that can be slow or fail is done before the first reader can come.
        self._replay = config.read_replay()
        self._schedules = config.schedules(self._replay)
        if not config.payload.stamp:
            self._lines = config.lines(None, self._replay)
        self._listeners: list[socket.socket] = []
        self._sender: Sender | FolderSender
        if config.directory is not None:
            folder = Path(config.directory)
            self._sender = FolderSender(folder, config.streams, config.file_s, watch=[commands])
        else:
            self._listeners = open_listeners(config.host, config.ports or (0,) * config.streams)
            again = config.readers_return
            self._sender = Sender(
                self._listeners, self._accepted, self._gone, again=again, watch=[commands]
            )
        self._channels: Sequence[Channel | FolderChannel] = self._sender.channels
        self._break: Break | None = None
        if config.outage is not None:
            self._break = Break(config.outage, self._sender, self._channels, emit)

    def run(self) -> None:
        """Serve until `exit` or the end of the input."""
        ports = [port_of(one) for one in self._listeners] or [0] * self._config.streams
        self._emit({"event": "listening", "ports": ports})
        if self._config.directory is not None:
            for channel in self._channels:
                self._accepted(channel, "directory")
        self._obey_pending()
        try:
            while self._running:
                if self._sender.run(self._look_at()):
                    self._read()
                if self._break is not None and self._t0 and not self._stopping:
                    self._break.look()
                if self._t0 and not self._stopped:
                    self._report()
        except LoadError as error:  # a file that cannot be written: there is no load any more
            self._emit({"event": "error", "kind": type(error).__name__, "message": str(error)})
        self._sender.close()

    def _look_at(self) -> float:
        """When to look up from sending at the latest, on the monotonic clock."""
        if self._stopped:
            return time.monotonic() + _IDLE_S
        soon = min(time.monotonic() + _IDLE_S, self._next_progress, self._torn_until)
        return soon if self._break is None else min(soon, self._break.next_look())

    def _read(self) -> None:
        received = os.read(self._commands, 65536)
        if not received:
            self._running = False  # the parent is gone or wants us gone
            return
        self._pending += received
        self._obey_pending()

    def _obey_pending(self) -> None:
        *lines, self._pending = self._pending.split(b"\n")
        for line in filter(None, lines):
            try:
                self._obey(json.loads(line))
            except (LoadError, ValueError, KeyError, TypeError) as error:
                kind = type(error).__name__
                self._emit({"event": "error", "kind": kind, "message": str(error)})

    def _obey(self, command: dict[str, Any]) -> None:
        match command["command"]:
            case "go":
                self._go(float(command["t0"]))
            case "stop":
                after_s = command.get("after_s")
                self._stop(None if after_s is None else float(after_s))
            case "lag":
                self._lag(float(command["from_s"]), float(command["to_s"]))
            case "close":
                self._sender.close()
            case "exit":
                self._running = False
            case other:
                raise LoadError(f"the generator knows no command {other!r}")

    def _go(self, t0: float) -> None:
        if self._t0:
            raise LoadError("the load has started already: start another generator")
        waiting = [channel.stream for channel in self._channels if channel.sock is None]
        if waiting:
            raise LoadError(
                f"streams {waiting} have no reader: wait until every stream is accepted"
            )
        if self._config.payload.stamp:
            self._lines = self._config.lines(t0)
        self._t0 = t0
        started = t0 - wall_minus_monotonic()
        parts = zip(self._channels, self._lines, self._schedules, strict=True)
        for channel, lines, schedule in parts:
            channel.begin(lines, schedule, started, SendLog())
        if self._break is not None:
            self._break.begin(started)
        self._cpu_at_go = time.process_time()
        self._next_progress = time.monotonic() + _PROGRESS_S

    def _stop(self, after_s: float | None) -> None:
        if not self._t0:
            raise LoadError("the load has not started: go first")
        if self._totals:
            self._emit(self._totals)  # a second order may have crossed the answer to the first
            return
        self._stopping = True
        self._torn_until = float("inf")
        if after_s is None:
            self._torn_until = time.monotonic() + TORN_WAIT_S
        for channel in self._channels:
            channel.stop(after_s)

    def _lag(self, from_s: float, to_s: float) -> None:
        if not self._stopped:
            raise LoadError("lag is told after the load has stopped: computing it would delay it")
        tables: Sequence[Timetable] = self._schedules
        if self._config.directory is not None:
            tables = [Cuts(schedule, self._config.file_s) for schedule in self._schedules]
        logs = [(table, channel.log) for table, channel in zip(tables, self._channels, strict=True)]
        self._emit({"event": "lag", **lag_between(logs, from_s, to_s).to_dict()})

    def _accepted(self, channel: Channel | FolderChannel, peer: str) -> None:
        if self._t0 and not self._stopping:
            # A reader that has come back: it gets what is due since, and no record twice.
            channel.resume()
            if self._break is not None:
                self._break.hold(channel)
        self._emit({"event": "accepted", "stream": channel.stream, "peer": peer, "at": time.time()})

    def _gone(self, channel: Channel, reason: str) -> None:
        if self._t0 and self._config.readers_return:
            channel.pause()
        self._emit(
            {
                "event": "peer_closed",
                "stream": channel.stream,
                "at": time.time(),
                "reason": reason,
                "sent_records": channel.sent,
            }
        )

    def _report(self) -> None:
        channels = self._channels
        now = time.monotonic()
        if self._stopping and (
            all(channel.finished for channel in channels) or now >= self._torn_until
        ):
            self._stopped = True
            self._next_progress = float("inf")
            self._totals = {"event": "stopped", **self._count_up()}
            self._emit(self._totals)
        elif now >= self._next_progress:
            self._next_progress = now + _PROGRESS_S
            self._emit(
                {
                    "event": "progress",
                    "at": time.time(),
                    "sent_records": sum(channel.sent for channel in channels),
                    "intended_records": sum(channel.intended() for channel in channels),
                }
            )

    def _count_up(self) -> dict[str, Any]:
        channels = self._channels
        for channel in channels:
            channel.end()
        last = [at for at in (channel.log.last_sent_at for channel in channels) if at is not None]
        return {
            "sent_records": [channel.sent for channel in channels],
            "sent_bytes": [channel.total_bytes() for channel in channels],
            "torn": [channel.torn for channel in channels],
            "last_sent_at": self._t0 + max(last) if last else None,
            "elapsed_s": max(channel.elapsed_s() for channel in channels),
            "cpu_s": time.process_time() - self._cpu_at_go,
            "blocked_s": [channel.log.blocked_s for channel in channels],
        }
