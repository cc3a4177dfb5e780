"""What the generator can do on this machine, measured against a reader that only reads.

``python -m bench.load.sending.calibrate`` prints it as a table.
"""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from bench.load.config import LoadConfig
from bench.load.errors import LoadError
from bench.load.sending.lag import LagReport
from bench.load.sending.listen import open_listeners, port_of
from bench.load.sending.process import LoadProcess, environment
from bench.load.sending.reports import StopReport

LINE_BYTES = 100
STEADY_RATE_PER_S = 100_000.0
#: More than any machine sends, so that the peak trial is never ahead of its schedule.
_BEYOND_PER_S = 1e8
_CEILING_CHUNK_BYTES = 101_000
_ACCEPT_S = 20.0
#: From the word to go to the first line.
_LEAD_S = 0.2

#: What the project asks of the generator on one core of an idle machine.
TARGET_PEAK_PER_S = 5e6
TARGET_CPU_SHARE = 0.05
TARGET_LAG_P99_S = 0.002


@dataclass(frozen=True)
class Calibration:
    """Rates in lines of 100 bytes per second; CPU shares with 1.0 as one core; lags in seconds.

    `peak_per_s` are distinct lines, `ceiling_per_s` the same bytes over and over: what the loopback
    alone can carry. `pinned` tells whether sender and reader had a CPU each; `load_1m` is the
    machine's load average before the measurement, which must be small for the figures to count.
    """

    peak_per_s: float
    peak_cpu_share: float
    steady_rate_per_s: float
    steady_sent_per_s: float
    steady_cpu_share: float
    lag_p50_s: float
    lag_p99_s: float
    lag_max_s: float
    starved_p99_s: float
    blocked_p99_s: float
    ceiling_per_s: float
    cpus: int
    pinned: bool
    load_1m: float

    @property
    def reaches_targets(self) -> bool:
        """Peak, CPU share and lag are as the project asks for."""
        return (
            self.peak_per_s >= TARGET_PEAK_PER_S
            and self.steady_cpu_share <= TARGET_CPU_SHARE
            and self.lag_p99_s <= TARGET_LAG_P99_S
        )

    def to_dict(self) -> dict[str, Any]:
        """The fields as JSON values."""
        return asdict(self)


def calibrate(peak_s: float = 2.0, steady_s: float = 5.0, ceiling_s: float = 1.0) -> Calibration:
    """Measure for about `peak_s` + `steady_s` + `ceiling_s` seconds plus start-up.

    Raises LoadError when the generator or the reader fails.
    """
    load_1m = os.getloadavg()[0]
    sender_cpu, reader_cpu = _two_cpus()
    ceiling = _ceiling(ceiling_s, sender_cpu, reader_cpu)
    peak, _ = _run(_BEYOND_PER_S, peak_s, sender_cpu, reader_cpu)
    steady, lag = _run(STEADY_RATE_PER_S, steady_s, sender_cpu, reader_cpu)
    assert lag is not None
    return Calibration(
        peak_per_s=peak.sent_records[0] / peak.elapsed_s,
        peak_cpu_share=peak.cpu_share,
        steady_rate_per_s=STEADY_RATE_PER_S,
        steady_sent_per_s=steady.sent_records[0] / steady_s,
        steady_cpu_share=steady.cpu_share,
        lag_p50_s=lag.total_s.p50,
        lag_p99_s=lag.total_s.p99,
        lag_max_s=lag.total_s.max,
        starved_p99_s=lag.starved_s.p99,
        blocked_p99_s=lag.blocked_s.p99,
        ceiling_per_s=ceiling / (LINE_BYTES + 1),
        cpus=len(_allowed_cpus()),
        pinned=sender_cpu is not None,
        load_1m=load_1m,
    )


