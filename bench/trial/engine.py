"""The child process of a trial as an object: commands out, events in, nothing waits for ever."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.contract import BatchRecord, Options
from bench.contract.causes import jvm_reason
from bench.load.sending.process import environment
from bench.process.spawn import Child, spawn
from bench.runtime.interpreter import Interpreter, own
from bench.trial.console import ConsoleWitness, Epochs
from bench.trial.errors import TrialFailed, TrialUnsupported

Event = dict[str, Any]

_GATEWAY = "JAVA_GATEWAY_EXITED"
#: How much of the log's end is searched for a reason.
_TAIL_BYTES = 20_000


class EngineProcess:
    """One engine in a process of its own; ``batches`` are those of the stream under way.

    Every wait ends at its deadline, at the end of the process or at an error it reports, with
    :class:`TrialFailed`.  Use it from one thread.  ``interpreter`` is what it runs in, ``None`` for
    our own; ``env`` has to be that one's (``bench.trial.setup.engine_environment``).  ``prefix``
    are the words of a command that becomes the interpreter, such as one that gives it file systems
    of its own.
    """

    def __init__(
        self,
        engine: str,
        *,
        token: str,
        log: Path,
        cpus: Sequence[int] | None,
        env: Mapping[str, str],
        on_batch: Callable[[BatchRecord], None],
        interpreter: Interpreter | None = None,
        prefix: Sequence[str] = (),
    ) -> None:
        self.batches: list[BatchRecord] = []
        self.closed: list[Event] = []
        self.gauge_log: list[Event] = []
        self.size_log: list[Event] = []
        #: For the JVM, besides those every trial has.
        self.java_options = ""
        self._engine = engine
        self._log = log
        self._name = ""
        self._on_batch = on_batch
        self._events: queue.Queue[Event | None] = queue.Queue()
        runs_in = interpreter or own()
        #: Version of the Python it runs in, until it says so itself.
        self.python = runs_in.version
        events_in, events_out = os.pipe()
        console_in, console_out = os.pipe()
        try:
            with log.open("ab") as stderr:
                self.child: Child = spawn(
                    [*prefix, *runs_in.command("bench.child", engine, str(events_out))],
                    token=token,
                    env=environment(env) if runs_in.code is None else env,
                    cwd=log.parent,
                    stdin=subprocess.PIPE,
                    stdout=console_out,
                    stderr=stderr,
                    pass_fds=(events_out,),
                    cpus=cpus,
                )
        except BaseException:
            os.close(events_in)
            os.close(console_in)
            raise
        finally:
            os.close(events_out)
            os.close(console_out)
        self.console = ConsoleWitness(console_in)
        self._reader = threading.Thread(target=self._read, args=(events_in,), daemon=True)
        self._reader.start()

    def open(self, options: Options) -> None:
        """Have it start its JVM and session already, as ``options`` say; waits for nothing."""
        self._say({"op": "open", "options": options.to_dict()})

    def start(self, name: str, options: Options, timeout_s: float) -> Event:
        """Begin stream ``name``; the ``started`` event.  Raises :class:`TrialUnsupported`."""
        self._name = name
        self.batches = []
        self.closed = []
        self.gauge_log = []
        self.size_log = []
        self.console.clear()
        if options.mode == "continuous" and options.sink == "console":
            self.console.count_rows(Epochs(name, self._events.put))
        self._say({"op": "start", "name": name, "options": options.to_dict()})
        return self.wait("started", timeout_s, "start")

    def drain(self, timeout_s: float) -> bool:
        """Wait until all that peers sent before they closed is written; False when out of time."""
        self._say({"op": "drain", "timeout_s": timeout_s})
        return bool(self.wait("drained", timeout_s + 10.0, "answer")["all"])

    def stop(self, timeout_s: float, graceful_s: float | None = None) -> bool:
        """End the stream and wait until its last batch was reported.

        With ``graceful_s``, have it write first what it has received; whether it did in that time.
        """
        self._say({"op": "stop", "graceful_s": graceful_s})
        return bool(self.wait("stopped", timeout_s + (graceful_s or 0.0), "stop its stream")["all"])

    def gauges(self, timeout_s: float) -> Event:
        """Counters of the engine at this moment: see ``bench.contract.jvm_gauges``."""
        self.ask_gauges()
        return self.wait("gauges", timeout_s, "read its counters")

    def ask_gauges(self) -> None:
        """Ask for the counters without waiting; they will be in ``gauge_log``."""
        self._say({"op": "gauges"})

    def ask_sizes(self) -> None:
        """Ask for the counters and the size of the state; they will be in ``size_log``."""
        self._say({"op": "sizes"})

    def count(self, options: Options, timeout_s: float) -> bool:
        """Have it count what the stream to come asks of its checkpoint; whether it can."""
        self._say({"op": "count", "options": options.to_dict()})
        return bool(self.wait("counting", timeout_s, "begin to count requests")["on"])

    def requests(self, timeout_s: float) -> Event:
        """``bins`` and ``tasks`` of ``bench.child.requests``, since it was last asked."""
        self._say({"op": "requests"})
        return self.wait("requests", timeout_s, "tell its requests")

    def listen(self, on: bool, timeout_s: float) -> None:
        """Have the stream report its batches, as it does from its start, or cease to."""
        self._say({"op": "listen", "on": on})
        self.wait("listening", timeout_s, "change its listener")

    def history(self, timeout_s: float) -> list[tuple[float, float, int]]:
        """Start, end (Unix s) and records of the batches that the engine itself remembers."""
        self._say({"op": "history"})
        return [tuple(batch) for batch in self.wait("history", timeout_s, "remember")["batches"]]

    def wait(self, kind: str, timeout_s: float, what: str) -> Event:
        """The next event of ``kind``; batches and the like are taken in meanwhile."""
        deadline = time.monotonic() + timeout_s
        while True:
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                raise TrialFailed(f"{self._engine} did not {what} within {timeout_s:g} s")
            event = self._take(left_s)
            if event is not None and event["event"] == kind:
                return event

    def pump(self, timeout_s: float) -> None:
        """Take in what has come; wait for at most ``timeout_s`` for something to come."""
        self._take(timeout_s)
        while not self._events.empty():
            self._take(0.0)

    def exit(self, timeout_s: float) -> bool:
        """Ask the process to end by itself; False when it has not in time."""
        try:
            self._say({"op": "exit"})
            self.child.popen.wait(timeout_s)
        except (TrialFailed, subprocess.TimeoutExpired):
            return False
        return True

    def close(self) -> None:
        """Release pipes and threads, once every process of the trial is gone."""
        if self.child.popen.stdin is not None:
            # What a dead child was still to be told cannot be flushed.
            with contextlib.suppress(OSError):
                self.child.popen.stdin.close()
        self.child.popen.wait(timeout=10)
        self._reader.join(timeout=5.0)
        self.console.close()
        self.child.remove_temp_dir()

    def _take(self, timeout_s: float) -> Event | None:
        try:
            event = self._events.get(timeout=max(timeout_s, 0.001))
        except queue.Empty:
            return None
        if event is None:
            self._events.put(None)  # the end stays the end
            raise TrialFailed(f"{self._engine}'s process ended by itself ({self._ending()})")
        if event["event"] == "error":
            raise TrialFailed(f"{self._engine}: {self._explained(event['message'])}")
        if event["event"] == "unsupported":
            raise TrialUnsupported(event["reason"])
        if event["event"] == "hello":
            self.python = event["python"]
        elif event["event"] == "batch" and event["name"] == self._name:
            batch = BatchRecord.from_dict(event)
            self.batches.append(batch)
            self._on_batch(batch)
        elif event["event"] == "gauges":
            self.gauge_log.append(event)
        elif event["event"] == "sizes":
            self.size_log.append(event)
        elif event["event"] == "closed":
            self.closed.append(event)
        return event

    def _explained(self, message: str) -> str:
        """The message, with what the JVM said where it ended before it could speak."""
        if _GATEWAY not in message:
            return message
        with contextlib.suppress(OSError), self._log.open("rb") as log:
            log.seek(max(0, self._log.stat().st_size - _TAIL_BYTES))
            said = jvm_reason(f"{log.read().decode('utf-8', 'replace')}\n{self.console.said()}")
            if said:
                return f"Java ended before it could speak: {said}"
        return f"{message}; see {self._log.name}"

    def _ending(self) -> str:
        try:
            code = self.child.popen.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            return f"see {self._log.name}"
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        return f"{how}; see {self._log.name}"

    def _say(self, command: Event) -> None:
        stdin = self.child.popen.stdin
        assert stdin is not None
        try:
            stdin.write(json.dumps(command).encode() + b"\n")
            stdin.flush()
        except (OSError, ValueError):
            raise TrialFailed(
                f"{self._engine}'s process ended by itself ({self._ending()})"
            ) from None

    def _read(self, descriptor: int) -> None:
        with os.fdopen(descriptor, encoding="utf-8") as lines:
            for line in lines:
                try:
                    self._events.put(json.loads(line))
                except ValueError:
                    break  # a line torn by the end of the process
        self._events.put(None)
