"""What ``sparkbench cluster`` does: up, status, down."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bench.cluster.lifecycle import down, up
from bench.cluster.members import alive, executor_pids
from bench.cluster.page import Load, read_page
from bench.cluster.state import Cluster, read_cluster
from bench.errors import UsageError, unknown
from bench.units import format_duration, parse_count

ACTIONS = ("up", "status", "down")

_DEFAULTS = {"workers": "2", "cores": "2", "memory": "2g"}
_MEMORY = re.compile(r"[1-9]\d*[mg]", re.IGNORECASE)

#: Below it a worker has no room for Spark's smallest executor.
_LEAST_MIB = 512


def run_cluster(action: str, given: Mapping[str, str], *, as_json: bool) -> int:
    """Do it; the exit code.  Raises :class:`UsageError` and ``EnvironmentProblem``."""
    if action not in ACTIONS:
        raise UsageError(f"cluster: {unknown('action', action, ACTIONS)}")
    if action == "up":
        return _up({**_DEFAULTS, **given}, as_json=as_json)
    if given:
        raise UsageError(f"--{next(iter(given))}: only 'cluster up' takes it; leave it out")
    return _status(as_json=as_json) if action == "status" else _down(as_json=as_json)


def read_memory(text: str) -> str:
    """Memory of a worker as Spark writes it; raises :class:`UsageError`."""
    size = text.strip().lower()
    if not _MEMORY.fullmatch(size) or memory_mib(size) < _LEAST_MIB:
        raise UsageError(
            f"--memory: '{text}' is no memory of a worker; give {_LEAST_MIB}m or more, like 2g"
        )
    return size


def memory_mib(size: str) -> int:
    """Mebibytes of ``2g`` or ``1500m``."""
    return int(size[:-1]) * (1024 if size.endswith("g") else 1)


def _up(given: Mapping[str, str], *, as_json: bool) -> int:
    memory = read_memory(given["memory"])
    cluster = up(
        _count("workers", given["workers"]),
        _count("cores", given["cores"]),
        memory,
        lambda step: print(f"{step} ...", file=sys.stderr, flush=True),
    )
    # The URL alone on standard output: MASTER=$(sparkbench cluster up).
    if as_json:
        _print_json(cluster, read_page(cluster.page))
    else:
        print(cluster.master)
        print(
            f"{_words(cluster)}; use it with --master {cluster.master}, end it with "
            "`sparkbench cluster down`",
            file=sys.stderr,
        )
    return 0


def _status(*, as_json: bool) -> int:
    cluster = read_cluster()
    load = None if cluster is None else read_page(cluster.page)
    if as_json:
        _print_json(cluster, load)
        return 0
    if cluster is None:
        print("No cluster is up; start one with `sparkbench cluster up`")
        return 0
    up_s = format_duration(float(round(time.time() - cluster.since)))
    print(f"{cluster.master or 'not ready'}, up for {up_s}: {_words(cluster)}")
    for member in cluster.members:
        state = "runs" if alive(member) is not None else "has ended"
        print(f"  {member.role:<6}  process {member.pid} {state}")
    executors = executor_pids()
    if executors:
        print(f"  executors: processes {', '.join(map(str, executors))}")
    if load is None:
        print("  the master does not answer; `sparkbench cluster down`, then up again")
        return 0
    used = f"{load.cores_used} of {load.cores} cores, {load.memory_used_mib} of {load.memory_mib}"
    running = ", ".join(load.applications) or "none"
    print(f"  {load.workers} workers registered, {used} MiB in use; applications: {running}")
    return 0


def _down(*, as_json: bool) -> int:
    ended = down()
    if as_json:
        print(json.dumps({"ended": [asdict(member) for member in ended]}))
    elif ended:
        print(f"Ended {len(ended)} processes; nothing is left of the cluster")
    else:
        print("No cluster was up")
    return 0


def _print_json(cluster: Cluster | None, load: Load | None) -> None:
    if cluster is None:
        print(json.dumps({"up": False}))
        return
    members = [{**asdict(m), "alive": alive(m) is not None} for m in cluster.members]
    data: dict[str, Any] = {
        "up": True,
        **asdict(cluster),
        "members": members,
        "executors": executor_pids(),
        "load": None if load is None else asdict(load),
    }
    del data["token"]
    print(json.dumps(data, indent=1))


def _count(name: str, text: str) -> int:
    try:
        return parse_count(text)
    except ValueError as error:
        raise UsageError(f"--{name}: {error}") from None


def _words(cluster: Cluster) -> str:
    many = len(cluster.workers)
    plural = "" if many == 1 else "s"
    return f"{many} worker{plural} with {cluster.cores} cores and {cluster.memory} each"
