"""``sparkbench send``: a server that sends a load to whoever connects, like ``nc -lk``."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.load.config import LoadConfig
from bench.load.content.payload import Payload
from bench.load.sending.channel import Channel
from bench.load.sending.lag import LagReport, SendLog, lag_between
from bench.load.sending.listen import open_listeners, port_of
from bench.load.sending.sender import Sender
from bench.load.timing.arrivals import Arrivals

OnEvent = Callable[[dict[str, Any]], None]

#: Chunks of a connection whose lag is remembered; a load without end must not fill the memory.
_REMEMBERED = 500_000
_LOOK_S = 0.1
_PROGRESS_S = 1.0


@dataclass(frozen=True)
class SendSummary:
    """What was sent in all.

    `connected_s` sums the load time of all readers over all streams; `rate_per_s` is what a stream
    achieved in it, times the streams. `lag` is that of the last reader of each stream (of a very
    long load its latest part), None when nothing was sent. `sent_bytes` leaves out newlines.
    """

    readers: int
    sent_records: int
    sent_bytes: int
    connected_s: float
    rate_per_s: float
    lag: LagReport | None


def send(
    host: str = "127.0.0.1",
    port: int = 1100,
    rate_per_s: float = 1000.0,
    payload_bytes: int = 100,
    duration_s: float | None = None,
    replay: str | None = None,
    arrivals: Arrivals | None = None,
    seed: int = 0,
    streams: int = 1,
    on_event: OnEvent | None = None,
    stop: threading.Event | None = None,
    speed: float | None = None,
    payload: Payload | None = None,
) -> SendSummary:
    """Send generated lines, or a file's, until `stop` is set or the duration is over.

    Stream k is served on `port` + k, or on ports of the system's choice when `port` is 0, to one
    reader at a time; the next waits in line and is served when one has left. Each reader's load
    starts anew when it connects, at record 0. When a reader has had every record of `duration_s`
    seconds its connection is closed, and once that is so on every stream, this returns.

    `on_event` gets, as dictionaries, `listening` {ports}, `accepted` {stream, peer, at},
    `progress` {at, sent_records} about once a second, `peer_closed` {stream, at, reason,
    sent_records} and `completed` {stream, at, sent_records}. `payload` replaces `payload_bytes`.
    Raises PortInUse, ListenError, ReplayError or ValueError before anything is sent.
    """
    config = LoadConfig(
        rate_per_s=rate_per_s,
        arrivals=arrivals or Arrivals(),
        payload=payload or Payload(bytes_per_line=payload_bytes),
        replay=replay,
        speed=speed,
        seed=seed,
        streams=streams,
        host=host,
        ports=tuple(port + k if port else 0 for k in range(streams)),
    )
    server = _Server(config, duration_s, on_event or (lambda event: None))
    return server.run(stop or threading.Event())


class _Server:
    def __init__(self, config: LoadConfig, duration_s: float | None, on_event: OnEvent) -> None:
        self._config = config
        self._duration_s = duration_s
        self._on_event = on_event
        self._replay = config.read_replay()
        self._schedules = config.schedules(self._replay)
        if not config.payload.stamp:
            self._lines = config.lines(None, self._replay)
        self._listeners = open_listeners(config.host, config.ports)
        self._sender = Sender(self._listeners, self._accepted, self._gone, again=True)
        self._complete: set[int] = set()
        self._readers = self._past_records = self._past_bytes = 0
        self._past_s = 0.0
        self._ended: dict[int, tuple[SendLog, float]] = {}

    def run(self, stop: threading.Event) -> SendSummary:
        try:
            ports = [port_of(listener) for listener in self._listeners]
            self._on_event({"event": "listening", "ports": ports})
            next_progress = time.monotonic() + _PROGRESS_S
            while not stop.is_set() and len(self._complete) < self._config.streams:
                self._sender.run(time.monotonic() + _LOOK_S)
                for channel in self._sender.channels:
                    self._end_if_complete(channel)
                if time.monotonic() >= next_progress:
                    next_progress += _PROGRESS_S
                    self._tell("progress", sent_records=self._sent_records())
            for channel in self._sender.channels:
                if channel.sock is not None:
                    # Not in the middle of a line, unless the reader has stopped reading.
                    self._finish_record(channel)
                    self._account(channel)
            return self._summary()
        finally:
            self._sender.close()

    def _accepted(self, channel: Channel, peer: str) -> None:
        self._readers += 1
        self._complete.discard(channel.stream)
        now, wall = time.monotonic(), time.time()
        if self._config.payload.stamp:
            self._lines = self._config.lines(wall)
        stream = channel.stream
        channel.begin(self._lines[stream], self._schedules[stream], now, SendLog(_REMEMBERED))
        self._tell("accepted", stream=stream, peer=peer)
        if self._duration_s is not None:
            channel.stop(self._duration_s)

    def _end_if_complete(self, channel: Channel) -> None:
        if self._duration_s is None or channel.sock is None or not channel.finished:
            return
        if channel.elapsed_s() < self._duration_s:
            return  # its records are sent, its time is not over
        self._account(channel)
        self._complete.add(channel.stream)
        sent = channel.sent
        self._sender.drop(channel)
        self._tell("completed", stream=channel.stream, sent_records=sent)

    def _gone(self, channel: Channel, reason: str) -> None:
        self._account(channel)
        sent = channel.sent
        self._tell("peer_closed", stream=channel.stream, reason=reason, sent_records=sent)

    def _finish_record(self, channel: Channel) -> None:
        channel.stop(None)
        deadline = time.monotonic() + _LOOK_S
        while not channel.finished and time.monotonic() < deadline:
            self._sender.run(min(deadline, time.monotonic() + _LOOK_S / 10))

    def _account(self, channel: Channel) -> None:
        elapsed_s = channel.elapsed_s()
        channel.end()
        self._past_records += channel.sent
        self._past_bytes += channel.total_bytes()
        self._past_s += elapsed_s
        self._ended[channel.stream] = (channel.log, elapsed_s)

    def _sent_records(self) -> int:
        live = (channel.sent for channel in self._sender.channels if channel.sock is not None)
        return self._past_records + sum(live)

    def _tell(self, event: str, **fields: Any) -> None:
        self._on_event({"event": event, "at": time.time(), **fields})

    def _summary(self) -> SendSummary:
        logs = [(self._schedules[stream], log) for stream, (log, _) in self._ended.items()]
        until_s = max((elapsed_s for _, elapsed_s in self._ended.values()), default=0.0)
        if self._duration_s is not None:
            until_s = min(until_s, self._duration_s)
        connected_s = self._past_s
        return SendSummary(
            readers=self._readers,
            sent_records=self._past_records,
            sent_bytes=self._past_bytes,
            connected_s=connected_s,
            rate_per_s=self._past_records / connected_s * self._config.streams
            if connected_s > 0
            else 0.0,
            lag=lag_between(logs, 0.0, until_s) if self._past_records else None,
        )
