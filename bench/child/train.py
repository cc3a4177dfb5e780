"""``python -m bench.child.train JAVA_OPTIONS``: the first batches of both engines in one JVM.

Run with ``-XX:DumpLoadedClassList`` among the options, so that the JVM lists the classes that
trials load, for an archive of them.  Ends with code 1 when no stream came to its second batch.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from typing import Any

from bench.contract import ENGINE_MODULES, Options

#: Engine, path and sink of each stream.  Whatever an engine's trials load is loaded by one of them.
COURSES: tuple[tuple[str, str, str], ...] = (
    ("dstream", "python", "drain"),
    ("structured", "jvm", "drain"),
    ("dstream", "jvm", "drain"),
    ("structured", "jvm", "console"),
    ("dstream", "python", "console"),
)

TRIGGER_S = 0.2
BATCHES = 3
COURSE_S = 60.0


def main(java_options: str) -> int:
    """Run every stream, then leave; the JVM goes when this process has gone."""
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    passed: set[str] = set()
    for engine_id, path, sink in COURSES:
        with contextlib.suppress(Exception):
            if _run(engine_id, path, sink, java_options):
                passed.add(engine_id)
    for engine_id in sorted(passed):
        engine: Any = importlib.import_module(ENGINE_MODULES[engine_id])
        with contextlib.suppress(Exception):
            engine.silence()
            engine.close_session()
    return 0 if passed else 1


def _run(engine_id: str, path: str, sink: str, java_options: str) -> bool:
    """One stream up to its last batch; whether it got there."""
    engine: Any = importlib.import_module(ENGINE_MODULES[engine_id])
    enough = threading.Event()
    seen = []

    def emit(event: dict[str, Any]) -> None:
        if event["event"] == "batch" and sum(count for _s, _f, count in event["ranges"]):
            seen.append(event)
        if len(seen) >= BATCHES:
            enough.set()

    with _lines() as port:
        options = Options(
            endpoints=(("127.0.0.1", port),),
            trigger_s=TRIGGER_S,
            path=path,
            sink=sink,
            master="local[2]",
            conf={
                "spark.ui.enabled": "false",
                "spark.driver.defaultJavaOptions": java_options,
            },
            checkpoint_dir=tempfile.mkdtemp() if engine_id == "structured" else None,
        )
        if engine.supports(options) is not None:
            return False
        stream = engine.start(options, emit)
        done = enough.wait(COURSE_S)
        stream.stop()
    return done


@contextlib.contextmanager
def _lines() -> Iterator[int]:
    """A server that sends lines to whoever connects; its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_serve, args=(server,), daemon=True).start()
        yield int(server.getsockname()[1])


def _serve(server: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection, _address = server.accept()
        with connection:
            while True:
                connection.sendall((("x" * 99) + "\n").encode() * 20)
                time.sleep(0.02)


def _leave_with_parent() -> None:
    # Not through sys.stdin, whose lock would be held when this interpreter ends.
    while os.read(0, 1024):
        pass
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
