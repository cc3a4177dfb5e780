"""``python -m bench.load``: the generator process; see `bench.load.sending.generator`."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import sys
from typing import Any

from bench.errors import SparkbenchError
from bench.load.config import LoadConfig
from bench.load.errors import LoadError
from bench.load.sending.generator import Generator


def main() -> int:
    """Read the configuration, serve, and return the exit code."""
    # Ctrl-C in a terminal is for the parent, whose end closes our input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    events = os.dup(1)
    os.dup2(2, 1)  # a stray print must not end up between the events

    def emit(event: dict[str, Any]) -> None:
        data = json.dumps(event).encode() + b"\n"
        while data:
            data = data[os.write(events, data) :]

    rest = b""
    while b"\n" not in rest:
        received = os.read(0, 65536)
        if not received:
            return 0
        rest += received
    first, rest = rest.split(b"\n", 1)
    with contextlib.suppress(BrokenPipeError):
        try:
            config = LoadConfig.from_dict(json.loads(first))
            if config.cpus is not None:
                _pin(config.cpus)
            generator = Generator(config, 0, rest, emit)
        except (SparkbenchError, ValueError, KeyError, TypeError) as error:
            emit({"event": "error", "kind": type(error).__name__, "message": str(error)})
            return 2
        # Nothing here makes cycles, and a collection in the middle of a tick is a lag.
        gc.freeze()
        gc.disable()
        generator.run()
    return 0


def _pin(cpus: tuple[int, ...]) -> None:
    if not hasattr(os, "sched_setaffinity"):
        return  # not on this system
    try:
        os.sched_setaffinity(0, cpus)
    except OSError:
        allowed = sorted(os.sched_getaffinity(0))
        raise LoadError(
            f"the generator cannot run on CPUs {list(cpus)}: choose among {allowed}"
        ) from None


if __name__ == "__main__":
    sys.exit(main())
