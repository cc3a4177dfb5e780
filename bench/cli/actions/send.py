"""What ``sparkbench send`` does: check, listen, send, sum up."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

from bench.errors import UsageError
from bench.load.checks import check_rate, check_seed
from bench.load.content.kinds import KEYED, parse_lines
from bench.load.content.payload import MAX_STREAMS, Payload
from bench.load.timing.arrivals import parse_arrivals
from bench.plan.axes import read_keys, read_payload_bytes, read_payload_spread, read_skew
from bench.plan.build import read_speed
from bench.plan.jobs import DEFAULT_KEYS
from bench.runner.exit_codes import DONE, INTERRUPTED
from bench.runner.replays import settled
from bench.units import parse_count, parse_duration, parse_rate
from bench.view.words import figure

T = TypeVar("T")


def send_lines(
    *,
    host: str,
    port: int,
    rate: str | None,
    payload_bytes: str,
    payload_spread: str,
    keys: str,
    skew: str,
    lines: str,
    duration: str | None,
    replay: str | None,
    replay_speed: str | None,
    arrivals: str | None,
    seed: str,
    streams: str,
) -> int:
    """Send until the duration is over or Ctrl-C; texts are as the user wrote them.

    Raises :class:`UsageError` or :class:`bench.errors.EnvironmentProblem` before it listens.
    """
    rate_per_s = _read(
        "--rate", lambda text: check_rate(parse_rate(text)), "1000" if rate is None else rate
    )
    payload = _payload(payload_bytes, payload_spread, keys, skew, lines)
    speed = None if replay_speed is None else _read("--replay-speed", read_speed, replay_speed)
    if speed is not None and replay is None:
        raise UsageError("--replay-speed: there is no file to replay; give --replay too")
    for name, given in (("--rate", rate), ("--arrivals", arrivals)):
        if speed is not None and given is not None:
            raise UsageError(f"{name}: a file at its own pace has its own; leave it out")
    if replay is not None and payload != Payload():
        raise UsageError("--replay: a file's lines are sent as they are; leave their options out")
    duration_s = None if duration is None else _read("--duration", _above_zero, duration)
    shape = _read("--arrivals", parse_arrivals, "constant" if arrivals is None else arrivals)
    seed_number = _read("--seed", lambda text: check_seed(parse_count(text, minimum=0)), seed)
    count = _read("--streams", parse_count, streams)
    last = MAX_STREAMS if port == 0 else min(MAX_STREAMS, 65536 - port)
    if count > last:
        raise UsageError(f"--streams: {count} is too many from port {port}; give at most {last}")

    from bench.load.sending.send import send

    teller = Teller(host, terminal=sys.stdout.isatty())
    with _stop_on_signals() as stop:
        summary = send(
            host=host,
            port=port,
            rate_per_s=rate_per_s,
            payload=payload,
            duration_s=duration_s,
            replay=None if replay is None else settled(replay),
            speed=speed,
            arrivals=shape,
            seed=seed_number,
            streams=count,
            on_event=teller,
            stop=stop,
        )
    teller.clear()
    print(summary_words(summary), flush=True)
    return INTERRUPTED if stop.is_set() else DONE


def summary_words(summary: Any) -> str:
    """The last line: what went out, and how punctually (``sending.send.SendSummary``)."""
    if not summary.readers:
        return "nobody connected, nothing sent"
    readers = "1 reader" if summary.readers == 1 else f"{summary.readers} readers"
    words = (
        f"sent {summary.sent_records} lines ({summary.sent_bytes} bytes) to {readers} "
        f"in {summary.connected_s:.1f} s, {summary.rate_per_s:.0f}/s"
    )
    if summary.lag is not None:
        words += f"; behind schedule p99 {figure(summary.lag.total_s.p99)}"
    return words


class Teller:
    """A line for what happens; on a terminal also one that counts, rewritten in place."""

    def __init__(self, host: str, *, terminal: bool) -> None:
        self._host = host
        self._terminal = terminal
        self._counting = False

    def __call__(self, event: dict[str, Any]) -> None:
        """Tell one event of ``bench.load.sending.send.send``."""
        match event["event"]:
            case "listening":
                places = ", ".join(f"{self._host}:{port}" for port in event["ports"])
                self._line(f"listening on {places}; Ctrl-C ends")
            case "accepted":
                self._line(f"connected: {event['peer']}")
            case "peer_closed":
                self._line(
                    f"the reader left ({event['reason']}) after {event['sent_records']} lines"
                )
            case "completed":
                self._line(f"complete: {event['sent_records']} lines")
            case "progress" if self._terminal:
                print(f"\rsent {event['sent_records']} lines ", end="", flush=True)
                self._counting = True
            case _:
                pass

    def clear(self) -> None:
        """Remove the counting line."""
        if self._counting:
            print("\r\x1b[K", end="", flush=True)
            self._counting = False

    def _line(self, text: str) -> None:
        self.clear()
        print(text, flush=True)


@contextmanager
def _stop_on_signals() -> Iterator[threading.Event]:
    """An event that Ctrl-C or a request to end sets; a second one ends at once."""
    stop = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {
        number: signal.signal(number, ask)
        for number in (signal.SIGINT, signal.SIGTERM)
        # A shell asks for SIGINT to be ignored where it starts a job in the background.
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _payload(size: str, spread: str, keys: str, skew: str, lines: str) -> Payload:
    kind = _read("--lines", parse_lines, lines)
    values = (
        _read("--payload-bytes", read_payload_bytes, size),
        _read("--payload-spread", read_payload_spread, spread),
        _read("--keys", read_keys, keys) or (DEFAULT_KEYS if kind.kind in KEYED else 0),
        _read("--skew", read_skew, skew),
    )
    try:
        return Payload(*values, lines=kind)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _above_zero(text: str) -> float:
    seconds = parse_duration(text)
    if seconds == 0:
        raise ValueError("0s sends nothing; give a time such as 30s")
    return seconds


def _read(where: str, read: Callable[[str], T], text: str) -> T:
    try:
        return read(text)
    except (UsageError, ValueError) as error:
        raise UsageError(f"{where}: {error}") from None
