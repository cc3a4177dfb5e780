"""The command line of an engine package: the tutorial's job, run by a person.

``python -m structured --port 1100`` reads lines from a socket and writes each batch to the
console until Ctrl-C, or until the server closes (``--exit-on-close``).  What the job prints goes
to standard output, what it has to say about itself to standard error.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import socket
import sys
import threading
import time
from dataclasses import dataclass
from typing import Any

from bench.units import format_duration, parse_duration

from . import DEFAULT_APP_NAME, PATHS, PLAIN_SINKS, EngineError, Event, Options
from .causes import first_cause
from .jobs import check_params, job_info
from .knobs import split
from .own.info import is_reference
from .own.jobs import own_job

OK, USAGE, ENVIRONMENT, FAILED, INTERRUPTED = 0, 2, 3, 4, 130

#: How often the state of the stream is looked at; a person waits for no more than this.
POLL_S = 0.2

#: How Java and Spark say that a connection could not be made.
CONNECTION_SIGNS = ("ConnectException", "Error connecting", "Connection refused", "timed out")

#: How long an orderly stop may take before the JVM is ended.
STOP_S = 8.0


def parser(prog: str) -> argparse.ArgumentParser:
    """The options of ``python -m <engine package>``."""
    p = argparse.ArgumentParser(
        prog=f"python -m {prog}",
        description="Read lines from a socket and write each micro-batch to the console.",
    )
    p.add_argument("--host", default="127.0.0.1", help="server's host (default %(default)s)")
    p.add_argument("--port", type=int, default=1100, help="server's port (default %(default)s)")
    p.add_argument("--trigger", default="1s", help="trigger interval (default %(default)s)")
    p.add_argument("--cores", default="*", help="n of local[n] (default %(default)s: all)")
    p.add_argument("--master", help="Spark master URL, instead of --cores")
    p.add_argument("--job", default="echo", help="name of the job (default %(default)s)")
    p.add_argument("--param", action="append", default=[], metavar="NAME=VALUE")
    p.add_argument("--app-name", default=DEFAULT_APP_NAME, help="default %(default)s")
    p.add_argument("--rows", type=int, help="rows to show of each batch (default: the API's own)")
    p.add_argument("--conf", action="append", default=[], metavar="KEY=VALUE")
    p.add_argument("--sink", choices=PLAIN_SINKS, default="console", help="default %(default)s")
    p.add_argument("--path", choices=PATHS, help="Python workers or the JVM alone")
    p.add_argument("--exit-on-close", action="store_true", help="end when the server closes")
    p.add_argument("--connect-timeout", default="30s", help="default %(default)s")
    p.add_argument("--graceful-stop", default="0s", metavar="TIME", help="finish first, so long")
    p.add_argument("--stop-file", metavar="FILE", help="end once this file is there")
    return p


def options_from(arguments: argparse.Namespace) -> Options:
    """Stream options of parsed arguments; raises ``ValueError`` in one sentence."""
    if not 0 < arguments.port < 65536:
        raise ValueError(f"--port: {arguments.port} is not between 1 and 65535")
    if arguments.rows is not None and arguments.rows < 1:
        raise ValueError(f"--rows: {arguments.rows} is not a number of rows; give 1 or more")
    cores = arguments.cores
    if cores != "*" and not (cores.isdigit() and int(cores) > 0):
        raise ValueError(f"--cores: {cores!r} is neither a number above 0 nor '*'")
    settings = split(_pairs("--conf", arguments.conf, "KEY=VALUE"))
    job = own_job(arguments.job) if is_reference(arguments.job) else arguments.job
    return Options(
        endpoints=((arguments.host, arguments.port),),
        trigger_s=_duration("--trigger", arguments.trigger),
        job=job,
        job_params=check_params(
            job_info(job).params, _pairs("--param", arguments.param, "NAME=VALUE")
        ),
        sink=arguments.sink,
        path=arguments.path,
        rows=arguments.rows,
        app_name=arguments.app_name,
        master=arguments.master or f"local[{cores}]",
        conf=settings.spark,
        source_options=settings.source,
        sink_options=settings.sink,
    )


def _pairs(flag: str, items: list[str], form: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for item in items:
        key, equals, value = item.partition("=")
        if not (key and equals):
            raise ValueError(f"{flag}: {item!r} is not of the form {form}")
        pairs[key] = value
    return pairs


def _duration(flag: str, text: str) -> float:
    try:
        return parse_duration(text)
    except ValueError as problem:
        raise ValueError(f"{flag}: {problem}") from None


def main(prog: str, engine: Any, argv: list[str] | None = None) -> int:
    """Run ``engine`` for a person; returns the exit code."""
    arguments = parser(prog).parse_args(argv)
    say = Speaker(prog)
    try:
        options = options_from(arguments)
        connect_timeout_s = _duration("--connect-timeout", arguments.connect_timeout)
        ending = Ending(
            arguments.exit_on_close,
            _duration("--graceful-stop", arguments.graceful_stop),
            arguments.stop_file,
        )
        reason = engine.supports(options)
    except (ValueError, EngineError) as problem:
        say(str(problem))
        return USAGE
    if reason is not None:
        say(reason)
        return USAGE
    try:
        socket.getaddrinfo(arguments.host, arguments.port)
    except OSError as problem:
        say(f"--host: {arguments.host!r} cannot be resolved ({problem}); check its spelling")
        return ENVIRONMENT
    with contextlib.suppress(AttributeError, ValueError):
        # Batches must show as they come, into a pipe as well.
        sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    session = Session(engine, options, say, ending, connect_timeout_s)
    return session.run()


class Speaker:
    """Sentences for the user on standard error, each thing said once."""

    def __init__(self, prog: str) -> None:
        self._prog = prog
        self._said: set[str] = set()

    def __call__(self, sentence: str) -> None:
        if sentence not in self._said:
            self._said.add(sentence)
            print(f"{self._prog}: {sentence}", file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Ending:
    """When and how a job ends, beside Ctrl-C and SIGTERM, which always end it.

    ``graceful_s``: so long may it take to write first what it has received; 0 is not at all.
    ``stop_file``: it ends, as if interrupted, once a file of this path is there.
    """

    on_close: bool = False
    graceful_s: float = 0.0
    stop_file: str | None = None


class Session:
    """One run of one job, from the first look at the server to the end of the JVM."""

    def __init__(
        self,
        engine: Any,
        options: Options,
        say: Speaker,
        ending: Ending,
        connect_timeout_s: float,
    ) -> None:
        self._engine = engine
        self._options = options
        self._say = say
        self._ending = ending
        self._connect_timeout_s = connect_timeout_s
        self._interrupted = threading.Event()
        self._signal = signal.SIGINT
        #: Whether somebody told it to end, rather than that it could not go on.
        self._asked = False
        host, port = options.endpoints[0]
        self._server = f"{host}:{port}"

    def run(self) -> int:
        """Start, watch and stop; never raises for what a user can cause."""
        stream = None
        signal.signal(signal.SIGTERM, self._on_signal)
        try:
            self._say(f"starting Spark ({self._options.master})")
            stream = self._engine.start(self._options, self._on_event)
            # Spark has put its own handler in place, which raises in the middle of a call.
            signal.signal(signal.SIGINT, self._on_signal)
            code = self._watch(stream)
        except KeyboardInterrupt:
            self._interrupted.set()
            code = 128 + self._signal
        except Exception as problem:
            self._say(self._explain(first_cause(problem)))
            code = FAILED
        if stream is not None and self._asked:
            self._finish_gracefully(stream)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        self._stop(stream)
        return code

    def _finish_gracefully(self, stream: Any) -> None:
        """Let it write what it has received, unless it is told once more to end."""
        limit_s = self._ending.graceful_s
        if limit_s <= 0:
            return
        self._say(f"finishing, for {format_duration(limit_s)} at most; Ctrl-C again ends at once")
        self._interrupted.clear()
        began, found = time.monotonic(), []
        finisher = threading.Thread(
            target=lambda: found.append(stream.stop_gracefully(limit_s)), daemon=True
        )
        finisher.start()
        while finisher.is_alive() and not self._interrupted.is_set():
            finisher.join(POLL_S)
        spent = format_duration(round(time.monotonic() - began, 1))
        if found == [True]:
            self._say(f"what was received is written; that took {spent}")
        else:
            self._say(f"not everything was written after {spent}; ending now")

    def _stop(self, stream: Any) -> None:
        stopper = threading.Thread(target=self._stop_in_order, args=(stream,), daemon=True)
        stopper.start()
        stopper.join(STOP_S)
        if stopper.is_alive():
            # A receiver that waits for a server's answer, for one, holds the JVM for minutes.
            with contextlib.suppress(Exception):
                self._engine.kill_session()
            stopper.join(STOP_S)

    def _stop_in_order(self, stream: Any) -> None:
        # Batches cut short by the stop would log stack traces.
        for step in (
            self._engine.silence,
            *([stream.stop] if stream is not None else []),
            self._engine.close_session,
        ):
            with contextlib.suppress(Exception):
                step()

    def _watch(self, stream: Any) -> int:
        deadline: float | None = time.monotonic() + self._connect_timeout_s
        while not self._interrupted.is_set():
            problem = stream.error()
            if problem is not None:
                self._say(self._explain(problem))
                return ENVIRONMENT if _is_connection(problem) else FAILED
            if deadline is not None and stream.ready():
                deadline = None
                self._say(f"connected to {self._server}; Ctrl-C ends the job")
            if deadline is not None and time.monotonic() > deadline:
                self._say(
                    f"no answer from {self._server} within "
                    f"{format_duration(self._connect_timeout_s)}; start the server first, or "
                    "give --connect-timeout more time"
                )
                return ENVIRONMENT
            if self._ending.stop_file is not None and os.path.exists(self._ending.stop_file):
                self._asked = True
                self._say(f"{self._ending.stop_file} is there, so the job ends")
                return OK
            if len(stream.closed()) == len(self._options.endpoints):
                deadline = None
                self._say(f"{self._server} closed the connection; {self._what_now()}")
                if self._ending.on_close:
                    return self._finish(stream)
            self._interrupted.wait(POLL_S)
        return 128 + self._signal

    def _finish(self, stream: Any) -> int:
        since = time.time()
        while not self._interrupted.is_set():
            if stream.processed(since, POLL_S):
                return OK
            problem = stream.error()
            if problem is not None:
                self._say(self._explain(problem))
                return FAILED
        return 128 + self._signal

    def _what_now(self) -> str:
        if self._ending.on_close:
            return "the job ends once every line received was shown"
        return f"{self._engine.AFTER_CLOSE}; Ctrl-C ends the job, --exit-on-close does so by itself"

    def _on_event(self, event: Event) -> None:
        if event["event"] == "built":
            self._engine.hush()
            print(event["description"], flush=True)
        elif event["event"] == "retrying":
            self._say(f"{self._explain(event['message'])}; Spark keeps trying")
        elif event["event"] == "batch" and event["failure"]:
            self._say(f"batch {event['batch_id']} failed: {event['failure']}")

    def _on_signal(self, number: int, frame: Any) -> None:
        self._signal = signal.Signals(number)
        self._asked = True
        self._interrupted.set()

    def _explain(self, problem: str) -> str:
        if not _is_connection(problem):
            return problem
        port = self._options.endpoints[0][1]
        return (
            f"nothing accepts connections at {self._server}: start the server, for instance "
            f"'sparkbench send --port {port}' or 'nc -lk {port}'"
        )


def _is_connection(problem: str) -> bool:
    return any(sign in problem for sign in CONNECTION_SIGNS)
