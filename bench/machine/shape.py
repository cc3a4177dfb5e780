"""Cores, memory, disk, load and loopback: judged from values that are handed in."""

from __future__ import annotations

import shutil
import socket
import tempfile
from pathlib import Path

from bench.machine.finding import Finding

GIB = 1024**3

#: Memory free for use: below the first a trial's JVM and workers do not fit; below the second two
#: trials' leftovers or a browser beside them make the machine swap.
MEMORY_BAD_BYTES, MEMORY_WARN_BYTES = 1 * GIB, 3 * GIB
#: Free disk: a trial spills its backlog and keeps checkpoints and logs.
DISK_BAD_BYTES, DISK_WARN_BYTES = GIB // 4, 2 * GIB
#: Load per CPU before anything was started by us.
LOAD_WARN = 0.5


def cores(usable: int, present: int, quota: float | None = None) -> Finding:
    """CPUs this process may use, of those present, and a container's quota in CPUs."""
    value = f"{usable} of {present} usable" if usable != present else str(usable)
    if quota is not None and quota < usable:
        step = f"raise the container's CPU limit, or keep --cores at {max(1, int(quota))} or less"
        return Finding("Cores", "warn", f"{value}, limited to {quota:g}", step)
    if usable < 2:
        step = "use a machine with 2 or more: the generator and the trial share this one"
        return Finding("Cores", "warn", value, step)
    return Finding("Cores", "ok", value)


def memory(available_bytes: int, total_bytes: int, limit_bytes: int | None = None) -> Finding:
    """Memory that can be had now, within a container's limit."""
    free = min(available_bytes, limit_bytes if limit_bytes is not None else available_bytes)
    value = f"{free / GIB:.1f} GiB free of {total_bytes / GIB:.1f} GiB"
    if limit_bytes is not None and limit_bytes < total_bytes:
        value += f", limited to {limit_bytes / GIB:.1f} GiB"
    if free < MEMORY_BAD_BYTES:
        return Finding("Memory", "bad", value, _need("Memory", MEMORY_BAD_BYTES))
    if free < MEMORY_WARN_BYTES:
        return Finding("Memory", "warn", value, _need("Memory", MEMORY_WARN_BYTES))
    return Finding("Memory", "ok", value)


def _need(what: str, size: int) -> str:
    close = "close other programs" if what == "Memory" else "free some space"
    return f"{close}: {size / GIB:.3g} GiB or more are needed"


def disk(name: str, free_bytes: int | None, where: str) -> Finding:
    """Free space of a folder a run writes to; ``None`` when it cannot be written to."""
    if free_bytes is None:
        step = (
            "set TMPDIR to a folder that can be written to"
            if name == "Temporary space"
            else "start from a folder that can be written to, or give --out"
        )
        return Finding(name, "bad", f"{where} cannot be written to", step)
    value = f"{free_bytes / GIB:.1f} GiB free in {where}"
    if free_bytes < DISK_BAD_BYTES:
        return Finding(name, "bad", value, _need(name, DISK_BAD_BYTES))
    if free_bytes < DISK_WARN_BYTES:
        return Finding(name, "warn", value, _need(name, DISK_WARN_BYTES))
    return Finding(name, "ok", value)


def free_space(folder: Path) -> int | None:
    """Free bytes of the folder's file system; ``None`` when no file can be made there."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return shutil.disk_usage(folder).free
    except OSError:
        return None


def load(average: float, cpus: int) -> Finding:
    """Load average of the last minute, per CPU."""
    value = f"{average:.2f} over the last minute, {cpus} CPUs"
    if average > LOAD_WARN * cpus:
        return Finding("Load", "warn", value, "close what is running, and wait for it to settle")
    return Finding("Load", "ok", value)


def loopback(host: str = "127.0.0.1", timeout_s: float = 2.0) -> Finding:
    """Whether a server can listen on loopback and be reached, as every trial needs."""
    try:
        with socket.socket() as server:
            server.bind((host, 0))
            server.listen(1)
            server.settimeout(timeout_s)
            port = server.getsockname()[1]
            with socket.create_connection((host, port), timeout=timeout_s) as client:
                peer, _address = server.accept()
                with peer:
                    peer.settimeout(timeout_s)
                    client.sendall(b"x")
                    if peer.recv(1) != b"x":
                        raise OSError("the byte sent did not arrive")
    except OSError as error:
        step = f"bring up the loopback interface and let programs connect to {host}"
        return Finding("Loopback", "bad", f"{host}: {error.strerror or error}", step)
    return Finding("Loopback", "ok", f"{host} listens and answers")