def _run(
    rate_per_s: float, seconds: float, sender_cpu: int | None, reader_cpu: int | None
) -> tuple[StopReport, LagReport | None]:
    """One load into a draining reader; at the peak it is stopped, otherwise it ends."""
    cpus = None if sender_cpu is None else (sender_cpu,)
    peak = rate_per_s == _BEYOND_PER_S
    with LoadProcess(LoadConfig(rate_per_s=rate_per_s, cpus=cpus)) as load:
        (port,) = load.listen()
        with _reader(port, reader_cpu) as reader:
            load.wait_accepted(_ACCEPT_S, check=lambda: _alive(reader))
            load.go(time.time() + _LEAD_S)
            if peak:
                time.sleep(_LEAD_S + seconds)
                return load.stop(), None
            stopped = load.stop(after_s=seconds)
            return stopped, load.lag(0.0, seconds)


def _ceiling(seconds: float, sender_cpu: int | None, reader_cpu: int | None) -> float:
    """Bytes per second of one buffer sent over and over, through a socket like the generator's."""
    chunk = memoryview(bytes(_CEILING_CHUNK_BYTES))
    (listener,) = open_listeners("127.0.0.1", (0,))
    with listener, _reader(port_of(listener), reader_cpu):
        listener.setblocking(True)
        listener.settimeout(_ACCEPT_S)
        try:
            sock, _ = listener.accept()
        except OSError:
            raise LoadError("the calibration's reader did not connect: try again") from None
        with sock, _pinned(sender_cpu):
            sock.setblocking(False)
            return _send_over_and_over(sock, chunk, seconds)


def _send_over_and_over(sock: socket.socket, chunk: memoryview, seconds: float) -> float:
    total = position = 0
    started = time.monotonic()
    while (elapsed := time.monotonic() - started) < seconds:
        try:
            taken = sock.send(chunk[position:])
        except BlockingIOError:
            taken = 0
        total += taken
        position += taken
        if position == len(chunk):
            position = 0
        else:
            select.select([], [sock], [], 1.0)
    return total / elapsed


@contextmanager
def _reader(port: int, cpu: int | None) -> Iterator[subprocess.Popen[bytes]]:
    """A draining reader process, which ends with the connection or with this block."""
    cpus = [] if cpu is None else [str(cpu)]
    command = [
        sys.executable,
        "-P",
        "-m",
        "bench.load.sending.drain",
        "127.0.0.1",
        str(port),
        *cpus,
    ]
    reader = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=environment()
    )
    try:
        yield reader
    finally:
        reader.kill()
        reader.wait()


def _alive(reader: subprocess.Popen[bytes]) -> None:
    if reader.poll() is not None:
        raise LoadError(f"the calibration's reader ended with exit code {reader.returncode}")


def _allowed_cpus() -> list[int]:
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def _two_cpus() -> tuple[int | None, int | None]:
    """One CPU for the sender and another for the reader, where there are two."""
    cpus = _allowed_cpus()
    if len(cpus) < 2 or not hasattr(os, "sched_setaffinity"):
        return None, None
    return cpus[-1], cpus[0]


@contextmanager
def _pinned(cpu: int | None) -> Iterator[None]:
    """The calling thread on one CPU for a while."""
    if cpu is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {cpu})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def table(found: Calibration) -> str:
    """The figures and targets as lines of text."""
    lags = (found.lag_p50_s, found.lag_p99_s, found.lag_max_s)
    lag = " / ".join(f"{lag_s * 1e3:.2f}" for lag_s in lags) + " ms"
    rows = [
        ("peak, distinct lines of 100 B", f"{found.peak_per_s / 1e6:.1f} million/s", "at least 5"),
        ("  of a core", f"{found.peak_cpu_share:.0%}", ""),
        ("loopback ceiling, same bytes", f"{found.ceiling_per_s / 1e6:.1f} million/s", ""),
        ("at 100,000 lines/s: of a core", f"{found.steady_cpu_share:.1%}", "at most 5%"),
        ("  send lag p50 / p99 / max", lag, "p99 at most 2 ms"),
        ("  starved p99", f"{found.starved_p99_s * 1e3:.2f} ms", ""),
        ("CPUs", f"{found.cpus}{', pinned apart' if found.pinned else ''}", ""),
        ("load average before", f"{found.load_1m:.2f}", "below 0.5 to count"),
    ]
    return "\n".join(f"{name:<32}{value:<28}{target}".rstrip() for name, value, target in rows)


def main() -> int:
    """Calibrate and print the table."""
    print(table(calibrate()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
