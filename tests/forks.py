"""``sparkbench`` in processes of its own, forked from one that has loaded all of it.

A command spends most of its time on imports, the same ones in hundreds of tests.  A fork is as
much a process as any: arguments, environment, folder, standard output and exit code are its own.
What differs is that every module is there already, so what is said of imports is tested with
interpreters started for it, and `make test-all` starts one for everything.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[1]

#: Rooms of the other side of a trial, and programs.
_NOT_OURS = ("bench.child", "scripts.proof")
_HEAVY = (
    *("matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg", "matplotlib.figure"),
    *("pandas", "rich.console", "rich.live", "rich.table", "scipy.special"),
)


class Forks:
    """The process the others are forked from, and the way to ask it for one."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def _start(self) -> None:
        here, there = socket.socketpair()
        with there:
            self._process = subprocess.Popen(
                [sys.executable, "-P", __file__, str(there.fileno())],
                # A pool of threads would be lost to the forks.
                env={**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"},
                pass_fds=[there.fileno()],
                stdin=subprocess.DEVNULL,
                # Nothing comes of it; but what standard output is, a process learns as it starts.
                stdout=subprocess.PIPE,
            )
        self._socket = here

    def run(
        self,
        arguments: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        timeout_s: float,
        heard: bool = True,
    ) -> subprocess.CompletedProcess[str]:
        """``sparkbench ARGUMENTS``: as ``subprocess.run`` would, with its output captured.

        Not ``heard``: who would read its standard output has gone away before it begins.
        """
        if self._process is None:
            self._start()
        reads, writes = zip(os.pipe(), os.pipe(), strict=True)
        if not heard:
            os.close(reads[0])
            silent, nobody = os.pipe()
            os.close(nobody)
            reads = (silent, reads[1])
        order = json.dumps([list(arguments), str(cwd), dict(env)]).encode()
        socket.send_fds(self._socket, [len(order).to_bytes(8, "big")], writes)
        self._socket.sendall(order)
        for descriptor in writes:
            os.close(descriptor)
        pid = int.from_bytes(_exactly(self._socket, 8), "big")
        try:
            out, err = _read_all(reads, time.monotonic() + timeout_s)
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            raise
        finally:
            code = int.from_bytes(_exactly(self._socket, 8), "big", signed=True)
        return subprocess.CompletedProcess(list(arguments), code, out, err)

    def close(self) -> None:
        """End the process."""
        if self._process is None:
            return
        self._socket.close()
        self._process.communicate(timeout=30)
        assert self._process.returncode == 0


def _read_all(descriptors: Sequence[int], deadline: float) -> list[str]:
    """What comes from each until all who could write to it are gone; ``TimeoutError``."""
    chunks: dict[int, list[bytes]] = {descriptor: [] for descriptor in descriptors}
    with selectors.DefaultSelector() as selector:
        for descriptor in descriptors:
            selector.register(descriptor, selectors.EVENT_READ)
        try:
            while selector.get_map():
                ready = selector.select(deadline - time.monotonic())
                if not ready:
                    raise TimeoutError("the command did not end in time")
                for key, _events in ready:
                    if data := os.read(key.fd, 1 << 16):
                        chunks[key.fd].append(data)
                    else:
                        selector.unregister(key.fd)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
    # With the line ends of text mode, as subprocess gives it.
    return [b"".join(parts).decode().replace("\r\n", "\n") for parts in chunks.values()]


def _exactly(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        if not (more := connection.recv(size - len(data))):
            raise EOFError("the process that commands are forked from has ended")
        data += more
    return data


# --- the other side -------------------------------------------------------------------------------


def serve(connection: socket.socket) -> None:
    """Fork a command for every order, until the other end is closed."""
    while True:
        head, descriptors, _flags, _address = socket.recv_fds(connection, 8, 2)
        if not head:
            return
        order = json.loads(_exactly(connection, int.from_bytes(head, "big")))
        pid = os.fork()
        if pid == 0:
            connection.close()
            arguments, cwd, environ = order
            _become(arguments, cwd, environ, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        connection.sendall(pid.to_bytes(8, "big"))
        _pid, status = os.waitpid(pid, 0)
        code = os.waitstatus_to_exitcode(status)
        connection.sendall(code.to_bytes(8, "big", signed=True))


def _become(
    arguments: list[str], cwd: str, environ: dict[str, str], descriptors: list[int]
) -> NoReturn:
    """As ``python -P -m bench.cli ARGUMENTS``; does not return."""
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environ)
    for target, descriptor in enumerate(descriptors, 1):
        os.dup2(descriptor, target)
        os.close(descriptor)
    sys.argv = ["sparkbench", *arguments]
    code: object = 0
    try:
        runpy.run_module("bench.cli", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
        code = 1
    # What an interpreter does at its end, but for taking its modules apart, which takes long.
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code if isinstance(code, int) else 0)


def load() -> None:
    """Import what commands may import."""
    import bench

    for module in pkgutil.walk_packages(bench.__path__, "bench."):
        if not module.name.startswith(_NOT_OURS) and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in _HEAVY:
        importlib.import_module(name)


if __name__ == "__main__":
    load()
    # The collector would write to, and so copy, every page that is shared.
    gc.collect()
    gc.freeze()
    with contextlib.suppress(ConnectionResetError), socket.socket(fileno=int(sys.argv[1])) as other:
        serve(other)
