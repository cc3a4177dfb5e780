"""The parent's handle on a generator process."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, Self

from bench.load.config import LoadConfig
from bench.load.errors import ListenError, LoadError, PortInUse, ReplayError
from bench.load.sending.lag import LagReport
from bench.load.sending.reports import Accepted, PeerClosed, Progress, StopReport
from bench.load.sending.sender import wall_minus_monotonic
from bench.process.variables import inherited_variables

_ERRORS: dict[str, type[Exception]] = {
    error.__name__: error for error in (LoadError, ListenError, PortInUse, ReplayError, ValueError)
}
_POLL_S = 0.1
_EXIT_WAIT_S = 2.0


class LoadProcess:
    """A generator in a process and session of its own, started by the constructor.

    Use it as a context manager, from one thread, in this order: `listen`, (start the engine),
    `wait_accepted`, `go`, `stop`, `lag`, `close`. Nothing waits longer than its timeout: LoadError
    tells in one sentence what did not happen. If this process dies, the generator ends by itself.

    `env` is added to the environment; `stderr` is what `subprocess.Popen` takes.
    """

    def __init__(
        self,
        config: LoadConfig,
        env: Mapping[str, str] | None = None,
        stderr: int | IO[bytes] | None = None,
    ) -> None:
        self.config = config
        self.ports: tuple[int, ...] = ()
        self.accepted: list[Accepted] = []
        self.peers_closed: list[PeerClosed] = []
        #: Beginning and end of an outage, as the generator tells of them.
        self.outages: list[dict[str, Any]] = []
        self.progress: Progress | None = None
        self.t0: float | None = None
        self._wall_s = 0.0
        self._events: queue.Queue[dict[str, Any] | None] = queue.Queue()
        # -P: a folder named bench where the user happens to be must not be taken for ours.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "bench.load"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            start_new_session=True,
            env=environment(env),
        )
        self._reader = threading.Thread(target=self._read, name="load events", daemon=True)
        self._reader.start()
        self._say(config.to_dict())

    @property
    def pid(self) -> int:
        """The process id, which is its process group's too."""
        return self._process.pid

    def listen(self, timeout_s: float = 20.0) -> tuple[int, ...]:
        """Wait until every stream listens; their ports.

        Raises PortInUse, ListenError, ReplayError or ValueError for a configuration that cannot be.
        """
        if not self.ports:
            event = self._wait("listening", timeout_s, "listen")
            self.ports = tuple(event["ports"])
        return self.ports

    def wait_accepted(
        self, timeout_s: float, check: Callable[[], object] | None = None
    ) -> tuple[Accepted, ...]:
        """Wait until every stream has a reader.

        `check` is called about ten times a second meanwhile, and may raise when waiting has become
        useless, such as when the reader's process has ended.
        """
        deadline = time.monotonic() + timeout_s
        while len(self.accepted) < self.config.streams:
            if check is not None:
                check()
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                raise LoadError(
                    f"{self.config.streams - len(self.accepted)} of {self.config.streams} streams "
                    f"had no reader within {timeout_s:g} s: look at the reader's log"
                )
            self._take(min(left_s, _POLL_S))
        return tuple(self.accepted)

    def go(self, t0: float) -> None:
        """Start the load at Unix time `t0`, best 0.1 s or more ahead; returns at once.

        What is due before the generator has read this is sent at once and counts as starved.
        """
        if self.t0 is not None:
            raise LoadError("the load has started already: start another generator")
        self._wall_s = wall_minus_monotonic()
        self._say({"command": "go", "t0": t0})
        self.t0 = t0

    def stop(self, after_s: float | None = None, timeout_s: float = 10.0) -> StopReport:
        """End the load; what was sent.

        At once, at a record boundary (a stream whose reader takes nothing for 2 s is `torn`), or
        when all records intended before offset `after_s` are sent: then `timeout_s` counts from
        t0 + `after_s`. After a LoadError for time, `stop()` may be called again.
        """
        if self.t0 is None:
            raise LoadError("the load has not started: go first")
        self._say({"command": "stop", "after_s": after_s})
        if after_s is not None:
            # As the generator's own clock has it, whatever becomes of the wall clock.
            timeout_s += max(self.t0 + after_s - self._wall_s - time.monotonic(), 0.0)
        return StopReport.from_dict(self._wait("stopped", timeout_s, "stop"))

    def lag(self, from_s: float, to_s: float, timeout_s: float = 60.0) -> LagReport:
        """The lag of the records intended during [from_s, to_s), seconds from t0; after `stop`."""
        self._say({"command": "lag", "from_s": from_s, "to_s": to_s})
        return LagReport.from_dict(self._wait("lag", timeout_s, "compute the lag"))

    def poll(self) -> None:
        """Take in what the generator has said: `progress`, `accepted`, `peers_closed`.

        LoadError when it has failed or ended.
        """
        while not self._events.empty():
            self._take(0.0)

    def why_ended(self, timeout_s: float) -> str | None:
        """What became of a generator that ends by itself within `timeout_s`; None if it goes on."""
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return None
        return self._ended()

    def close_connections(self) -> None:
        """Close the sockets, which makes a DStream receiver try again and log warnings."""
        self._say({"command": "close"})

    def close(self) -> None:
        """End the process and wait for its end. Idempotent; never raises for a process gone."""
        process = self._process
        if process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()  # the end of its input is its order to exit
        try:
            process.wait(_EXIT_WAIT_S)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._reader.join(_EXIT_WAIT_S)
        if process.stdout is not None and not self._reader.is_alive():
            process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *ending: object) -> None:
        self.close()

    def _say(self, command: dict[str, Any]) -> None:
        stdin = self._process.stdin
        assert stdin is not None
        try:
            stdin.write(json.dumps(command).encode() + b"\n")
            stdin.flush()
        except (OSError, ValueError):
            self.poll()  # it may have said why
            raise LoadError(self._ended()) from None

    def _wait(self, kind: str, timeout_s: float, what: str) -> dict[str, Any]:
        """The fields of the next event of a kind; the others are taken in."""
        deadline = time.monotonic() + timeout_s
        while True:
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                raise LoadError(f"the load generator did not {what} within {timeout_s:g} s")
            event = self._take(left_s)
            if event is not None and event["event"] == kind:
                return {key: value for key, value in event.items() if key != "event"}

    def _take(self, timeout_s: float) -> dict[str, Any] | None:
        """The next event, taken in, or None when there is none in time."""
        try:
            event = self._events.get(timeout=max(timeout_s, 0.001))
        except queue.Empty:
            return None
        if event is None:
            self._events.put(None)  # the end stays the end
            raise LoadError(self._ended())
        fields = {key: value for key, value in event.items() if key != "event"}
        match event["event"]:
            case "accepted":
                self.accepted.append(Accepted(**fields))
            case "peer_closed":
                self.peers_closed.append(PeerClosed(**fields))
            case "outage":
                self.outages.append(fields)
            case "progress":
                self.progress = Progress(**fields)
            case "error":
                raise _ERRORS.get(event["kind"], LoadError)(event["message"])
        return event

    def _ended(self) -> str:
        code = self._process.poll()
        how = "has ended" if code is None else f"has ended with exit code {code}"
        return f"the load generator {how}: its standard error tells why"

    def _read(self) -> None:
        stdout = self._process.stdout
        assert stdout is not None
        with contextlib.suppress(ValueError, OSError):
            for line in stdout:
                self._events.put(json.loads(line))
        self._events.put(None)


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Our environment and `extra`, with the folder we were imported from first on the path."""
    environment = {**inherited_variables(), **(extra or {})}
    home = str(Path(__file__).resolve().parents[2])
    paths = [home, *filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))]
    environment["PYTHONPATH"] = os.pathsep.join(paths)
    # One thread sends; a pool of linear algebra threads would only take start-up time.
    environment.setdefault("OPENBLAS_NUM_THREADS", "1")
    return environment
