"""``python -m bench.child ENGINE EVENTS_FD``: one engine, many streams, told what to do by lines.

Commands come as JSON lines on standard input, events leave as JSON lines on the descriptor
``EVENTS_FD``; standard output belongs to the engine's console sink.

Commands: ``open`` (``options``), ``start`` (``name``, ``options``), ``drain`` (``timeout_s``),
``stop`` (``graceful_s``), ``gauges``, ``sizes``, ``count`` (``options``), ``requests``, ``listen``
(``on``), ``history``, ``exit``.  ``open`` is answered by nothing, or ``error``, each of the others
by ``started``, ``unsupported`` or ``error``; ``drained`` (``all``); ``stopped`` (``all``);
``gauges``; ``sizes``; ``counting`` (``on``); ``requests``; ``listening`` (``on``); ``history``
(``batches``).  Batches come in between, with the ``name`` of their stream.  When standard input
ends, the parent is gone: so is this process, at once, and with it the JVM (which watches its own
standard input) and its workers.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import queue
import signal
import sys
import threading
import time
from typing import Any

from bench.contract import ENGINE_MODULES, Event, Options, Unsupported
from bench.contract.causes import first_cause, users_error
from bench.contract.masters import is_local
from bench.contract.poison import RECORD_KEY

#: How often a running stream is asked whether it has died: each time is a call into the JVM.
WATCH_S = 2.0

#: One that is about to die of its poison is asked as often as a program that waits for its end.
POISON_WATCH_S = 0.1

#: Where no CPU is left for the load generator it shares the engine's, and one that is late because
#: the engine is busy would measure itself.  It sleeps nearly all the time; the engine gives way.
NICENESS = 5

#: How often a stream that ends is asked whether it has.
POLL_S = 0.25


class Reporter:
    """Writes events to the inherited descriptor, one line each, from any thread."""

    def __init__(self, descriptor: int) -> None:
        self._file = os.fdopen(descriptor, "w", encoding="utf-8", buffering=1)
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        line = json.dumps(event, separators=(",", ":")) + "\n"
        # A parent that has gone away ends this process by the end of standard input.
        with self._lock, contextlib.suppress(BrokenPipeError):
            self._file.write(line)


class Child:
    """The command loop around one engine."""

    def __init__(self, engine_id: str, report: Reporter) -> None:
        self._report = report
        self._engine_id = engine_id
        self._engine: Any = None
        self._stream: Any | None = None
        self._name = ""
        self._endpoints = 0
        self._listening = True
        self._watch_s = WATCH_S
        self._executors: Any = None
        self._counter: Any = None

    def run(self, commands: queue.Queue[dict[str, Any]]) -> None:
        """Obey until ``exit``."""
        self._report({"event": "hello", "python": sys.version.split()[0], "pid": os.getpid()})
        while True:
            try:
                command = commands.get(timeout=self._watch_s)
            except queue.Empty:
                self._watch()
                continue
            if command["op"] == "exit":
                break
            try:
                getattr(self, "_" + command["op"])(command)
            except Exception as problem:
                self._report({"event": "error", "name": self._name, "message": _say(problem)})
        self._stop({})
        if self._engine is not None:
            with contextlib.suppress(Exception):
                self._engine.silence()
            self._engine.close_session()

    def _load(self) -> Any:
        if self._engine is None:
            self._engine = importlib.import_module(ENGINE_MODULES[self._engine_id])
        return self._engine

    def _open(self, command: dict[str, Any]) -> None:
        """Start JVM and session ahead of the first stream; ``start`` tells of what cannot be."""
        options = Options.from_dict(command["options"])
        engine = self._load()
        if engine.supports(options) is None:
            engine.open_session(options)

    def _start(self, command: dict[str, Any]) -> None:
        began = time.monotonic()
        options = Options.from_dict(command["options"])
        name = self._name = command["name"]
        self._endpoints = len(options.endpoints)
        self._listening = True
        self._watch_s = POISON_WATCH_S if RECORD_KEY in options.conf else WATCH_S
        engine = self._load()
        reason = engine.supports(options)
        if reason is not None:
            self._report({"event": "unsupported", "name": name, "reason": reason})
            return

        def emit(event: Event) -> None:
            self._report({**event, "name": name})

        try:
            self._stream = engine.start(options, emit)
        except Unsupported as problem:
            self._report({"event": "unsupported", "name": name, "reason": str(problem)})
            return
        if self._executors is None and self._engine_id != "null" and not is_local(options.master):
            self._executors = _watch_executors()
        self._report(
            {
                "event": "started",
                "name": name,
                "start_s": time.monotonic() - began,
                "environment": engine.environment(),
                "settings": engine.settings(),
            }
        )

    def _stop(self, command: dict[str, Any]) -> None:
        stream, self._stream = self._stream, None
        graceful_s, done = command.get("graceful_s"), False
        if stream is not None and graceful_s is not None:
            done = stream.stop_gracefully(graceful_s)
        if stream is not None:
            stream.stop()
        self._report({"event": "stopped", "name": self._name, "all": done})

    def _drain(self, command: dict[str, Any]) -> None:
        """Wait until every peer has closed and all that came from them is written."""
        deadline = time.monotonic() + command["timeout_s"]
        stream, done = self._stream, False
        while stream is not None and time.monotonic() < deadline and stream.error() is None:
            if len(stream.closed()) == self._endpoints:
                done = stream.processed(time.time(), deadline - time.monotonic())
                break
            time.sleep(POLL_S)
        # What ended the stream, or kept a batch from being made at all.
        self._watch()
        self._report({"event": "drained", "name": self._name, "all": done})

    def _gauges(self, command: dict[str, Any]) -> None:
        found = self._load().gauges()
        if self._executors is not None:
            found["executors"] = self._executors.read()
        self._report({"event": "gauges", "name": self._name, **found})

    def _sizes(self, command: dict[str, Any]) -> None:
        engine = self._load()
        found = {**engine.gauges(), **engine.sizes()}
        self._report({"event": "sizes", "name": self._name, **found})

    def _count(self, command: dict[str, Any]) -> None:
        """Count from now on what is asked of the file system that the checkpoint lies on."""
        options, self._counter = Options.from_dict(command["options"]), None
        if self._engine_id != "null" and self._load().supports(options) is None:
            from pyspark import SparkContext

            from .requests import counter

            self._load().open_session(options)
            context: Any = SparkContext._active_spark_context
            folder = options.checkpoint_dir
            self._counter = counter(context, options.master, folder)
        # A stream without a checkpoint asks for nothing, and that is known.
        on = self._counter is not None or options.checkpoint_dir is None
        self._report({"event": "counting", "name": self._name, "on": on})

    def _requests(self, command: dict[str, Any]) -> None:
        """What was asked since it was last told, and how many tasks run at this moment."""
        found: dict[str, Any] = {"bins": [], "tasks": 0}
        if self._counter is not None:
            found = self._counter.read()
        elif self._engine_id != "null":
            from pyspark import SparkContext

            from .requests import running_tasks

            context: Any = SparkContext._active_spark_context
            found["tasks"] = running_tasks(context._jsc.sc())
        self._report({"event": "requests", "name": self._name, **found})

    def _listen(self, command: dict[str, Any]) -> None:
        """Go on without the listener and without watching, or as usual again."""
        # A listener that is added twice hears everything twice.
        if self._stream is not None and command["on"] is not self._listening:
            self._listening = command["on"]
            self._stream.listen(self._listening)
        self._report({"event": "listening", "name": self._name, "on": self._listening})

    def _history(self, command: dict[str, Any]) -> None:
        batches = [] if self._stream is None else self._stream.history()
        self._report({"event": "history", "name": self._name, "batches": batches})

    def _watch(self) -> None:
        if self._stream is None or not self._listening:
            return
        problem = self._stream.error()
        if problem is not None:
            self._report({"event": "error", "name": self._name, "message": problem})
            self._stop({})


def _watch_executors() -> Any:
    from pyspark import SparkContext

    from .executors import ExecutorWatch

    return ExecutorWatch(SparkContext._active_spark_context)


def _say(problem: BaseException) -> str:
    return users_error(problem) or f"{type(problem).__name__}: {first_cause(problem)}"


def _read_commands(commands: queue.Queue[dict[str, Any]]) -> None:
    for line in sys.stdin:
        commands.put(json.loads(line))
    # Nobody is left to tell us anything or to hear us.
    os._exit(1)


def main() -> None:
    """Run until told to exit."""
    # A terminal's Ctrl-C reaches the parent, which decides what becomes of its trial.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Inherited by every thread and process to come; they compete among themselves as before.
    os.nice(NICENESS)
    engine_id, descriptor = sys.argv[1], int(sys.argv[2])
    commands: queue.Queue[dict[str, Any]] = queue.Queue()
    threading.Thread(target=_read_commands, args=(commands,), daemon=True).start()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    Child(engine_id, Reporter(descriptor)).run(commands)


if __name__ == "__main__":
    main()
